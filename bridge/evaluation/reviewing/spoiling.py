"""Four ways to spoil music while keeping all that counting can see: its notes, pitches or waits in another order.

Each takes a stretch in playing order and a generator, and gives a stretch in playing order; None where there is
nothing to put into another order. The first note stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch, ticks_of
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT

Spoil = Callable[[Stretch, np.random.Generator], Stretch | None]

_BAR: Final = 4.0  # beats, where no bars are known
_FARTHEST: Final = 6  # semitones that a bar is moved


def shuffle_notes(stretch: Stretch, rng: np.random.Generator) -> Stretch | None:
    """Every note's voice, pitch, velocity and duration at the place of another's."""
    if len(stretch.onset) < 3:
        return None
    order = np.concatenate([[0], 1 + rng.permutation(len(stretch.onset) - 1)])
    length = (stretch.offset - stretch.onset)[order]
    return _in_order(
        replace(
            stretch,
            offset=stretch.onset + length,
            voice=stretch.voice[order],
            pitch=stretch.pitch[order],
            velocity=stretch.velocity[order],
        )
    )


def shuffle_pitches(stretch: Stretch, rng: np.random.Generator) -> Stretch | None:
    """The pitches of each voice in another order."""
    pitch = stretch.pitch.copy()
    for voice in np.unique(stretch.voice):
        mine = np.flatnonzero(stretch.voice == voice)
        mine = mine[mine > 0]
        pitch[mine] = pitch[rng.permutation(mine)]
    return None if np.array_equal(pitch, stretch.pitch) else _in_order(replace(stretch, pitch=pitch))


def shuffle_times(stretch: Stretch, rng: np.random.Generator) -> Stretch | None:
    """The waits from note to note, and the durations, each in another order."""
    wait, length = np.diff(stretch.onset), stretch.offset - stretch.onset
    if not len(wait) or ((wait == wait[0]).all() and (length == length[0]).all()):
        return None
    onset = stretch.onset[0] + np.concatenate([[0.0], np.cumsum(rng.permutation(wait))])
    length = rng.permutation(length)
    # Where bars were they stay: the notes lie elsewhere in them.
    bar_beat = (stretch.bar_beat + (onset - stretch.onset) / TICKS_PER_BEAT) % stretch.beats_per_bar
    return _in_order(replace(stretch, onset=onset, offset=onset + length, bar_beat=bar_beat))


def transpose_bars(stretch: Stretch, rng: np.random.Generator) -> Stretch | None:
    """Every bar but the first moved by another number of semitones; drums stay."""
    bar = _bars(stretch)
    count = int(bar.max()) + 1
    if count < 2 or (stretch.voice[bar > 0] == DRUMS).all():
        return None
    steps = rng.integers(1, _FARTHEST + 1, count) * rng.choice((-1, 1), count)
    steps[0] = 0
    for i in range(1, count):  # no two neighbours may be moved alike
        if steps[i] == steps[i - 1]:
            steps[i] = -steps[i]
    moved = stretch.pitch + steps[bar]
    moved = np.where((moved < 0) | (moved > 127), stretch.pitch - steps[bar], moved)
    return _in_order(replace(stretch, pitch=np.where(stretch.voice == DRUMS, stretch.pitch, moved)))


WAYS: Final[Mapping[str, Spoil]] = {
    "notes": shuffle_notes,
    "pitches": shuffle_pitches,
    "times": shuffle_times,
    "bars": transpose_bars,
}


def _bars(stretch: Stretch) -> npt.NDArray[np.int64]:
    """The number of each note's bar, from 0."""
    begin = stretch.onset / TICKS_PER_BEAT
    if np.isnan(stretch.bar_beat).any():
        return np.asarray((begin - begin[0]) // _BAR, dtype=np.int64)
    lines = np.rint((begin - stretch.bar_beat) * TICKS_PER_BEAT)  # where each note's bar begins
    return np.asarray(np.unique(lines, return_inverse=True)[1], dtype=np.int64)


def _in_order(stretch: Stretch) -> Stretch:
    """In playing order, but for the first note, which stays the first."""
    order = np.lexsort((stretch.voice * 128 + stretch.pitch, ticks_of(stretch.onset)))
    return stretch.reordered(np.concatenate([[0], order[order != 0]]))
