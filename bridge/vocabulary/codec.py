"""Notes as the model reads and writes them.

One note is one event of five fields, each a small integer class, in this order:

    dt        time since the previous event's onset, in ticks of 1/48 beat, coarser as it grows
    voice     who plays (VOICES)
    pitch     MIDI pitch 0-127 (General MIDI key numbers for drums)
    velocity  1-127 in 32 steps of 4
    duration  in ticks, coarser as it grows

Where no tempo is known a beat is half a second (120 BPM). Velocity and duration have one more
class, UNKNOWN, that is only ever read: a flat file's velocity, the length of a key still held.
Absolute time is rounded, never the difference: `dt` is counted from where the model believes the
previous event was, so that rounding does not pile up into drift.

Beside the fields goes a context of `CONTEXT_SIZE` numbers, what sounds at the onset (this event
included) and where in the bar it is:

    [0:12]  held pitch classes, 0 or 1            (drums excluded)
    [12:24] pitch class of the lowest held pitch  (one-hot; all 0 when nothing is held)
    [24]    1 when a bar is known, else 0
    [25:27] sin, cos of the phase in the bar      (0 when unknown)
    [27:29] sin, cos of the phase in the beat     (0 when unknown)
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

TICKS_PER_BEAT: Final = 48
VOICES: Final = ("keys", "guitar", "bass", "drums", "lead", "strings", "other")
DRUMS: Final = VOICES.index("drums")
FIELDS: Final = ("dt", "voice", "pitch", "velocity", "duration")
CONTEXT_SIZE: Final = 29


def _grid(*spans: tuple[int, int, int]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.arange(start, stop, step, dtype=np.int64) for start, stop, step in spans])


# Exact to one beat, then ever coarser: every class is a number of ticks.
DT_TICKS: Final = _grid((0, 48, 1), (48, 96, 2), (96, 192, 4), (192, 384, 12), (384, 1537, 48))
DURATION_TICKS: Final = _grid((1, 25, 1), (26, 49, 2), (52, 97, 4), (108, 193, 12), (216, 385, 24), (432, 769, 48))
VELOCITY_STEP: Final = 4
VELOCITY_CLASSES: Final = 32


def _borders(grid: npt.NDArray[np.int64]) -> list[float]:
    """The last value that is nearest to each class of a grid, but for the last one: half way to the next."""
    borders: list[float] = ((grid[:-1] + grid[1:]) / 2).tolist()
    return borders


# For one number at a time, in the middle of playing: NumPy takes much longer over that.
_DT_BORDERS: Final = _borders(DT_TICKS)
_DURATION_BORDERS: Final = _borders(DURATION_TICKS)

# Number of classes the model predicts, field by field; one more is read where UNKNOWN exists.
SIZES: Final = (len(DT_TICKS), len(VOICES), 128, VELOCITY_CLASSES, len(DURATION_TICKS))
UNKNOWN_VELOCITY: Final = VELOCITY_CLASSES
UNKNOWN_DURATION: Final = len(DURATION_TICKS)


class Event(NamedTuple):
    """One note as classes, in the order of FIELDS."""

    dt: int
    voice: int
    pitch: int
    velocity: int
    duration: int


def nearest_class(grid: npt.NDArray[np.int64], ticks: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Class of the grid value nearest to `ticks` (any shape), clipped to the ends of the grid."""
    value = np.asarray(ticks)
    right = np.clip(np.searchsorted(grid, value), 1, len(grid) - 1)
    left = right - 1
    return np.where(value - grid[left] <= grid[right] - value, left, right)


def beats_to_ticks(beats: float) -> int:
    """Beats to the nearest tick."""
    return round(beats * TICKS_PER_BEAT)


def velocity_class(velocity: int) -> int:
    """MIDI velocity 1-127 to its class."""
    return min(max(velocity, 1), 127) // VELOCITY_STEP


def velocity_of(velocity_class: int) -> int:
    """The MIDI velocity in the middle of a class (never 0)."""
    return velocity_class * VELOCITY_STEP + VELOCITY_STEP // 2


def dt_class(ticks: int) -> int:
    """Class of a time since the previous event, in ticks."""
    return bisect_left(_DT_BORDERS, ticks)


def duration_class(beats: float | None) -> int:
    """Class of a duration in beats; None is UNKNOWN (a key still held)."""
    if beats is None:
        return UNKNOWN_DURATION
    return bisect_left(_DURATION_BORDERS, beats * TICKS_PER_BEAT)


def duration_beats(duration_class: int) -> float:
    """Beats of a known duration class."""
    return float(DURATION_TICKS[duration_class]) / TICKS_PER_BEAT


def context(
    held_pitches: Iterable[int], beat: float | None = None, beats_per_bar: float = 4.0
) -> npt.NDArray[np.float32]:
    """The context vector, float32 [CONTEXT_SIZE]: pitches sounding now, and the beat where a bar is known."""
    out = np.zeros(CONTEXT_SIZE, dtype=np.float32)
    lowest = 128
    for pitch in held_pitches:
        out[pitch % 12] = 1.0
        lowest = min(lowest, pitch)
    if lowest < 128:
        out[12 + lowest % 12] = 1.0
    if beat is not None:
        bar, pulse = 2 * math.pi * (beat / beats_per_bar % 1.0), 2 * math.pi * (beat % 1.0)
        out[24:29] = (1.0, math.sin(bar), math.cos(bar), math.sin(pulse), math.cos(pulse))
    return out
