"""What a graph is told of where it is, and states that are put back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engine.state import RingInputs, RotaryInputs, restore_arrays

WINDOW, REWIND, SLOTS = 6, 4, 10


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


def test_restoring_is_all_or_nothing() -> None:
    targets = {"a": np.zeros(2), "b": np.zeros(3)}
    with pytest.raises(ValueError, match=r"snapshot of b is float64\[4\], the state is float64\[3\]"):
        restore_arrays(targets, {"a": np.ones(2), "b": np.ones(4)})
    with pytest.raises(ValueError, match="does not fit a state"):
        restore_arrays(targets, {"a": np.ones(2)})
    assert not targets["a"].any()
    restore_arrays(targets, {"a": np.ones(2), "b": np.ones(3)})
    assert targets["a"].all()


def test_angles_of_places_one_by_one_are_those_of_places_in_a_row() -> None:
    row, each = RotaryInputs(3, head_dim=8, base=10000.0), RotaryInputs(3, head_dim=8, base=10000.0)
    row.place(41)
    each.place_each([41, 42, 43])
    assert (row.cos == each.cos).all() and (row.sin == each.sin).all()
    each.place_each([43, 41, 41])
    assert (each.cos == row.cos[[2, 0, 0]]).all()
