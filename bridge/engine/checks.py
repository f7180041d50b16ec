"""Checks of what is fed and asked, the same for every model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.errors import ModelError
from bridge.engine.model import DRAW, Contexts, Events, Given, PerField
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS, SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY, Event

_HIGHEST: Final = np.array([SIZES[0] - 1, SIZES[1] - 1, SIZES[2] - 1, UNKNOWN_VELOCITY, UNKNOWN_DURATION])
_LIMIT: Final = tuple(_HIGHEST.tolist())
# The highest classes that can be given: a velocity may be unknown, and what comes after it still be asked.
_GIVABLE: Final = (SIZES[0] - 1, SIZES[1] - 1, SIZES[2] - 1, UNKNOWN_VELOCITY, SIZES[4] - 1)


def check_events(events: Events, context: Contexts) -> None:
    """Raises ValueError unless `events` is int64 [T, 5] of existing classes and `context` finite float32
    [T, CONTEXT_SIZE]."""
    if events.ndim != 2 or events.shape[1] != len(FIELDS) or events.dtype != np.int64:
        raise ValueError(f"events are {events.dtype}{list(events.shape)}: int64 [T, {len(FIELDS)}] is needed")
    if context.shape != (len(events), CONTEXT_SIZE) or context.dtype != np.float32:
        raise ValueError(
            f"context is {context.dtype}{list(context.shape)}: float32 [{len(events)}, {CONTEXT_SIZE}] is needed"
        )
    if not np.isfinite(context).all():
        raise ValueError("context holds NaN or infinity: one would stay in the model's memory for a whole window")
    if len(events) == 1:  # The live case, without numpy's overhead.
        row = events[0].tolist()
        if all(0 <= value <= limit for value, limit in zip(row, _LIMIT, strict=True)):
            return
    wrong = (events < 0) | (events > _HIGHEST)
    if wrong.any():
        row_index, field = np.argwhere(wrong)[0]
        raise ValueError(
            f"event {row_index}: {FIELDS[field]} class {events[row_index, field]} does not exist;"
            f" classes are 0 to {_LIMIT[field]}"
        )


def check_sampling(
    uniform: npt.NDArray[np.float32], temperature: PerField, top_p: PerField
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Temperature and top_p of each field.

    Raises ValueError unless uniform is [5] in [0, 1), temperature finite and above 0, top_p in (0, 1]. A uniform of
    exactly 1, which rounding to float32 can make of a number just below, is let through: samplers take it as such.
    """
    if uniform.shape != (len(FIELDS),):
        raise ValueError(f"uniform has shape {list(uniform.shape)}: one number for each of {len(FIELDS)} fields")
    numbers = uniform.tolist()
    if not all(0.0 <= number <= 1.0 for number in numbers):
        raise ValueError(f"uniform is {numbers}: numbers in [0, 1) are needed")
    temperatures, shares = _per_field("temperature", temperature), _per_field("top_p", top_p)
    if not all(0.0 < value < float("inf") for value in temperatures):
        raise ValueError(f"temperature is {temperatures}: finite numbers above 0 are needed")
    if not all(0.0 < value <= 1.0 for value in shares):
        raise ValueError(f"top_p is {shares}: numbers in (0, 1] are needed")
    return temperatures, shares


def check_given(given: Given) -> tuple[int, ...]:
    """The five classes that are given, DRAW where one is to be drawn.

    Raises ValueError unless each is DRAW, a class that can be drawn, or, of the velocity, UNKNOWN.
    """
    classes = tuple(int(value) for value in given)
    if len(classes) != len(FIELDS):
        raise ValueError(f"given has {len(classes)} classes: one for each of {len(FIELDS)} fields")
    for field, value, highest in zip(FIELDS, classes, _GIVABLE, strict=True):
        if not DRAW <= value <= highest:
            raise ValueError(f"given {field} is {value}: classes are 0 to {highest}, {DRAW} is to draw it")
    return classes


def check_scored(event: Given) -> None:
    """Raises ValueError unless `event` is five classes that can be given."""
    if DRAW in check_given(event):
        raise ValueError(f"event {tuple(event)} is not whole: a class is needed for each of {', '.join(FIELDS)}")


def _per_field(what: str, value: PerField) -> tuple[float, ...]:
    if isinstance(value, (float, int)):
        return (float(value),) * len(FIELDS)
    numbers = tuple(float(number) for number in value)
    if len(numbers) != len(FIELDS):
        raise ValueError(f"{what} has {len(numbers)} numbers: one, or one for each of {len(FIELDS)} fields")
    return numbers


def check_drawn(name: str, event: Event, masks: Constraints, given: Sequence[int]) -> None:
    """A foreign graph may break its word: no class gets out that does not exist, is forbidden or is not the given.

    A given class may be forbidden: whoever gives it knows. Raises ModelError that names the model.
    """
    dt, voice, pitch, velocity, duration = given
    if not all(0 <= value < size or value == known for value, size, known in zip(event, SIZES, given, strict=True)):
        raise ModelError(f"model {name} drew {event}, which does not exist: its sample.onnx breaks the contract")
    allowed = (
        (dt >= 0 or masks.dt[event.dt])
        and (voice >= 0 or masks.voice[event.voice])
        and (pitch >= 0 or masks.pitch[event.voice, event.pitch])
        and (velocity >= 0 or masks.velocity[event.velocity])
        and (duration >= 0 or masks.duration[event.duration])
    )
    if not allowed:
        raise ModelError(f"model {name} drew {event}, which was forbidden: its sample.onnx breaks the contract")
    if any(wanted not in (DRAW, drawn) for wanted, drawn in zip(given, event, strict=True)):
        raise ModelError(f"model {name} drew {event} where {given} was given: its sample.onnx breaks the contract")
