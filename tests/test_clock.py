"""Seconds to beats and back."""

import pytest

from bridge.clock import SessionClock


def test_free_time_is_half_a_second_a_beat_without_bars() -> None:
    clock = SessionClock()
    assert clock.beat_at(3.0) == 6.0
    assert clock.time_at(6.0) == 3.0
    assert clock.bar_beat_at(3.0) is None


def test_a_tempo_change_bends_the_line_where_it_happens() -> None:
    clock = SessionClock().with_tempo(90.0, 10.0)
    assert clock.beat_at(10.0) == 20.0
    assert clock.beat_at(12.0) == pytest.approx(23.0)
    assert clock.bar_beat_at(12.0) == pytest.approx(23.0)
    assert clock.with_tempo(0, 12.0).bar_beat_at(12.0) is None
    assert clock.with_tempo(0, 12.0).beat_at(13.0) == pytest.approx(25.0)


@pytest.mark.parametrize("bpm", [-1.0, 5.0, 1000.0, float("nan"), float("inf")])
def test_an_impossible_tempo_is_refused(bpm: float) -> None:
    with pytest.raises(ValueError, match="20 to 999"):
        SessionClock().with_tempo(bpm, 0.0)


def test_a_transport_that_jumps_moves_the_bars_and_not_the_beats() -> None:
    clock = SessionClock().with_tempo(60.0, 0.0)
    jumped = clock.with_transport(True, 100.0, 7.0)
    assert jumped.beat_at(8.0) == clock.beat_at(8.0)
    assert jumped.bar_beat_at(8.0) == pytest.approx(101.0)
    assert jumped.with_transport(False, 0.0, 9.0).bar_beat_at(9.0) is None
