"""Ring arithmetic: what is intact, what is masked, how far back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engine.state import History, RingInputs, RingPosition, RotaryInputs, restore_arrays

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


@given(st.integers(0, 50), st.integers(1, REWIND))
def test_the_mask_is_the_window_of_each_event(position: int, count: int) -> None:
    inputs = RingInputs(count, WINDOW, SLOTS)
    inputs.place(position)
    assert inputs.write_index.tolist() == [position % SLOTS]
    for row in range(count):
        newest = position + row
        window = {place % SLOTS for place in range(max(0, newest - WINDOW + 1), newest + 1)}
        assert set(np.flatnonzero(inputs.mask[row]).tolist()) == window


def test_angles_are_precise_after_ten_billion_events() -> None:
    """Neighbours must stay one step apart: cos(a - b) from the float32 angles."""
    inputs = RotaryInputs(2, head_dim=8, base=10000.0)
    for position in (0, 10**7, 10**10):
        inputs.place(position)
        turn = inputs.cos[0] * inputs.cos[1] + inputs.sin[0] * inputs.sin[1]
        assert turn == pytest.approx(np.cos(10000.0 ** (-np.arange(0, 8, 2) / 8)), abs=2e-6)


def test_nothing_is_allocated_when_the_position_moves() -> None:
    ring, rotary = RingInputs(1, WINDOW, SLOTS), RotaryInputs(1, head_dim=4, base=10000.0)
    buffers = [id(array) for array in (ring.mask, ring.write_index, rotary.cos, rotary.sin)]
    ring.place(10**9)
    rotary.place(10**9)
    assert buffers == [id(array) for array in (ring.mask, ring.write_index, rotary.cos, rotary.sin)]


def test_history_keeps_the_last_few() -> None:
    history = History(3, (2,))
    for position in range(10):
        history.put(position, np.full(2, position, dtype=np.float32))
    assert [history.at(position)[0] for position in (7, 8, 9)] == [7, 8, 9]
    assert History(3, (2,), np.float16).at(0).dtype == np.float16


def test_restoring_is_all_or_nothing() -> None:
    targets = {"a": np.zeros(2), "b": np.zeros(3)}
    with pytest.raises(ValueError, match=r"snapshot of b is float64\[4\], the state is float64\[3\]"):
        restore_arrays(targets, {"a": np.ones(2), "b": np.ones(4)})
    with pytest.raises(ValueError, match="does not fit a state"):
        restore_arrays(targets, {"a": np.ones(2)})
    assert not targets["a"].any()
    restore_arrays(targets, {"a": np.ones(2), "b": np.ones(3)})
    assert targets["a"].all()


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


def test_angles_of_places_one_by_one_are_those_of_places_in_a_row() -> None:
    row, each = RotaryInputs(3, head_dim=8, base=10000.0), RotaryInputs(3, head_dim=8, base=10000.0)
    row.place(41)
    each.place_each([41, 42, 43])
    assert (row.cos == each.cos).all() and (row.sin == each.sin).all()
    each.place_each([43, 41, 41])
    assert (each.cos == row.cos[[2, 0, 0]]).all()
