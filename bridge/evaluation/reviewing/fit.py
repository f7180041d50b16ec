"""How what one player plays fits what another plays: in harmony, rhythm and space, and how long it answers.

A jam of two that play in turns is another thing than one in which both play at once: each is compared with its like.
"""

from __future__ import annotations

import itertools
import math
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch
from bridge.data.phrasing import breaths
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT

Mask = npt.NDArray[np.bool_]
Manner = Literal["turns", "together"]

# Who plays more of their notes than this where nobody else sounds plays in turns.
IN_TURNS: Final = 0.5
# Of the other's notes those count for harmony that began so many beats before and after, at most.
_HEARD: Final = 8.0
_SOON: Final = 1.0
_CELLS: Final = 12  # onset positions in a beat: sixteenths and triplets
_MAJOR: Final = np.array([1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1], dtype=np.float64)
_SCALES: Final = np.stack([np.roll(_MAJOR, tonic) for tonic in range(12)])
_SHARP: Final = (1, 11)  # semitones, octaves aside
_FEWEST: Final = 3  # notes of a turn


def fit(stretch: Stretch, mine: Mask) -> dict[str, float]:
    """How the notes of `mine`, bool [N], fit the others; nan where there is too little to say.

    harmony        the share of pitches in the scale that holds the most of what the other just played
    clashes        the share that begins a semitone, octaves aside, from a note of the other's that sounds
    rhythm         how alike the places in the beat are at which both begin notes: 1 the same, 0 none in common
    space          the share of notes that begin where none of the other's sounds
    answer_length  how long turns are, as a part of the turn before them: the median
    """
    harmony, clashes = _harmony(stretch, mine), _clashes(stretch, mine)
    return {
        "harmony": harmony,
        "clashes": clashes,
        "rhythm": _rhythm(stretch, mine),
        "space": _space(stretch, mine),
        "answer_length": _answer_length(stretch, mine),
    }


def manner_of(found: dict[str, float]) -> Manner:
    """Whether two play in turns or together, by what `fit` found."""
    return "turns" if found["space"] > IN_TURNS else "together"


def by_voices(stretch: Stretch) -> Mask | None:
    """A piece of several voices as two players: all but the highest accompany it. None where there is only one."""
    heights = {int(v): float(stretch.pitch[stretch.voice == v].mean()) for v in np.unique(stretch.voice) if v != DRUMS}
    if len(heights) < 2:
        return None
    return np.asarray(stretch.voice != max(heights, key=lambda voice: heights[voice]))


def by_phrases(stretch: Stretch) -> Mask | None:
    """A piece as two players in turns: every second phrase answers. None where there are fewer than two."""
    ends = breaths(stretch)
    if not len(ends):
        return None
    phrase = np.searchsorted(ends, np.arange(len(stretch.onset)), side="left")
    return np.asarray(phrase % 2 == 1)


def _harmony(stretch: Stretch, mine: Mask) -> float:
    theirs = np.flatnonzero(~mine & (stretch.voice != DRUMS))
    onset, length = stretch.onset[theirs], (stretch.offset - stretch.onset)[theirs]
    classes = np.eye(12)[stretch.pitch[theirs] % 12] * np.maximum(length, 1.0)[:, None]
    found = []
    for place in np.flatnonzero(mine & (stretch.voice != DRUMS)).tolist():
        time = stretch.onset[place]
        first, stop = np.searchsorted(onset, (time - _HEARD * TICKS_PER_BEAT, time + _SOON * TICKS_PER_BEAT))
        if first == stop:
            continue
        held = _SCALES @ classes[first:stop].sum(axis=0)
        best = np.isclose(held, held.max())
        found.append(float(_SCALES[best, stretch.pitch[place] % 12].mean()))
    return float(np.mean(found)) if found else math.nan


def _sounding(stretch: Stretch, mine: Mask) -> tuple[npt.NDArray[np.int64], Mask]:
    """My notes, and which of the other's (in order) sound as each begins, bool [mine, theirs]."""
    own, theirs = np.flatnonzero(mine), np.flatnonzero(~mine)
    at = stretch.onset[own, None]
    return own, (stretch.onset[None, theirs] <= at) & (stretch.offset[None, theirs] > at)


def _clashes(stretch: Stretch, mine: Mask) -> float:
    pitched = stretch.reordered(np.flatnonzero(stretch.voice != DRUMS))
    mine = mine[stretch.voice != DRUMS]
    own, sounding = _sounding(pitched, mine)
    heard = sounding.any(axis=1)
    if not heard.any():
        return math.nan
    apart = (pitched.pitch[own, None] - pitched.pitch[None, ~mine]) % 12
    sharp = np.asarray((sounding & np.isin(apart, _SHARP)).any(axis=1))
    return float(sharp[heard].mean())


def _rhythm(stretch: Stretch, mine: Mask) -> float:
    if np.isnan(stretch.bar_beat).all() or not mine.any() or mine.all():
        return math.nan
    cell = np.rint(stretch.onset * _CELLS / TICKS_PER_BEAT).astype(np.int64) % _CELLS
    ours, theirs = (np.bincount(cell[who], minlength=_CELLS) / who.sum() for who in (mine, ~mine))
    return float(np.minimum(ours, theirs).sum())


def _space(stretch: Stretch, mine: Mask) -> float:
    if not mine.any() or mine.all():
        return math.nan
    return float((~_sounding(stretch, mine)[1].any(axis=1)).mean())


def _answer_length(stretch: Stretch, mine: Mask) -> float:
    turns = []
    for who, group in itertools.groupby(range(len(mine)), key=lambda place: bool(mine[place])):
        places = list(group)
        if len(places) >= _FEWEST:
            turns.append((who, float(stretch.offset[places].max() - stretch.onset[places[0]])))
    ratios = [
        after / before
        for (first, before), (second, after) in itertools.pairwise(turns)
        if not first and second and before > 0
    ]
    return float(np.median(ratios)) if ratios else math.nan
