"""Seconds to beats and back."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.timing.clock import STEEPEST_SLEW, SessionClock, beats_per_bar


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


@pytest.mark.parametrize(
    ("signature", "beats"), [("4/4", 4.0), ("3/4", 3.0), ("6/8", 3.0), ("7/8", 3.5), ("2/2", 4.0), ("12/8", 6.0)]
)
def test_a_time_signature_is_quarter_beats_in_a_bar(signature: str, beats: float) -> None:
    assert beats_per_bar(signature) == beats


@pytest.mark.parametrize("signature", ["", "4", "4/5", "0/4", "-3/4", "x/y", "4/4/4"])
def test_what_is_no_time_signature_is_refused(signature: str) -> None:
    with pytest.raises(ValueError, match="write it as 4/4"):
        beats_per_bar(signature)


@given(
    bpm=st.floats(20.0, 999.0),
    steers=st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(20.0, 999.0), st.floats(-0.6, 0.6)), max_size=6),
)
def test_a_steered_line_never_jumps_nor_runs_backwards(bpm: float, steers: list[tuple[float, float, float]]) -> None:
    clock, now = SessionClock().with_tempo(bpm, 0.0), 1.0
    for wait, tempo, error in steers:
        now += wait
        steered = clock.steered(tempo, error, now)
        assert steered.beat_at(now) == pytest.approx(clock.beat_at(now))
        assert steered.settled_beat_at(now) == pytest.approx(clock.settled_beat_at(now) + error)
        clock = steered
        moments = [now + step / 50 for step in range(200)]
        beats = [clock.beat_at(moment) for moment in moments]
        steepest = (1 + STEEPEST_SLEW) * clock.bpm / 60 / 50 + 1e-9
        assert all(0 < after - before <= steepest for before, after in itertools.pairwise(beats))
        for moment, beat in zip(moments, beats, strict=True):
            assert clock.time_at(beat) == pytest.approx(moment)
        assert clock.beat_at(clock.settled_at + 1) == pytest.approx(clock.settled_beat_at(clock.settled_at + 1))


def test_a_phase_is_put_right_at_a_tenth_of_the_tempo_and_over_half_a_beat_at_least() -> None:
    clock = SessionClock().with_tempo(120.0, 0.0)
    late = clock.steered(120.0, 0.2, 10.0)
    assert late.settled_at == pytest.approx(11.0), "0.2 beats at a tenth: two beats, a second"
    assert (late.beat_at(10.0), late.beat_at(10.5), late.beat_at(11.0)) == pytest.approx((20.0, 21.1, 22.2))
    assert late.beat_at(9.0) == 18.0 and late.settled_beat_at(9.0) == pytest.approx(18.2), (
        "what is past stays where it was"
    )
    assert late.time_at(18.0) == 9.0 and late.time_at(22.2) == pytest.approx(11.0)
    assert clock.steered(60.0, -0.01, 10.0).settled_at == pytest.approx(10.5), "half a beat"


def test_the_shortest_and_the_longest_bar() -> None:
    assert beats_per_bar("1/32") == 0.125 and beats_per_bar("32/1") == 128.0
    for signature in ("33/4", "0/4", "4/3", "44", "44/", "+4/4", " 4/4", "/4", "\u00b2/4", "4/\u00b2"):
        with pytest.raises(ValueError, match="time signature cannot be"):
            beats_per_bar(signature)
