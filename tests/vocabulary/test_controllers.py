"""Controllers: numbers in, values out."""

from __future__ import annotations

import pytest

from bridge.vocabulary.controllers import bind, is_free, steered
from bridge.vocabulary.parameters import PARAMETERS


@pytest.mark.parametrize(
    ("name", "low", "high", "position", "value"),
    [
        ("temperature", None, None, 0, 0.0),
        ("temperature", None, None, 127, 3.0),
        ("top_p", 0.0635, 0.9525, 127, 0.9525),
        ("temperature", 0.5, 1.77, 64, 1.14),
        ("temperature", 1.77, 0.5, 127, 0.5),
        ("polyphony", None, None, 0, 1.0),
        ("polyphony", None, None, 64, 17.0),
        ("low", None, None, 99, 99.0),
        ("thru", None, None, 42, "off"),
        ("thru", None, None, 43, "on"),
        ("thru", None, None, 86, "notes"),
        ("avoid_doubling", None, None, 42, "off"),
        ("avoid_doubling", None, None, 43, "pitch"),
        ("avoid_doubling", None, None, 127, "class"),
    ],
)
def test_a_position_becomes_a_value(
    name: str, low: float | None, high: float | None, position: int, value: float | str
) -> None:
    found = bind(name, 21, low=low, high=high).value(PARAMETERS[name], position)
    assert found == (value if isinstance(value, str) else pytest.approx(value))


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_position_is_a_value_that_the_parameter_takes(name: str) -> None:
    parameter, binding = PARAMETERS[name], bind(name, 21)
    values = [parameter.check(binding.value(parameter, position)) for position in range(128)]
    if parameter.choices:
        assert list(dict.fromkeys(values)) == list(parameter.choices)
    else:
        assert (values[0], values[-1]) == (parameter.low, parameter.high)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("warmth", 21), "no parameter 'warmth'"),
        (("temperature", 64), "it is the sustain pedal"),
        (("temperature", 120), "the range is 0 to 119"),
        (("temperature", -1), "the range is 0 to 119"),
        (("temperature", 21, 17), "channel 17"),
        (("temperature", 21, 1, -1.0), "temperature cannot be -1"),
        (("thru", 21, 1, 0.0), "thru has no low and high"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bind(*arguments)  # type: ignore[arg-type]


def test_who_steers_what() -> None:
    bindings = {"temperature": bind("temperature", 21, 3), "top_p": bind("top_p", 21)}
    assert steered(bindings, 21, 3) == ["temperature", "top_p"]
    assert steered(bindings, 21, 4) == ["top_p"]
    assert steered(bindings, 22, 3) == []
    assert not is_free(64) and not is_free(123) and is_free(1)
