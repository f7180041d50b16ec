"""How far notes lie from the grid of somebody's clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.bench.result import BenchError

TICKS_PER_BEAT: Final = 24
# The grid a clock implies at one of its ticks is made from so many before and as many after it.
NEIGHBOURS: Final = TICKS_PER_BEAT
# What the measured machine plays on: eighths, asked for with `quantize`.
GRID: Final = 0.5
QUANTIZE: Final = ("--set", "quantize=8")

Floats = npt.NDArray[np.float64]


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
