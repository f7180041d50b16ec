"""A piece's tempo and metre: beats to seconds and back, and its bars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.timing.timeline import Metre, Tempo, Timeline

TEMPOS = st.lists(
    st.builds(Tempo, st.floats(0, 200), st.floats(10, 400)),
    max_size=6,
)


@given(TEMPOS, st.floats(0, 400))
def test_beats_to_seconds_and_back(tempos: list[Tempo], beat: float) -> None:
    timeline = Timeline(tuple(tempos))
    assert timeline.beat_at(timeline.seconds_at(beat)) == pytest.approx(beat, abs=1e-6)


def test_a_tempo_change_bends_time_where_it_is() -> None:
    timeline = Timeline((Tempo(0.0, 120.0), Tempo(8.0, 60.0)))
    assert timeline.seconds_at(8.0) == 4.0
    assert timeline.seconds_at(12.0) == 8.0
    assert timeline.beat_at(6.0) == 10.0
    assert timeline.tempo_at(7.9) == 120.0 and timeline.tempo_at(8.0) == 60.0


def test_120_and_four_four_hold_until_something_is_said() -> None:
    timeline = Timeline((Tempo(4.0, 60.0),), (Metre(8.0, 3, 4),))
    assert timeline.seconds_at(4.0) == 2.0
    assert timeline.metre_at(7.0) == Metre(0.0, 4, 4)


def test_of_several_changes_at_one_beat_the_last_holds() -> None:
    timeline = Timeline((Tempo(0.0, 100.0), Tempo(0.0, 80.0)), (Metre(0.0, 3, 4), Metre(0.0, 6, 8)))
    assert timeline.tempo_at(0.0) == 80.0
    assert str(timeline.metre_at(0.0)) == "6/8"


def test_bars_through_changes_of_metre() -> None:
    timeline = Timeline((), (Metre(0.0, 4, 4), Metre(8.0, 6, 8), Metre(14.0, 7, 8)))
    assert timeline.bar_at(0.0) == (0, 0.0)
    assert timeline.bar_at(7.5) == (1, 3.5)
    assert timeline.bar_at(8.0) == (2, 0.0)
    assert timeline.bar_at(13.0) == (3, 2.0)
    assert timeline.bar_at(18.0) == (5, 0.5)


def test_a_metre_that_comes_in_mid_bar_begins_a_bar() -> None:
    timeline = Timeline((), (Metre(0.0, 4, 4), Metre(6.0, 3, 4)))
    assert timeline.bar_at(5.0) == (1, 1.0)
    assert timeline.bar_at(6.0) == (2, 0.0)


@pytest.mark.parametrize("tempo", [0.0, -3.0, float("inf"), float("nan")])
def test_a_tempo_that_is_none_is_refused(tempo: float) -> None:
    with pytest.raises(ValueError, match="tempo"):
        Timeline((Tempo(0.0, tempo),))


def test_a_metre_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="0/4"):
        Timeline((), (Metre(0.0, 0, 4),))


@pytest.mark.parametrize("metre", [Metre(0.0, 3, 0), Metre(0.0, 3, -4), Metre(-1.0, 3, 4)])
def test_a_metre_has_numbers_above_0_and_a_beat_from_0_on(metre: Metre) -> None:
    with pytest.raises(ValueError, match=f"a metre of {metre}"):
        Timeline((), (metre,))


def test_nothing_changes_before_the_beginning() -> None:
    with pytest.raises(ValueError, match="tempo"):
        Timeline((Tempo(-1.0, 100.0),))
    timeline = Timeline((Tempo(0.5, 60.0), Tempo(4.5, 30.0)), (Metre(0.5, 1, 1),))
    assert (timeline.tempo_at(-1.0), timeline.tempo_at(0.5), timeline.tempo_at(4.5)) == (120.0, 60.0, 30.0)
    assert timeline.seconds_at(-1.0) == -0.5 and timeline.beat_at(-0.5) == -1.0
    assert timeline.seconds_at(6.5) == 0.25 + 4.0 + 4.0
    assert str(timeline.metre_at(-1.0)) == "4/4" and str(timeline.metre_at(0.5)) == "1/1"


def test_one_tempo_and_metre_all_the_way_or_none() -> None:
    steady = Timeline.steady(90.0, 6, 8)
    assert steady.seconds_at(3.0) == 2.0 and steady.bar_at(4.0) == (1, 1.0) and not steady.free
    free = Timeline.without_beat()
    assert free.free and free.seconds_at(3.0) == 1.5
