"""Which pitches are added to a tune: what is cheap, what is dear, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.performer.voicing import AS_GOOD, Before, voicings

C_MAJOR = np.array([1.0 if tone in (0, 4, 7) else 0.1 if tone in (2, 5, 9, 11) else 0.0 for tone in range(12)])
BELOW_E5 = tuple(range(60, 74))  # under the tune 76


def test_tones_of_the_chord_below_the_tune_in_close_position() -> None:
    ways = voicings(76, BELOW_E5, C_MAJOR, 2, Before())
    assert ways.best == (72, 67)
    assert voicings(76, BELOW_E5, C_MAJOR, 1, Before()).best in {(72,), (67,)}


def test_each_line_goes_on_with_the_smallest_motion() -> None:
    f_major = np.array([1.0 if tone in (5, 9, 0) else 0.0 for tone in range(12)])
    before = Before(76, (72, 67))
    assert voicings(77, tuple(range(60, 75)), f_major, 2, before).best == (72, 69)


def test_a_semitone_against_the_tune_is_left_out_even_where_the_chord_has_it() -> None:
    weights = np.zeros(12)
    weights[[0, 4, 7, 11]] = 1.0  # C major seventh, the tune on C
    ways = voicings(72, tuple(range(58, 70)), weights, 2, Before()).as_good()
    assert 59 not in set(ways.pitches.flat)


def test_no_seconds_in_parallel_with_the_tune() -> None:
    weights = np.ones(12)
    before = Before(74, (72,))  # a second below the tune, which goes up
    ways = voicings(76, tuple(range(60, 76)), weights, 1, before).as_good()
    assert not {74, 75} & set(ways.pitches.flat)


def test_fifths_in_parallel_are_dearer_than_the_same_motion_without() -> None:
    def cost(before: Before) -> float:
        ways = voicings(74, tuple(range(60, 72)), np.ones(12), 1, before)
        return float(ways.costs[ways.pitches[:, 0] == 67][0])

    in_parallel, against = Before(72, (65,)), Before(76, (65,))
    assert cost(in_parallel) > cost(against) + 1.0


def test_too_few_pitches_leave_no_way() -> None:
    assert len(voicings(72, (60,), C_MAJOR, 2, Before())) == 0
    assert len(voicings(72, (), C_MAJOR, 1, Before())) == 0


def test_choosing_line_by_line() -> None:
    ways = voicings(76, BELOW_E5, C_MAJOR, 2, Before()).as_good(3.0)
    upper = ways.choices(0)
    assert len(upper) > 1
    left = ways.with_pitch(0, upper[0])
    assert set(left.pitches[:, 0].tolist()) == {upper[0]} and left.lines == 2
    allowed = np.zeros(128, dtype=np.bool_)
    allowed[left.choices(1)[0]] = True
    assert left.among(allowed, 1).choices(1) == left.choices(1)[:1]
    assert len(left.among(np.zeros(128, dtype=np.bool_), 1)) == 0


@given(
    tune=st.integers(30, 100),
    allowed=st.sets(st.integers(20, 110), min_size=4, max_size=40),
    weights=st.lists(st.floats(0, 1), min_size=12, max_size=12),
    lines=st.integers(1, 4),
    last=st.sets(st.integers(20, 110), min_size=4, max_size=4),
)
def test_always_so_many_different_pitches_from_the_top_down(
    tune: int, allowed: set[int], weights: list[float], lines: int, last: set[int]
) -> None:
    before = Before(tune + 2, tuple(sorted(last, reverse=True))[:lines])
    ways = voicings(tune, sorted(allowed), np.array(weights), lines, before)
    assert len(ways) and set(ways.best) <= allowed
    good = ways.as_good()
    assert 1 <= len(good) <= len(ways) and good.costs.max() <= ways.costs.min() + AS_GOOD + 1e-9
    assert (np.diff(good.pitches, axis=1) < 0).all()


@pytest.mark.parametrize("lines", [1, 2, 3, 4])
def test_the_same_in_another_key(lines: int) -> None:
    here = voicings(76, BELOW_E5, C_MAJOR, lines, Before())
    there = voicings(79, tuple(pitch + 3 for pitch in BELOW_E5), np.roll(C_MAJOR, 3), lines, Before())
    assert [pitch + 3 for pitch in here.best] == list(there.best)
