"""What a draw is told besides what was heard: who plays which voice, and what the next notes should be like.

A guide is `GUIDE_SIZE` small integers, int64 [12]: a role for each of `codec.VOICES`, a level for each of
`CONTROLS`, then how far off the end of the phrase is (`ENDING`). 0 always means "not said". A guide conditions the
draw and not the memory: turning a knob changes the very next note, and nothing needs to be heard again.

Every control is a measurement of the machine's notes in the `HORIZON_BEATS` after the last event, so that what a
level asks for can be measured in what came out:

    density   notes per beat
    energy    mean velocity
    register  mean pitch, drums aside
    texture   mean number of notes that sound as one begins, itself counted, drums aside

The ending is no knob: whoever plans a phrase counts it down, in beats from the last event's onset to the onset that is
to be the phrase's last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.vocabulary.codec import VOICES

ROLES: Final = ("unknown", "silent", "human", "machine")
UNKNOWN, SILENT, HUMAN, MACHINE = range(len(ROLES))
LEVELS: Final = 16
FREE: Final = 0
HORIZON_BEATS: Final = 8.0
_FEWEST_IN_PHRASE: Final = 3  # notes
_SHORTEST_PHRASE: Final = 0.5  # beats


@dataclass(frozen=True, slots=True)
class Control:
    """One learned control: its levels lie between `low` and `high`, at equal steps or (geometric) equal ratios."""

    name: str
    low: float
    high: float
    geometric: bool
    text: str

    @property
    def levels(self) -> npt.NDArray[np.float64]:
        """The values that classes 1 to LEVELS stand for, float64 [LEVELS]."""
        space = np.geomspace if self.geometric else np.linspace
        return np.asarray(space(self.low, self.high, LEVELS))

    def classes(self, values: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Classes 1 to LEVELS nearest to `values` (any shape); FREE where a value is nan."""
        asked = np.asarray(values, dtype=np.float64)
        if self.geometric:
            asked = np.log(np.maximum(asked, 1e-9))
        nearest = np.searchsorted(_between_levels(self), asked) + 1
        return np.where(np.isnan(asked), FREE, nearest).astype(np.int64)


@cache
def _between_levels(control: Control) -> npt.NDArray[np.float64]:
    """The values (of a geometric control their logarithms) at which one level gives way to the next."""
    levels = np.log(control.levels) if control.geometric else control.levels
    return np.asarray((levels[1:] + levels[:-1]) / 2)


CONTROLS: Final = (
    Control("density", 0.25, 16.0, True, "notes per beat"),
    Control("energy", 4.0, 124.0, False, "mean velocity"),
    Control("register", 28.0, 103.0, False, "mean pitch"),
    Control("texture", 1.0, 8.0, True, "notes that sound at once"),
)
CONTROL_NAMES: Final = tuple(control.name for control in CONTROLS)
ENDING: Final = Control("ending", 0.25, 32.0, True, "beats until the last note of the phrase begins")
ENDING_ENTRY: Final = len(VOICES) + len(CONTROLS)
GUIDE_SIZE: Final = ENDING_ENTRY + 1
# Number of classes, entry by entry.
GUIDE_SIZES: Final = (len(ROLES),) * len(VOICES) + (LEVELS + 1,) * (len(CONTROLS) + 1)

Guide = npt.NDArray[np.int64]


def free_guide() -> Guide:
    """A guide that says nothing, int64 [GUIDE_SIZE]."""
    return np.zeros(GUIDE_SIZE, dtype=np.int64)


def guide_of(
    roles: Mapping[str, int] | None = None,
    controls: Mapping[str, float] | None = None,
    ending: float | None = None,
) -> Guide:
    """A guide from roles by voice, values by control, in the control's unit, and beats until the phrase's last onset.

    What is not named stays unsaid, and so does a control that is 0, which none can be: 0 is "as it likes" everywhere.
    An `ending` of 0 beats or less says that the phrase's last note was the one before.
    Raises ValueError for a voice, role or control that does not exist.
    """
    guide = free_guide()
    for voice, role in (roles or {}).items():
        if voice not in VOICES or not 0 <= role < len(ROLES):
            raise ValueError(f"voice {voice!r} in role {role}: voices are {', '.join(VOICES)}, roles 0 to 3")
        guide[VOICES.index(voice)] = role
    for name, value in (controls or {}).items():
        if name not in CONTROL_NAMES:
            raise ValueError(f"no control {name!r}: there are {', '.join(CONTROL_NAMES)}")
        place = CONTROL_NAMES.index(name)
        guide[len(VOICES) + place] = CONTROLS[place].classes(value) if value else FREE
    if ending is not None:
        guide[ENDING_ENTRY] = ENDING.classes(max(ending, 0.0))
    return guide


def roles_of(machine: Collection[int], human: Collection[int]) -> dict[str, int]:
    """The role of every voice, for `guide_of`: one that both play is the machine's, one that nobody plays is silent."""
    return {
        name: MACHINE if voice in machine else HUMAN if voice in human else SILENT for voice, name in enumerate(VOICES)
    }


def manner_of(beats: npt.ArrayLike, pitches: npt.ArrayLike, velocities: npt.ArrayLike) -> dict[str, float]:
    """How a phrase was played, as controls that ask for the like: density, energy and register.

    `beats` are onsets in order, `pitches` of its notes without drums, `velocities` the known ones. What cannot be told
    (of fewer than three onsets in half a beat, say) is left out.
    """
    onsets = np.asarray(beats, dtype=np.float64)
    found: dict[str, float] = {}
    span = float(onsets[-1] - onsets[0]) if len(onsets) else 0.0
    if len(onsets) >= _FEWEST_IN_PHRASE and span >= _SHORTEST_PHRASE:
        found["density"] = (len(onsets) - 1) / span
    for name, values in (("energy", np.asarray(velocities)), ("register", np.asarray(pitches))):
        if len(values) >= _FEWEST_IN_PHRASE:
            found[name] = float(values.mean())
    return found


def check_guide(guide: Guide) -> None:
    """Raises ValueError unless `guide` is int64 [GUIDE_SIZE] of existing classes."""
    if guide.shape != (GUIDE_SIZE,) or guide.dtype != np.int64:
        raise ValueError(f"guide is {guide.dtype}{list(guide.shape)}: int64 [{GUIDE_SIZE}] is needed")
    for place, (value, size) in enumerate(zip(guide.tolist(), GUIDE_SIZES, strict=True)):
        if not 0 <= value < size:
            raise ValueError(f"guide entry {place} is {value}: classes are 0 to {size - 1}")
