"""What every member of the band goes by."""

from __future__ import annotations

from collections import Counter

import pytest

from bridge.performer.band_part import Ground, Member, Moment, choose, nearest_due, pitches_of
from bridge.timing.accents import Accents

C = frozenset({0, 4, 7})


def moment(place: float = 0.0, grid: float = 0.25, signature: str = "4/4") -> Moment:
    return Moment(beat=8.0 + place, place=place, bar=2, grid=grid, metre=Accents.of(signature), ground=None)


@pytest.mark.parametrize(("root", "tones"), [(0, {0, 7}), (5, {5, 0}), (11, {11, 6})])
def test_where_one_tone_is_known_its_fifth_goes_with_it(root: int, tones: set[int]) -> None:
    ground = Ground.on(root)
    assert ground.tones == tones and ground.bass == ground.root == root


def test_a_ground_allows_what_is_under_its_chord_and_is_like_one_in_another_key() -> None:
    over = Ground(0, 2, C)
    assert over.allowed == {0, 2, 4, 7} and Ground(0, 4, C).allowed == C
    assert over.is_like(Ground(0, 2, C, scale=frozenset(range(12))))
    assert not over.is_like(Ground(0, 0, C)) and not over.is_like(Ground(9, 2, C))


@pytest.mark.parametrize(
    ("chance", "index"), [(0.0, 0), (0.249, 0), (0.251, 2), (0.999, 3), (1.0, 3)]
)  # of 1, 0, 2, 1: quarters, the second never
def test_an_index_is_chosen_as_likely_as_its_weight(chance: float, index: int) -> None:
    assert choose([1.0, 0.0, 2.0, 1.0], lambda: chance) == index


def test_all_chances_together_make_the_weights() -> None:
    drawn = Counter(choose([1, 3], lambda number=number: (number + 0.5) / 100) for number in range(100))
    assert drawn == {0: 25, 1: 75}


def test_pitches_are_within_their_bounds_and_those_of_midi() -> None:
    assert pitches_of({0, 7}, 60, 72) == [60, 67, 72]
    assert pitches_of({0}, -30, 12) == [0, 12] and pitches_of({7}, 120, 300) == [127]
    assert pitches_of(set(), 0, 127) == [] and pitches_of({0}, 61, 60) == []


def test_the_next_line_at_which_something_is_due_is_counted_over_the_bar_line() -> None:
    assert nearest_due(moment(3.5), lambda place: place == 0.5, 4.0) == 1.0
    assert nearest_due(moment(1.0), lambda place: place == 0.0, 4.0) == 3.0
    assert nearest_due(moment(0.0), lambda place: place == 0.0, 8.0) == 4.0, "not this line itself"
    assert nearest_due(moment(0.0), lambda place: place == 3.0, 2.0) == 2.0, "as far as is asked"
    assert nearest_due(moment(2.0, signature="3/4"), lambda place: place == 0.0, 4.0) == 1.0


def test_a_member_asks_for_nothing_more_of_itself() -> None:
    member = Member(2, lambda: 0.5)
    assert member.played(moment(), 60, 80, 1.0) == []
    with pytest.raises(NotImplementedError):
        member.cues(moment())
    with pytest.raises(NotImplementedError):
        member.last(moment())
