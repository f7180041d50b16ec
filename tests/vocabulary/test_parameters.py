"""The table of knobs."""

from __future__ import annotations

import math

import pytest

from bridge.vocabulary import parameters
from bridge.vocabulary.guide import CONTROL_NAMES, CONTROLS
from bridge.vocabulary.parameters import PARAMETERS, Values


def test_defaults_are_within_their_own_ranges() -> None:
    values = Values().by_name()
    assert values == {name: parameters.check(name, value) for name, value in values.items()}
    assert Values().changed(values) == Values()


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
    values = Values().changed({"high": 50})
    with pytest.raises(ValueError, match="low 60 would lie above high 50"):
        values.changed({"low": 60})
    assert values.changed({"low": 50}).low == 50


def test_every_learned_control_has_a_knob_that_can_be_left_free() -> None:
    for control in CONTROLS:
        knob = parameters.PARAMETERS[control.name]
        assert knob.default == knob.low == 0
        assert knob.high >= control.high
    assert Values().controls == dict.fromkeys(CONTROL_NAMES, 0.0)


def test_several_are_changed_at_once_or_not_at_all() -> None:
    values = Values().changed({"low": 10, "high": 20})
    assert values.changed({"low": 80, "high": 90}).low == 80
    with pytest.raises(ValueError, match="low cannot be 90 and high cannot be 80"):
        values.changed({"low": 90, "high": 80})
    with pytest.raises(ValueError, match="no parameter 'warmth'"):
        values.changed({"low": 12, "warmth": 1})


def test_whole_numbers_are_whole_inside_and_floats_where_they_have_names() -> None:
    values = Values().changed({"polyphony": 3.0, "density": 2})
    assert isinstance(values.polyphony, int) and isinstance(values.named("polyphony"), float)
    assert (values.named("polyphony"), values.by_name()["density"]) == (3.0, 2.0)
    assert all(isinstance(value, (float, str)) for value in values.by_name().values())
    with pytest.raises(ValueError, match="no parameter 'warmth'"):
        values.named("warmth")


@pytest.mark.parametrize("name", [name for name, parameter in PARAMETERS.items() if parameter.choices])
def test_each_choice_can_be_made(name: str) -> None:
    for word in PARAMETERS[name].choices:
        assert Values().changed({name: word}).named(name) == word


def test_a_name_or_a_word_that_does_not_exist_is_an_error_of_types() -> None:
    """Mypy says which of these ignores is not needed: then types no longer find what a concert would."""
    with pytest.raises(AttributeError):
        _ = Values().warmth  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        Values().density = 2.0  # type: ignore[misc]
    assert not Values().barge_in == "of"  # type: ignore[comparison-overlap]
