"""Counting what followed what."""

from __future__ import annotations

import numpy as np

from bridge.evaluation.counts import Counts, count_before, hash_columns


def columns(*values: list[int]) -> list[np.ndarray]:
    return [np.array(column, np.int32) for column in values]


def test_counts_of_a_context() -> None:
    keys = hash_columns(*columns([1, 1, 1, 2]), salt=1)
    symbols = np.array([7, 7, 9, 7], np.uint8)
    asked = hash_columns(*columns([1, 1, 2, 3]), salt=1)
    seen = Counts(keys, symbols).look_up(asked, np.array([7, 9, 9, 7], np.uint8))
    assert seen.class_count.tolist() == [2, 1, 0, 0]
    assert seen.total.tolist() == [3, 3, 1, 0]
    assert seen.different.tolist() == [2, 2, 1, 0]


def test_counting_goes_by_what_came_before() -> None:
    keys = hash_columns(*columns([1, 1, 2, 1, 1]), salt=1)
    seen = count_before(keys, np.array([5, 5, 5, 6, 5], np.uint8))
    assert seen.class_count.tolist() == [0, 1, 0, 0, 2]
    assert seen.total.tolist() == [0, 1, 0, 2, 3]
    assert seen.different.tolist() == [0, 1, 0, 1, 2]


def test_keys_differ_by_order_sign_and_salt_and_leave_room_for_a_class() -> None:
    one, two = hash_columns(*columns([1, -1], [2, 2]), salt=1), hash_columns(*columns([2, 2], [1, -1]), salt=1)
    assert len({*one.tolist(), *two.tolist(), *hash_columns(*columns([1, -1], [2, 2]), salt=2).tolist()}) == 6
    assert not (one & np.uint64(0xFF)).any()
