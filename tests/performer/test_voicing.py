"""Which pitches are added to a tune: what is cheap, what is dear, and what is left out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.performer.voicing import AS_GOOD, RARER, Before, Voicings, voicings

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


def test_by_chance_the_cheaper_is_the_likelier() -> None:
    pitches, costs = np.array([[67, 60], [65, 60], [65, 62], [64, 60]]), np.array([0.0, 0.4, 5.0, 0.8])
    ways = Voicings(pitches, costs)
    chosen = Counter(ways.likely(0, (place + 0.5) / 10_000) for place in range(10_000))
    assert chosen[67] / chosen[65] == pytest.approx(np.exp(0.4 / RARER), rel=0.01)
    assert chosen[67] / chosen[64] == pytest.approx(np.exp(0.8 / RARER), rel=0.01)
    assert set(chosen) == {64, 65, 67}
    assert (ways.likely(0, 0.0), ways.likely(0, np.nextafter(1.0, 0.0))) == (64, 67)
    assert ways.likely(1, 0.5) == 60


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


def cost(tune: int, lines: tuple[int, ...], before: Before | None = None, sounding: tuple[int, ...] = ()) -> float:
    """What just these lines cost, where every tone belongs to the chord."""
    return float(voicings(tune, sorted(lines), np.ones(12), len(lines), before or Before(), sounding).costs[0])


def motion_cost(tune: int, then: tuple[int, ...], now: tuple[int, ...]) -> float:
    """What it costs beside `now` alone that the lines come from `then`, under a tune that is held."""
    return cost(tune, now, Before(tune, then)) - cost(tune, now)


@pytest.mark.parametrize("below", [3, 4, 8, 9])
def test_a_third_or_a_sixth_below_the_tune_costs_nothing(below: int) -> None:
    assert cost(76, (76 - below,)) == 0.0


def test_lines_far_from_the_tune_are_dearer_than_the_same_tones_near_it() -> None:
    assert cost(76, (60, 55)) > cost(76, (72, 67))
    assert cost(76, (48, 43)) > cost(76, (60, 55))


def test_a_second_against_the_tune_is_dearer_than_a_ninth() -> None:
    assert cost(76, (74,)) > cost(76, (62,)) > 0.0


def test_a_major_seventh_between_two_lines_is_dearer_than_a_fourth_whichever_lines_they_are() -> None:
    assert cost(76, (72, 61)) > cost(76, (72, 67)) + 5.0
    assert cost(79, (76, 72, 61)) > cost(79, (76, 72, 67)) + 5.0
    assert cost(79, (72, 67, 61)) > cost(79, (72, 67, 60)) + 5.0


def test_a_semitone_against_anything_else_that_the_human_holds_is_as_dear_as_against_the_tune() -> None:
    added = {pitch: cost(76, (pitch,), sounding=(60,)) - cost(76, (pitch,)) for pitch in range(61, 74)}
    assert {pitch for pitch, more in added.items() if more} == {61, 71, 73}
    assert cost(76, (71,), sounding=(60, 48)) > cost(76, (71,), sounding=(60,))


def test_lines_that_stay_cost_nothing_and_a_leap_more_than_the_steps_it_spans() -> None:
    motion = {by: motion_cost(84, (60,), (60 + by,)) for by in range(-9, 10)}
    assert motion[0] == 0.0
    assert all(motion[by] == pytest.approx(motion[-by]) for by in motion)
    assert motion[5] == pytest.approx(5 * motion[1]), "up to a fourth"
    assert motion[7] > motion[5] + motion[2]
    assert motion[9] > motion[7] > motion[6]


@pytest.mark.parametrize(
    ("then", "now", "dearer"),
    [
        ((67, 60), (69, 62), True),  # fifths
        ((65, 60), (63, 58), True),  # fourths, which are fifths upside down
        ((72, 60), (74, 62), True),  # octaves
        ((62, 60), (64, 62), True),  # seconds
        ((62, 60), (64, 63), True),  # a second, and then a narrower one
        ((70, 60), (72, 62), True),  # sevenths
        ((64, 60), (66, 62), False),  # thirds may
        ((67, 60), (67, 60), False),  # what stays is no motion
        ((67, 60), (69, 50), False),  # a fifth left in opposite directions
        ((67, 60), (73, 61), False),  # a fifth, and then an octave
        ((62, 60), (65, 61), False),  # a second that opens
    ],
)
def test_only_perfect_intervals_and_seconds_in_parallel_cost_more_than_each_line_by_itself(
    then: tuple[int, ...], now: tuple[int, ...], dearer: bool
) -> None:
    alone = sum(motion_cost(91, (one,), (other,)) for one, other in zip(then, now, strict=True))
    together = motion_cost(91, then, now)
    assert together > alone + 1.0 if dearer else together == pytest.approx(alone)


def test_parallels_are_heard_between_the_second_and_the_third_line_too() -> None:
    moved = motion_cost(91, (67,), (69,)) + motion_cost(91, (60,), (62,))
    assert motion_cost(91, (74, 67, 60), (74, 69, 62)) > moved + 1.0


def test_with_a_whole_keyboard_allowed_lines_go_on_where_they_were_and_not_to_the_tune() -> None:
    best = voicings(91, range(30, 90), np.ones(12), 2, Before(90, (47, 43))).best
    assert all(abs(pitch - last) <= 4 for pitch, last in zip(best, (47, 43), strict=True))


@pytest.mark.parametrize(("tune", "allowed"), [(76, range(20, 76)), (40, range(41, 110))])
def test_with_a_whole_keyboard_allowed_the_chord_s_tones_near_the_tune_are_all_to_choose_from(
    tune: int, allowed: range
) -> None:
    chord = np.array([1.0 if tone in (0, 4, 7) else 0.0 for tone in range(12)])
    near = {pitch for pitch in allowed if pitch % 12 in (0, 4, 7) and abs(pitch - tune) <= 12}
    assert near <= set(voicings(tune, allowed, chord, 1, Before()).choices(0))


def test_the_cheapest_way_is_always_as_good_and_where_there_is_none_nothing_is() -> None:
    ways = voicings(76, BELOW_E5, C_MAJOR, 2, Before())
    assert ways.as_good(0.0).best == ways.best
    none = voicings(72, (), C_MAJOR, 2, Before())
    assert len(none.as_good()) == 0 and none.lines == 2


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
