"""Notes as classes and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.vocabulary import codec


def test_sizes_are_the_contract() -> None:
    assert codec.SIZES == (137, 7, 128, 32, 72)
    assert codec.CONTEXT_SIZE == 29


@pytest.mark.parametrize("grid", [codec.DT_TICKS, codec.DURATION_TICKS])
def test_grids_rise_and_round_trip(grid: np.ndarray) -> None:
    assert (np.diff(grid) > 0).all()
    assert (codec.nearest_class(grid, grid) == np.arange(len(grid))).all()


@given(st.integers(-5, 5000))
def test_the_nearest_class_is_the_nearest(ticks: int) -> None:
    chosen = int(codec.nearest_class(codec.DT_TICKS, ticks))
    assert abs(int(codec.DT_TICKS[chosen]) - ticks) == np.abs(codec.DT_TICKS - ticks).min()


@given(st.integers(1, 127))
def test_velocity_comes_back_within_a_step(velocity: int) -> None:
    assert abs(codec.velocity_of(codec.velocity_class(velocity)) - velocity) <= codec.VELOCITY_STEP
    assert 1 <= codec.velocity_of(codec.velocity_class(velocity)) <= 127


@pytest.mark.parametrize(("beats", "expected"), [(0.0, 1 / 48), (0.25, 0.25), (1.0, 1.0), (100.0, 16.0)])
def test_durations(beats: float, expected: float) -> None:
    assert codec.duration_beats(codec.duration_class(beats)) == pytest.approx(expected)


def test_a_held_key_has_no_duration() -> None:
    assert codec.duration_class(None) == codec.UNKNOWN_DURATION == codec.SIZES[4]


def test_context_says_what_sounds_and_where_in_the_bar() -> None:
    vector = codec.context([64, 48, 67], beat=5.0)
    assert np.flatnonzero(vector[:12]).tolist() == [0, 4, 7]
    assert np.flatnonzero(vector[12:24]).tolist() == [0]
    assert vector[24:].tolist() == pytest.approx([1, math.sin(math.pi / 2), math.cos(math.pi / 2), 0, 1], abs=1e-6)
    assert not codec.context([]).any()
