"""Which earlier notes a note is owed to: by leaving them out, and by what the model looked at.

Leaving a note out (occlusion) tells causes from bystanders: the others are heard as they were, and the wait to the next
note is as much longer; if the note that is explained becomes less likely, the one that was left out spoke for it. Where
nothing else sounds its pitch, it is taken out of what the others were told is sounding. Attention says what the network
looked at, which need not have mattered (Jain and Wallace, "Attention is not Explanation", NAACL 2019).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.model import Contexts, Draw, Events, Model, Sample
from bridge.explanation.case import Case
from bridge.vocabulary.codec import DRUMS, DT_TICKS, DURATION_TICKS, FIELDS, SIZES, dt_class

# The last notes that are left out in turn, and how many there may be at most.
NEAR: Final = 48
MOST_NEAR: Final = 128
_PITCHES: Final = 12
_VELOCITY: Final = FIELDS.index("velocity")
_LONGEST: Final = int(DURATION_TICKS[-1])  # for a note that is held without an end that is known


@dataclass(frozen=True, slots=True)
class Cause:
    """An earlier note of a case, by its place.

    `effect` is by how much leaving it out lowers the note's log-probability, in nats, of all its fields together;
    negative where it spoke against the note. `attention` is the part of the model's attention that it got, 0 to 1; nan
    for a model that pays none.
    """

    place: int
    effect: float
    attention: float = math.nan


def asked_of(case: Case) -> Draw:
    """What the note's draw was asked, and that it drew just this; where none drew it, what is likely of itself."""
    uniform = np.zeros(len(FIELDS), dtype=np.float32)
    given = [int(value) if value < size or place == _VELOCITY else -1
             for place, (value, size) in enumerate(zip(case.event, SIZES, strict=True))]  # fmt: skip
    if case.draw is None:
        return Draw(Constraints(), uniform, 1.0, 1.0, None, given)
    return Draw(case.draw.constraints, uniform, 1.0, 1.0, case.draw.guide, given)


def likelihoods(sample: Sample) -> npt.NDArray[np.float64]:
    """Log-probability of each field of a note in nats, [5]; nan where it was forbidden, or is not known."""
    known = [taken < size for taken, size in zip(sample.event, SIZES, strict=True)]
    found = np.array(sample.log_prob)
    return np.where(np.array(known) & np.isfinite(found), found, np.nan)


class Occlusion:
    """Hears a case, and then hears it again without some of its last notes, at will."""

    def __init__(self, model: Model, case: Case, near: int = NEAR) -> None:
        """`near` notes, MOST_NEAR and what the model can take back at most, can be left out; the model is reset.

        Raises ValueError where nothing came before.
        """
        if not len(case.events):
            raise ValueError("it was the first note of all: nothing came before it")
        self._model = model
        self._case = case
        self._asked = asked_of(case)
        model.reset()
        model.feed(case.events, case.context)
        self.first = max(len(case.events) - min(near, MOST_NEAR, model.rewindable), 1)
        self._hears = len(case.events)
        self.likelihoods = likelihoods(self._asked.of(model))

    def effect(self, places: Collection[int]) -> float:
        """By how much the note is less likely, in nats, when these places, none before `first`, had not been heard.

        Where the last note before it is left out, nothing is said of the wait, which is another then.
        """
        begin = min(places, default=self._hears)
        if begin < self.first:
            raise ValueError(f"place {begin} is too far back: {self.first} at least")
        events, context = leave_out(self._case.events, self._case.context, places, begin)
        asked, counts = self._asked, np.ones(len(FIELDS), dtype=np.bool_)
        if self._hears - 1 in places:
            counts[0] = False
            asked = self._later(places)
        self._model.rewind(self._model.position - begin)
        self._model.feed(events, context)
        without = likelihoods(asked.of(self._model))
        # As it was: what is left out next may lie further back.
        self._model.rewind(self._model.position - begin)
        self._model.feed(self._case.events[begin:], self._case.context[begin:])
        return float(np.nansum((self.likelihoods - without)[counts]))

    def each(self) -> list[Cause]:
        """Every note from `first` on, the one that it owes most to first."""
        found = [Cause(place, self.effect([place])) for place in range(self.first, self._hears)]
        return sorted(found, key=lambda cause: -cause.effect)

    def _later(self, places: Collection[int]) -> Draw:
        """What is asked where the last notes were not heard: the wait is from the last one that was."""
        left_out = 0
        for place in range(self._hears - 1, -1, -1):
            if place not in places:
                break
            left_out += int(DT_TICKS[self._case.events[place, 0]])
        assert self._asked.given is not None
        wait = dt_class(int(DT_TICKS[max(int(self._asked.given[0]), 0)]) + left_out)
        return replace(self._asked, given=(wait, *self._asked.given[1:]))


def leave_out(events: Events, context: Contexts, places: Collection[int], begin: int) -> tuple[Events, Contexts]:
    """Events and contexts from `begin` on without some `places`; waits are as long as they were together."""
    gone = np.zeros(len(events), dtype=np.bool_)
    gone[list(places)] = True
    onset = np.cumsum(DT_TICKS[events[:, 0]])
    duration = np.where(
        events[:, 4] < len(DURATION_TICKS), DURATION_TICKS[np.minimum(events[:, 4], len(DURATION_TICKS) - 1)], _LONGEST
    )
    kept = np.flatnonzero(~gone & (np.arange(len(events)) >= begin))
    out, around = events[kept].copy(), context[kept].copy()
    believed = int(onset[begin - 1]) if begin else 0
    for row, place in enumerate(kept.tolist()):
        out[row, 0] = dt_class(max(int(onset[place]) - believed, 0))
        believed += int(DT_TICKS[out[row, 0]])
    pitched = events[:, 1] != DRUMS
    for place in np.flatnonzero(gone & pitched).tolist():
        tone = int(events[place, 2]) % _PITCHES
        alike = pitched & ~gone & (events[:, 2] % _PITCHES == tone)
        for row, later in enumerate(kept.tolist()):
            time = onset[later]
            if later < place or time >= onset[place] + duration[place]:
                continue
            held = alike & (onset <= time) & (onset + duration > time) & (np.arange(len(events)) <= later)
            if not held.any():
                around[row, tone] = 0.0
                around[row, _PITCHES + tone] = 0.0
    return out, around


def with_attention(causes: Sequence[Cause], paid: npt.NDArray[np.float32]) -> list[Cause]:
    """The causes with the attention each place got: `paid` [layers, heads, T], of which the mean counts."""
    share = paid.mean(axis=(0, 1))
    return [Cause(cause.place, cause.effect, float(share[cause.place])) for cause in causes]
