"""What is fed and asked is checked alike for every model, and what a graph drew is not believed."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.engine.checks import check_drawn, check_events, check_given, check_sampling, check_scored
from bridge.engine.constraints import Constraints
from bridge.engine.errors import ModelError
from bridge.engine.model import DRAW
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS, SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY, Event

NOTE = [3, 0, 60, 16, 7]
HALF = np.full(5, 0.5, np.float32)


def context(count: int) -> np.ndarray:
    return np.zeros((count, CONTEXT_SIZE), np.float32)


def test_classes_up_to_the_highest_pass_unknown_ones_too() -> None:
    highest = [SIZES[0] - 1, SIZES[1] - 1, SIZES[2] - 1, UNKNOWN_VELOCITY, UNKNOWN_DURATION]
    check_events(np.array([NOTE, highest]), context(2))
    check_events(np.array([highest]), context(1))
    check_events(np.zeros((0, 5), np.int64), context(0))


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize(("field", "value"), [(0, -1), (1, SIZES[1]), (2, 128), (3, UNKNOWN_VELOCITY + 1), (4, 999)])
def test_a_class_that_does_not_exist_is_named(field: int, value: int, alone: bool) -> None:
    wrong = list(NOTE)
    wrong[field] = value
    events = np.array([wrong] if alone else [NOTE, wrong])
    with pytest.raises(
        ValueError, match=rf"event {0 if alone else 1}: \w+ class {value} does not exist; classes are 0"
    ):
        check_events(events, context(len(events)))


@pytest.mark.parametrize(
    ("events", "around", "says"),
    [
        (np.array([NOTE], np.int32), context(1), r"events are int32\[1, 5\]: int64 \[T, 5\] is needed"),
        (np.array(NOTE), context(1), r"events are int64\[5\]"),
        (np.array([NOTE]), context(2), rf"context is float32\[2, {CONTEXT_SIZE}\]: float32 \[1, {CONTEXT_SIZE}\]"),
        (np.array([NOTE]), context(1).astype(np.float64), r"context is float64"),
        (np.array([NOTE]), np.full((1, CONTEXT_SIZE), np.nan, np.float32), "context holds NaN or infinity"),
    ],
)
def test_shapes_and_types_are_told(events: np.ndarray, around: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_events(events, around)


def test_one_number_is_meant_for_every_field() -> None:
    assert check_sampling(HALF, 0.8, (1.0, 0.9, 0.9, 1.0, 1.0)) == ((0.8,) * 5, (1.0, 0.9, 0.9, 1.0, 1.0))


@pytest.mark.parametrize(
    ("uniform", "temperature", "top_p", "says"),
    [
        (HALF[:4], 1.0, 1.0, r"uniform has shape \[4\]"),
        (HALF + 1, 1.0, 1.0, r"numbers in \[0, 1\) are needed"),
        (HALF, 0.0, 1.0, "temperature is .*finite numbers above 0"),
        (HALF, float("inf"), 1.0, "temperature is .*finite"),
        (HALF, (1.0, 1.0), 1.0, "temperature has 2 numbers: one, or one for each of 5"),
        (HALF, 1.0, 0.0, r"top_p is .*numbers in \(0, 1\]"),
        (HALF, 1.0, 1.01, r"top_p is"),
    ],
)
def test_what_cannot_be_sampled_by_is_told(uniform: np.ndarray, temperature: float, top_p: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_sampling(uniform, temperature, top_p)


def test_what_is_given_may_be_drawn_or_unknown_in_loudness_but_not_in_length() -> None:
    assert check_given((DRAW, 0, 60, UNKNOWN_VELOCITY, DRAW)) == (DRAW, 0, 60, UNKNOWN_VELOCITY, DRAW)
    with pytest.raises(ValueError, match=rf"given duration is {UNKNOWN_DURATION}"):
        check_given((0, 0, 60, 0, UNKNOWN_DURATION))
    with pytest.raises(ValueError, match="given has 4 classes"):
        check_given((0, 0, 60, 0))
    with pytest.raises(ValueError, match=r"is not whole: a class is needed for each of dt, voice"):
        check_scored((0, 0, DRAW, 0, 0))


def test_a_graph_that_breaks_its_word_is_named() -> None:
    asked = (DRAW,) * 5
    masks = Constraints()
    check_drawn("mine", Event(3, 0, 60, 16, 7), masks, asked)
    with pytest.raises(ModelError, match=r"model mine drew .*which does not exist"):
        check_drawn("mine", Event(3, 0, 128, 16, 7), masks, asked)
    masks.pitch[0, 60] = False
    with pytest.raises(ModelError, match=r"model mine drew .*which was forbidden"):
        check_drawn("mine", Event(3, 0, 60, 16, 7), masks, asked)
    check_drawn("mine", Event(3, 0, 60, 16, 7), masks, (DRAW, DRAW, 60, DRAW, DRAW))  # whoever gives it knows
    with pytest.raises(ModelError, match=r"where .* was given"):
        check_drawn("mine", Event(3, 0, 62, 16, 7), masks, (DRAW, DRAW, 64, DRAW, DRAW))


EVENT = [[SIZES[0] - 1, SIZES[1] - 1, SIZES[2] - 1, UNKNOWN_VELOCITY, UNKNOWN_DURATION]]


@pytest.mark.parametrize("count", [1, 2])
def test_the_outermost_classes_can_be_heard_and_none_beyond_them(count: int) -> None:
    """One event is checked in another way than several: live play is one at a time."""
    for row in ([0, 0, 0, 0, 0], EVENT[0]):
        check_events(np.array([row] * count), np.zeros((count, CONTEXT_SIZE), np.float32))
    for field in range(5):
        for value, base in ((-1, [0] * 5), (EVENT[0][field] + 1, EVENT[0])):
            wrong = [*base]
            wrong[field] = value
            events = np.array([base] * (count - 1) + [wrong])
            with pytest.raises(ValueError, match=f"event {count - 1}: {FIELDS[field]} class {value} does not exist"):
                check_events(events, np.zeros((count, CONTEXT_SIZE), np.float32))


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((5,), np.int64), ((2, 4), np.int64), ((2, 6), np.int64), ((2, 5), np.int32), ((1, 2, 5), np.int64)],
)
def test_events_of_another_shape_or_type_are_refused_with_what_is_needed(shape: tuple[int, ...], dtype: type) -> None:
    with pytest.raises(ValueError, match=r"int64 \[T, 5\] is needed"):
        check_events(np.zeros(shape, dtype), np.zeros((2, CONTEXT_SIZE), np.float32))


def test_nothing_at_all_can_be_heard() -> None:
    check_events(np.zeros((0, 5), np.int64), np.zeros((0, CONTEXT_SIZE), np.float32))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_context_that_is_no_number_is_refused_because_it_would_stay(bad: float) -> None:
    context = np.zeros((2, CONTEXT_SIZE), np.float32)
    context[1, 3] = bad
    with pytest.raises(ValueError, match="stay in the model's memory for a whole window"):
        check_events(np.zeros((2, 5), np.int64), context)


@pytest.mark.parametrize("number", [-1e-6, 1.0 + 1e-6, float("nan")])
def test_chance_is_from_0_to_1_both_included(number: float) -> None:
    edge = np.array([0.0, 1.0, 0.5, 0.0, 1.0], np.float32)
    assert check_sampling(edge, 1.0, 1.0) == ((1.0,) * 5, (1.0,) * 5)
    edge[2] = number
    with pytest.raises(ValueError, match=r"numbers in \[0, 1\) are needed"):
        check_sampling(edge, 1.0, 1.0)
