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


# The song's first bar begins a sixteenth after a session beat: its grid lies between ours.
SHIFTED = SessionClock().with_tempo(120.0, 0.0).with_transport(True, 0.0, 0.125)


def test_grid_and_swing_are_those_of_the_songs_bars_wherever_they_lie() -> None:
    assert SHIFTED.song_offset == -0.25
    assert placing(SHIFTED, quantize=4).on_grid(1.4, 0.0) == pytest.approx(1.25)
    assert placing(SHIFTED, quantize=4).on_grid(1.4, 1.3) == pytest.approx(2.25), "not before what is past already"
    swung = placing(SHIFTED, swing=0.75)
    assert swung.moment_of(0.75) == pytest.approx(SHIFTED.time_at(1.0))
    assert swung.moment_of(1.25) == pytest.approx(SHIFTED.time_at(1.25)), "a beat of the song stays"
    assert swung.sounding_of(SHIFTED.time_at(0.75)) == pytest.approx(swung.moment_of(0.75))


@pytest.mark.parametrize(
    ("clock", "values", "matters"),
    [
        (IN_BARS, {}, False),
        (IN_BARS, {"quantize": 1}, True),
        (IN_BARS, {"quantize": 32}, True),
        (IN_BARS, {"swing": 0.55}, True),
        (IN_BARS, {"offset": 20.0, "humanize": 10.0}, False),
        (FREE, {"quantize": 16}, False),
    ],
)
def test_where_in_the_bar_a_note_begins_matters_to_a_grid_and_to_swing(
    clock: SessionClock, values: dict[str, float], matters: bool
) -> None:
    assert placing(clock, **values).by_the_bar is matters


def test_what_is_planned_for_a_time_sounds_then_where_nothing_swings() -> None:
    free = placing(FREE, swing=0.7)
    straight = placing(IN_BARS, quantize=16)
    for time in (0.0, 0.3, 7.77):
        assert free.sounding_of(time) == time and straight.sounding_of(time) == time
