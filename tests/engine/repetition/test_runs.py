"""The index finds, event by event, what sorting finds in all of them at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engine.repetition.matching import LONGEST, WINDOW, latest_matches
from bridge.engine.repetition.runs import Places

KEYS = st.lists(st.integers(0, 3), min_size=1, max_size=60)


def by_index(keys: list[int]) -> list[tuple[int, int]]:
    places, found = Places(), []
    for newest, key in enumerate(keys):
        found.append(places.latest_match(keys[: newest + 1], 0, max(newest - WINDOW + 1, 0), newest))
        places.add(key, newest, 0)
    return found


@settings(max_examples=60, deadline=None)
@given(KEYS)
def test_both_ways_of_looking_find_the_same(keys: list[int]) -> None:
    here = np.arange(len(keys))
    matches = latest_matches(np.array(keys), here, here)
    assert list(zip(matches.where.tolist(), matches.length.tolist(), strict=True)) == by_index(keys)


def test_a_run_is_counted_up_to_the_longest_and_the_latest_of_them_is_taken() -> None:
    assert by_index([1, 2, 3, 1, 2, 3])[-1] == (2, 3)
    assert by_index([5, 1, 6, 1, 5, 1])[-1] == (1, 2), "the longer run, though another is later"
    assert by_index([0] * 40)[-1] == (38, LONGEST)


def test_what_is_taken_back_was_never_heard_and_a_fork_shares_what_was() -> None:
    places = Places()
    for position, key in enumerate([1, 2, 1]):
        places.add(key, position, 0)
    fork = Places(places)
    fork.add(7, 3, 0)
    assert fork.latest_match([1, 2, 1, 7, 1], 0, 0, 4)[0] == 2
    places.take_back(1)
    assert places.latest_match([1, 2, 1], 0, 0, 2) == (0, 1)
    places.clear()
    assert places.latest_match([1, 2, 1], 0, 0, 2) == (-1, 0)
