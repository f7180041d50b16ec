"""From beats to the seconds at which notes sound."""

from __future__ import annotations

import pytest

from bridge.timing.clock import SessionClock
from bridge.timing.placing import Placing
from bridge.vocabulary.parameters import Values

FREE = SessionClock()
IN_BARS = SessionClock().with_tempo(120.0, 0.0).with_bars(4.0).with_transport(True, 0.0, 0.0)


def placing(clock: SessionClock, **values: float) -> Placing:
    return Placing.of(clock, Values().changed(values))


def test_in_free_time_nothing_is_moved() -> None:
    placed = placing(FREE, quantize=16, swing=0.67)
    assert not placed.by_the_bar
    assert placed.on_grid(1.13, 0.0) == 1.13
    assert placed.moment_of(1.5) == FREE.time_at(1.5)


def test_where_bars_are_known_notes_go_to_the_grid_and_off_beats_swing() -> None:
    assert placing(IN_BARS, quantize=8).on_grid(1.4, 0.0) == pytest.approx(1.5)
    swung = placing(IN_BARS, swing=0.67)
    assert swung.by_the_bar
    assert swung.moment_of(2.5) - IN_BARS.time_at(2.0) == pytest.approx(0.67 * 0.5)
    assert swung.moment_of(2.0) == pytest.approx(IN_BARS.time_at(2.0))
    assert swung.sounding_of(IN_BARS.time_at(2.5)) == pytest.approx(swung.moment_of(2.5))


def test_an_offset_moves_what_sounds_even_in_free_time() -> None:
    assert placing(FREE, offset=-50.0).sounding_of(3.0) == pytest.approx(2.95)
