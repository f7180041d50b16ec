"""Which pitches to add to a tune: every way of placing so many lines, and what each costs.

A cost is a sum of what a listener would mind, each weighed against a step of one semitone in one line (STEP):

- a tone that is not in the chord, as far as that is known, or doubles another;
- a second or a seventh against the tune or between two lines;
- lines that lie too far apart, too near to the tune or too far from it;
- motion: how far each line goes from its last pitch, the first from the top to the first, and so on;
- parallel unisons, fifths and octaves, and parallel seconds and sevenths, between any two of tune and lines.

Semitones against the tune and parallel seconds are forbidden, not dear: they are left only where nothing else is.
Nothing here knows a model, a clock or MIDI: pitches and weights in, pitches and costs out.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations
from typing import Final

import numpy as np
import numpy.typing as npt

Pitches = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float64]

# What one semitone of one line's motion costs; beyond a fourth, what each further one does.
STEP: Final = 0.12
LEAP: Final = 0.3
FOURTH: Final = 5
# A tone that is surely not in the chord.
FOREIGN: Final = 6.0
# Against the tune: by the interval's class (0 to 6 semitones, either way).
WITH_TUNE: Final = np.array([0.6, 20.0, 1.6, 0.0, 0.0, 0.4, 0.7])
# Between two lines.
WITH_EACH_OTHER: Final = np.array([1.2, 8.0, 1.8, 0.0, 0.0, 0.2, 0.7])
# A line nearer to the one above than a third, or further than an octave, for each semitone.
NARROW: Final = 0.8
WIDE: Final = 0.25
NEAREST: Final = 3
FURTHEST: Final = 12
# The same perfect interval again, both in motion, and the same second or seventh again.
PARALLEL_PERFECT: Final = 1.5
PARALLEL_SECOND: Final = 12.0
# The most pitches that are placed among: four lines have 1,001 ways then.
MOST_PITCHES: Final = 14
# A way that costs this much more than the best is as good a choice.
AS_GOOD: Final = 0.9
# One that costs this much more is chosen by chance e times as rarely.
RARER: Final = 0.4


@dataclass(frozen=True, slots=True)
class Voicings:
    """Ways of placing lines, `pitches` int64 [ways, lines] from the top down, and what each costs, float64 [ways]."""

    pitches: Pitches
    costs: Costs

    def __len__(self) -> int:
        return len(self.costs)

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return int(self.pitches.shape[1])

    @property
    def best(self) -> tuple[int, ...]:
        """The cheapest way; the first of several. There must be one."""
        return tuple(int(pitch) for pitch in self.pitches[int(np.argmin(self.costs))])

    def as_good(self, within: float = AS_GOOD) -> Voicings:
        """Those that cost no more than `within` above the cheapest."""
        kept = self.costs <= self.costs.min(initial=np.inf) + within
        return Voicings(self.pitches[kept], self.costs[kept])

    def among(self, allowed: npt.NDArray[np.bool_], line: int) -> Voicings:
        """Those whose lines from `line` on keep to the allowed pitches, bool [128]."""
        kept = allowed[self.pitches[:, line:]].all(axis=1)
        return Voicings(self.pitches[kept], self.costs[kept])

    def choices(self, line: int) -> list[int]:
        """The pitches that a line (0: the highest) has in these ways."""
        return sorted({int(pitch) for pitch in self.pitches[:, line]})

    def likely(self, line: int, chance: float) -> int:
        """One of the pitches that a line has, by `chance` (0 to 1): the cheaper its best way, the likelier."""
        cheapest: dict[int, float] = {}
        for pitch, cost in sorted(zip(self.pitches[:, line].tolist(), self.costs.tolist(), strict=True)):
            cheapest.setdefault(pitch, cost)
        least = min(cheapest.values())
        parts = list(accumulate(math.exp((least - cost) / RARER) for cost in cheapest.values()))
        return list(cheapest)[bisect_right(parts, chance * parts[-1])]

    def with_pitch(self, line: int, pitch: int) -> Voicings:
        """Those in which that line has that pitch."""
        kept = self.pitches[:, line] == pitch
        return Voicings(self.pitches[kept], self.costs[kept])


@dataclass(frozen=True, slots=True)
class Before:
    """The last harmony: the tune's pitch and its lines' from the top down; no lines: there was none."""

    tune: int = 0
    lines: tuple[int, ...] = ()


@cache
def _ways(pitches: int, lines: int) -> Pitches:
    """Every choice of so many places out of so many, int64 [ways, lines], the highest place first."""
    chosen = list(combinations(range(pitches - 1, -1, -1), lines))
    return np.array(chosen, dtype=np.int64).reshape(len(chosen), lines)


def voicings(
    tune: int, allowed: Sequence[int], weights: Costs, lines: int, before: Before, sounding: Sequence[int] = ()
) -> Voicings:
    """Every way to place `lines` lines on the `allowed` pitches (in ascending order) under, over or around `tune`.

    `weights` float64 [12] say how likely each pitch class is to be in the chord. `sounding` are other pitches of the
    human's that sound. No ways at all where there are fewer pitches than lines.
    """
    places = np.array(allowed, dtype=np.int64)
    if len(places) > MOST_PITCHES:
        centre = np.mean(before.lines) if len(before.lines) else _natural(tune, places)
        nearest = np.argsort(np.abs(places - centre) + FOREIGN * (1.0 - weights[places % 12]), kind="stable")
        places = np.sort(places[nearest[:MOST_PITCHES]])
    if len(places) < lines:
        return Voicings(np.empty((0, lines), dtype=np.int64), np.empty(0))
    pitches = places[_ways(len(places), lines)]
    costs = _tones(places, weights, tune, sounding)[_ways(len(places), lines)].sum(axis=1)
    costs += _spacing(pitches, tune)
    for upper in range(lines):
        for lower in range(upper + 1, lines):
            costs += WITH_EACH_OTHER[_interval_class(pitches[:, upper] - pitches[:, lower])]
    if len(before.lines) == lines:
        costs += _motion(pitches, tune, before)
    return Voicings(pitches, costs)


def _natural(tune: int, places: Pitches) -> float:
    """Where lines lie before there were any: a sixth from the tune, on the side where there are pitches."""
    return tune + (9.0 if places.mean() > tune else -9.0)


def _interval_class(semitones: Pitches) -> Pitches:
    """0 to 6: the smallest distance between the two pitch classes."""
    up = semitones % 12
    return np.minimum(up, 12 - up)


def _tones(places: Pitches, weights: Costs, tune: int, sounding: Sequence[int]) -> Costs:
    costs = FOREIGN * (1.0 - weights[places % 12]) + WITH_TUNE[_interval_class(places - tune)]
    for other in sounding:
        costs = costs + np.where(_interval_class(places - other) == 1, WITH_TUNE[1], 0.0)
    return np.asarray(costs, dtype=np.float64)


def _spacing(pitches: Pitches, tune: int) -> Costs:
    """Between neighbours among the lines and the tune."""
    with_tune = np.sort(np.column_stack([pitches, np.full(len(pitches), tune)]), axis=1)
    gaps = np.diff(with_tune, axis=1)
    return np.asarray((NARROW * np.maximum(NEAREST - gaps, 0) + WIDE * np.maximum(gaps - FURTHEST, 0)).sum(axis=1))


def _motion(pitches: Pitches, tune: int, before: Before) -> Costs:
    last = np.array(before.lines, dtype=np.int64)
    steps = np.abs(pitches - last)
    costs = (STEP * steps + LEAP * np.maximum(steps - FOURTH, 0)).sum(axis=1)
    now = np.column_stack([np.full(len(pitches), tune), pitches])
    then = np.concatenate([[before.tune], last])
    moves = np.sign(now - then)
    for one in range(len(then)):
        for other in range(one + 1, len(then)):
            interval = int(_interval_class(then[one] - then[other]))
            together = (moves[:, one] == moves[:, other]) & (moves[:, one] != 0)
            classes = _interval_class(now[:, one] - now[:, other])
            if interval in (0, 5):  # a fifth is a fourth upside down: both count
                costs += PARALLEL_PERFECT * (together & (classes == interval))
            elif interval in (1, 2):
                costs += PARALLEL_SECOND * (together & ((classes == 1) | (classes == 2)))
    return np.asarray(costs)
