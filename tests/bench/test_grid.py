from __future__ import annotations

import pytest

from bridge.bench.grid import off_grid, robust_line, smoothed

TICKS = [tick / 48 for tick in range(240)]  # 120 BPM


def test_a_line_through_ticks_passes_over_those_that_were_held_up() -> None:
    heard = [time + (0.3 if tick in (50, 51, 239) else 0.0) for tick, time in enumerate(TICKS)]
    line = robust_line(heard)
    assert line.period == pytest.approx(1 / 48, abs=1e-6)
    assert line.time == pytest.approx(239 / 48, abs=1e-4), "the last one was meant for then"


def test_a_grid_passes_over_them_and_stands_still_with_a_clock_that_does() -> None:
    meant = [time + (0.04 if tick >= 120 else 0.0) for tick, time in enumerate(TICKS)]
    heard = [time + (0.2 if tick in (50, 51) else 0.0) for tick, time in enumerate(meant)]
    # A stop makes the mean tempo, and with it the slope of what is compared, a little slower.
    assert smoothed(heard).tolist() == pytest.approx(meant, abs=0.005)


def test_distances_are_to_the_nearest_eighth() -> None:
    assert off_grid([1.0, 1.252, 1.6], smoothed(TICKS)).tolist() == pytest.approx([0.0, 0.002, 0.1], abs=1e-6)
