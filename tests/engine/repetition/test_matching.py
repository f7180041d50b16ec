"""The latest of the longest runs that agree with the newest events."""

from __future__ import annotations

import numpy as np

from bridge.engine.repetition.matching import LONGEST, WINDOW, latest_matches


def matches(*keys: int) -> list[tuple[int, int]]:
    """(where, length) for each event of one line."""
    here = np.arange(len(keys))
    found = latest_matches(np.array(keys), here, here)
    return list(zip(found.where.tolist(), found.length.tolist(), strict=True))


def naive(keys: list[int], end: int) -> tuple[int, int]:
    """By trying every place for every length."""
    best = (-1, 0)
    for where in range(end):
        length = 0
        while length < LONGEST and where - length >= 0 and keys[where - length] == keys[end - length]:
            length += 1
        while length and end - (where - length + 1) >= WINDOW:
            length -= 1
        if length and length >= best[1]:
            best = where, length
    return best


def test_what_was_never_there_has_no_match() -> None:
    assert matches(1, 2, 3) == [(-1, 0)] * 3


def test_the_longest_counts_and_of_equal_ones_the_latest() -> None:
    assert matches(1, 2, 3, 9, 2, 3)[-1] == (2, 2)
    assert matches(7, 1, 8, 1, 9, 1)[-1] == (3, 1)
    assert matches(5, 1, 2, 9, 2, 5, 1, 2)[-1] == (2, 3)


def test_a_run_is_no_longer_than_the_longest() -> None:
    assert matches(*[4] * 30)[-1] == (28, LONGEST)


def test_lines_that_lie_one_after_the_other_share_nothing() -> None:
    keys = np.array([1, 2, 3, 11, 12, 11, 12])
    place = np.array([0, 1, 2, 0, 1, 2, 3])
    found = latest_matches(keys, place, np.arange(7))
    assert found.length.tolist() == [0, 0, 0, 0, 0, 1, 2] and found.where[6] == 4
    # The same keys as one line would find a run across the seam.
    seam = np.array([1, 2, 1, 2])
    assert latest_matches(seam, np.array([0, 1, 0, 1]), np.arange(4)).length.tolist() == [0, 0, 1, 2]


def test_what_lies_beyond_the_window_is_forgotten_by_places_in_the_stream() -> None:
    keys, place = np.array([1, 1]), np.arange(2)
    assert latest_matches(keys, place, np.array([0, WINDOW - 1])).length[1] == 1
    assert latest_matches(keys, place, np.array([0, WINDOW])).length[1] == 0


def test_as_by_trying_everything() -> None:
    rng = np.random.default_rng(0)
    for classes in (2, 3, 6):
        keys = rng.integers(0, classes, 120).tolist()
        assert matches(*keys) == [naive(keys, end) for end in range(len(keys))]
