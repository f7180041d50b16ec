"""The draw loop: what one note is asked to be, and drawing again what will not do.

All that draws notes goes through it: live, several answers side by side, without a player (`bridge.sessions.generate`),
in measurements (`bridge.evaluation.continuations`). `asking` yields what is to be drawn and is sent what was drawn, so
that whoever drives it may draw for several at once; `answered` drives it with one model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, NamedTuple, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.model import Draw, PerField, Sample
from bridge.vocabulary.codec import DRUMS, DT_TICKS, FIELDS, TICKS_PER_BEAT, Event, dt_class
from bridge.vocabulary.guide import Guide

# A note that will not do is drawn again so often at most.
MOST_REDRAWS: Final = 4
# Notes of a voice that begin within so many beats of each other are one chord.
AT_ONCE: Final = 1 / 24


class Struck(NamedTuple):
    """A note that was played, or is to be: its onset in beats."""

    voice: int
    pitch: int
    beat: float


class _Note(Protocol):
    @property
    def pitch(self) -> int: ...

    @property
    def voice(self) -> int: ...


Drawn = TypeVar("Drawn", bound=_Note)
Planned = TypeVar("Planned")
Uniform = npt.NDArray[np.float32]
Asking = Generator[Draw, Sample, Planned]
"""Something that is worked out with draws of the model's: it yields what to draw, and is sent what was drawn."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one note is asked to be: all that a draw of it goes by, but for what the model has heard, and chance.

    `constraints` are sealed: nobody narrows them any more. The note's wait is counted from tick `since`.
    """

    constraints: Constraints
    since: int
    temperature: PerField
    top_p: PerField
    guide: Guide | None

    def __post_init__(self) -> None:
        self.constraints.sealed()

    def draw(self, uniform: Uniform) -> Draw:
        """One draw of it, with these chances, float32 [5]."""
        return Draw(self.constraints, uniform, self.temperature, self.top_p, self.guide)

    def beat_of(self, event: Event) -> float:
        """The beat at which what was drawn begins."""
        return (self.since + int(DT_TICKS[event.dt])) / TICKS_PER_BEAT

    def without(self, note: _Note) -> Self | None:
        """The same, but not on this pitch of this voice; None where that voice has no other."""
        constraints = self.constraints.copy()
        try:
            constraints.forbid_pitches([note.pitch], [note.voice])
        except ValueError:
            return None
        return replace(self, constraints=constraints)


def chances(random: np.random.Generator) -> Callable[[], Uniform]:
    """The chances of one draw after the other."""
    return lambda: random.random(len(FIELDS), dtype=np.float32)


def wait_of(ticks: int) -> int:
    """The ticks of the wait nearest to these that can be said."""
    return int(DT_TICKS[dt_class(max(ticks, 0))])


def asking(
    request: Request,
    chance: Callable[[], Uniform],
    note_of: Callable[[Sample], Drawn],
    unwanted: Callable[[Drawn], bool],
) -> Asking[Drawn]:
    """The note that is drawn as `request` asks, or again on other pitches while it is `unwanted`.

    `note_of` makes a note of a draw; `chance` is asked once a draw. After MOST_REDRAWS, or where its voice has no
    other pitch, an unwanted note stays.
    """
    left = MOST_REDRAWS
    while True:
        sample = yield request.draw(chance())
        note = note_of(sample)
        if not left or not unwanted(note):
            return note
        narrower = request.without(note)
        if narrower is None:
            return note
        left, request = left - 1, narrower


def answered(asking: Asking[Planned], draw: Callable[[Draw], Sample]) -> Planned:
    """What comes of `asking` when each of its draws is made by `draw` at once."""
    try:
        wanted = next(asking)
        while True:
            wanted = asking.send(draw(wanted))
    except StopIteration as end:
        planned: Planned = end.value
        return planned


def insists(note: Struck, before: Iterable[Struck], most: int) -> bool:
    """Whether with `note` its voice would strike one pitch, or one chord, more than `most` times in a row.

    `before` is what was played, the last note first. A network that copies what was played last may never leave a
    chord again: each time it is surer. A drum is no pitch.
    """
    if note.voice == DRUMS:
        return False
    strokes = _strokes(other for other in before if other.voice == note.voice)
    latest = next(strokes, None)
    if latest is None:
        return False
    chord, row = frozenset((note.pitch,)), 1
    if abs(latest[0] - note.beat) < AT_ONCE:
        chord |= latest[1]
    elif latest[1] == chord:
        row += 1
    else:
        return False
    for _, pitches in strokes:
        if row > most or pitches != chord:
            break
        row += 1
    return row > most


def _strokes(notes: Iterable[Struck]) -> Iterator[tuple[float, frozenset[int]]]:
    """The beat and the pitches of each stroke in turn; notes of one stroke begin together."""
    for beat, together in groupby(notes, _Beginnings()):
        yield beat, frozenset(note.pitch for note in together)


class _Beginnings:
    """The beat at which the stroke of each note in turn began; it is that of the first of them."""

    def __init__(self) -> None:
        self._beat = math.inf

    def __call__(self, note: Struck) -> float:
        if abs(note.beat - self._beat) >= AT_ONCE:
            self._beat = note.beat
        return self._beat
