"""Ring arithmetic: what is intact, and how far back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engine.rewind import History, RingPosition

WINDOW, REWIND, SLOTS = 6, 4, 10


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, REWIND)), max_size=20))
def test_whatever_can_be_taken_back_is_still_in_the_ring(plan: list[tuple[int, int]]) -> None:
    """Against a ring that remembers which event each slot holds."""
    ring = RingPosition(WINDOW, REWIND)
    slots: list[int | None] = [None] * SLOTS
    serial = 0
    history: list[int] = []
    for count, back in plan:
        for _ in range(count):
            slots[ring.position % SLOTS] = serial
            history.append(serial)
            serial += 1
            ring.advance(1)
        for target in range(ring.position - ring.rewindable, ring.position + 1):
            # The next event at `target` attends to the window - 1 before it.
            for place in range(max(0, target - WINDOW + 1), target):
                assert slots[place % SLOTS] == history[place]
        back = min(back, ring.rewindable)
        ring.rewind(back)
        del history[len(history) - back :]
        assert ring.position == len(history)
        assert 0 <= ring.rewindable <= REWIND


def test_everything_can_be_taken_back_while_it_fits() -> None:
    ring = RingPosition(WINDOW, REWIND)
    ring.advance(3)
    assert ring.rewindable == 3
    ring.rewind(3)
    assert (ring.position, ring.rewindable) == (0, 0)


@pytest.mark.parametrize("count", [-1, 5])
def test_more_than_that_is_refused(count: int) -> None:
    ring = RingPosition(WINDOW, REWIND)
    ring.advance(100)
    with pytest.raises(ValueError, match=f"cannot take back {count} events: 4 can be, at position 100"):
        ring.rewind(count)
    assert ring.position == 100


def test_history_keeps_the_last_few() -> None:
    history = History(3, (2,))
    for position in range(10):
        history.put(position, np.full(2, position, dtype=np.float32))
    assert [history.at(position)[0] for position in (7, 8, 9)] == [7, 8, 9]
    assert History(3, (2,), np.float16).at(0).dtype == np.float16


@pytest.mark.parametrize(("window", "rewind"), [(0, 4), (-1, 4), (6, -1)])
def test_a_ring_without_a_window_is_refused(window: int, rewind: int) -> None:
    with pytest.raises(ValueError, match=f"window {window} and rewind {rewind}: at least 1 and at least 0"):
        RingPosition(window, rewind)


def test_the_smallest_ring_remembers_one_event_and_takes_none_back() -> None:
    ring = RingPosition(1, 0)
    assert ring.slots == 1
    ring.advance(5)
    assert (ring.position, ring.rewindable) == (5, 0)


@pytest.mark.parametrize(("position", "high_water"), [(96, 100), (98, 100), (100, 100), (0, 0), (0, 4), (3, 4)])
def test_a_place_that_a_run_can_have_reached_is_taken_and_goes_on_from_there(position: int, high_water: int) -> None:
    ring = RingPosition(WINDOW, REWIND)
    ring.move_to(position, high_water)
    assert (ring.position, ring.high_water) == (position, high_water)
    assert ring.rewindable == position - max(0, high_water - REWIND)
    ring.reset()
    assert (ring.position, ring.rewindable) == (0, 0)


@pytest.mark.parametrize(("position", "high_water"), [(95, 100), (101, 100), (-1, 0), (1, 0)])
def test_a_place_that_no_run_can_have_reached_is_refused(position: int, high_water: int) -> None:
    ring = RingPosition(WINDOW, REWIND)
    ring.advance(7)
    with pytest.raises(ValueError, match=rf"no run of this model is at position {position} after {high_water}"):
        ring.move_to(position, high_water)
    assert (ring.position, ring.high_water) == (7, 7)


def test_the_last_values_come_oldest_first_and_are_a_copy() -> None:
    history = History(4, (1,), np.int64)
    for position in range(10):
        history.put(position, np.array([position]))
    last = history.last(9, 3)
    assert last[:, 0].tolist() == [7, 8, 9]
    last[:] = 0
    assert history.at(9).tolist() == [9] and history.last(9, 0).shape == (0, 1)
