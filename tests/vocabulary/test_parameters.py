"""The table of knobs."""

from __future__ import annotations

import math

import pytest

from bridge.vocabulary import parameters
from bridge.vocabulary.guide import CONTROLS


def test_defaults_are_within_their_own_ranges() -> None:
    values = parameters.defaults()
    assert values == {name: parameters.check(name, value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", -0.1),
        ("temperature", math.nan),
        ("temperature", math.inf),
        ("temperature", "hot"),
        ("temperature", True),
        ("polyphony", 2.5),
        ("thru", "maybe"),
        ("thru", 1.0),
        ("warmth", 1.0),
        ("density", -1.0),
        ("density", 16.5),
        ("energy", 128.0),
        ("texture", "thick"),
    ],
)
def test_what_is_refused_is_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        parameters.check(name, value)


def test_low_never_lies_above_high() -> None:
    values = parameters.changed(parameters.defaults(), "high", 50)
    with pytest.raises(ValueError, match="low 60 would lie above high 50"):
        parameters.changed(values, "low", 60)
    assert parameters.changed(values, "low", 50)["low"] == 50.0


def test_every_learned_control_has_a_knob_that_can_be_left_free() -> None:
    for control in CONTROLS:
        knob = parameters.PARAMETERS[control.name]
        assert knob.default == knob.low == 0
        assert knob.high >= control.high


def test_several_are_changed_at_once_or_not_at_all() -> None:
    values = parameters.merged(parameters.defaults(), {"low": 10, "high": 20})
    assert parameters.merged(values, {"low": 80, "high": 90})["low"] == 80.0
    with pytest.raises(ValueError, match="low cannot be 90 and high cannot be 80"):
        parameters.merged(values, {"low": 90, "high": 80})
    with pytest.raises(ValueError, match="no parameter 'warmth'"):
        parameters.merged(values, {"low": 12, "warmth": 1})
