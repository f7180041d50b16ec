"""Lines of the song's grid, in session beats."""

from __future__ import annotations

import pytest

from bridge.timing.clock import SessionClock
from bridge.timing.grid import line_from, nearest_line, next_bar, next_beat

CLOCK = SessionClock(metered=True, song_offset=-1.5, beats_per_bar=3.0)  # bars at 1.5, 4.5, 7.5


@pytest.mark.parametrize(("beat", "bar"), [(0.0, 1.5), (1.5, 1.5), (1.5 + 1e-9, 1.5), (1.51, 4.5), (4.6, 7.5)])
def test_the_next_bar_line(beat: float, bar: float) -> None:
    assert next_bar(CLOCK, beat) == bar


@pytest.mark.parametrize(("beat", "found"), [(0.0, 0.5), (0.5, 0.5), (0.51, 1.5)])
def test_the_next_beat(beat: float, found: float) -> None:
    assert next_beat(CLOCK, beat) == found


@pytest.mark.parametrize(("beat", "bar"), [(0.1, 1.5), (2.9, 1.5), (3.1, 4.5), (-0.1, -1.5)])
def test_the_nearest_bar_line(beat: float, bar: float) -> None:
    assert nearest_line(CLOCK, beat, 3.0) == bar


def test_lines_of_a_triplet_grid() -> None:
    assert line_from(SessionClock(), 1.1, 1 / 3) == pytest.approx(4 / 3)
