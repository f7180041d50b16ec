"""How far notes lie from the grid of somebody's clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.bench.result import BenchError

TICKS_PER_BEAT: Final = 24
# The grid a clock implies at one of its ticks is made from so many before and as many after it.
NEIGHBOURS: Final = TICKS_PER_BEAT
# What the measured machine plays on: eighths, asked for with `quantize`.
GRID: Final = 0.5
QUANTIZE: Final = ("--set", "quantize=8")

_REFITS: Final = 8
# Ticks as near to their line as this, in seconds, are in line, whatever the others are.
_CLOSE: Final = 0.001

Floats = npt.NDArray[np.float64]


class Line(NamedTuple):
    """The last of some ticks is meant for `time`, and they are `period` apart, in seconds."""

    time: float
    period: float


def robust_line(ticks: Sequence[float]) -> Line:
    """The straight line through ticks (seconds, in order, none missing), but for those that are out of line.

    Least squares, again and again without what lies more than three of the others' standard deviations (from the
    median absolute deviation) away: a busy machine holds ticks up, by hundreds of milliseconds at times.
    """
    times = np.asarray(ticks, dtype=np.float64)
    number = np.arange(len(times)) - (len(times) - 1.0)
    kept = np.ones(len(times), dtype=np.bool_)
    period, last = np.polyfit(number, times, 1)
    for _ in range(_REFITS):
        off = times - last - period * number
        middle = np.median(off)
        kept = np.abs(off - middle) <= max(3 * 1.4826 * float(np.median(np.abs(off - middle))), _CLOSE)
        period, last = np.polyfit(number[kept], times[kept], 1)
    return Line(float(last), float(period))


def smoothed(ticks: Sequence[float]) -> Floats:
    """The times (seconds, float64 [ticks]) that a clock's ticks stand for: each one's distance from an even clock is
    the median of its NEIGHBOURS', so that ticks that were held up count for nothing, and a clock that stood still for
    a moment is one that did. Raises BenchError for fewer than four beats of them."""
    times = np.asarray(ticks, dtype=np.float64)
    if len(times) < 4 * TICKS_PER_BEAT:
        raise BenchError(f"only {len(times)} ticks of the clock were heard")
    even = np.arange(len(times)) * (times[-1] - times[0]) / (len(times) - 1)
    off = times - even
    out = np.empty_like(times)
    for tick in range(len(times)):
        # As many on either side: the tempo may be another than the mean.
        reach = min(NEIGHBOURS, tick, len(times) - 1 - tick)
        out[tick] = even[tick] + np.median(off[tick - reach : tick + reach + 1])
    return out


def off_grid(onsets: Sequence[float], ticks: Floats) -> Floats:
    """Seconds from the nearest grid line to each onset, where the clock's ticks are at `ticks` (seconds)."""
    number = np.arange(len(ticks)) / TICKS_PER_BEAT
    beats = np.interp(np.asarray(onsets), ticks, number)
    lines = np.round(beats / GRID) * GRID
    off: Floats = np.asarray(onsets) - np.interp(lines, number, ticks)
    return off
