"""Controls for parameters, as the sound designer's patch and the Live device show them: live.dial and live.menu.

Both are Max's own for Live and work in Max alone, too: they have a long and a short name, a range, a unit, an initial
value, and are kept with the set or the patch.
"""

from __future__ import annotations

from typing import Any, Final

from canvas import Canvas, Shown, Where
from py2max.core.box import Box
from words import shown_name

from bridge.vocabulary.parameters import PARAMETERS, Parameter

SHORT_UNITS: Final = {
    "notes/beat": "/beat",
    "notes/note": "/note",
    "per whole note": "th",
    "phrases": "x",
    "times": "x",
    "velocity": "vel",
}
DIAL: Final = (44.0, 48.0)
MENU: Final = (74.0, 15.0)
_FLOAT, _INT, _ENUM = 0, 1, 2  # parameter_type
_BIPOLAR, ABSOLUTE = 2, 4  # parameter_modmode: for numbers between, for whole ones
_CUSTOM: Final = 9  # parameter_unitstyle: as parameter_units says
AUTOMATED, STORED, HIDDEN = 0, 1, 2  # parameter_invisible


def parameter_box(
    canvas: Canvas, name: str, at: Where, shown: Shown | None, *, long_name: str = "", visibility: int = AUTOMATED
) -> Box:
    """The control of a parameter: a menu where it has choices, else a dial. Its value comes out of the first outlet,
    a choice as a word out of the second."""
    parameter = PARAMETERS[name]
    values: dict[str, Any] = {
        "parameter_longname": long_name or shown_name(name),
        "parameter_shortname": shown_name(name),
        "parameter_annotation_name": shown_name(name),
        "parameter_info": parameter.text,
        "parameter_initial_enable": 1,
        "parameter_initial": [_initial(parameter)],
        "parameter_invisible": visibility,
        **_kind(parameter),
    }
    more = {
        "parameter_enable": 1,
        "varname": f"antiphon_{name}",
        "annotation": parameter.text,
        "annotation_name": shown_name(name),
        "saved_attribute_attributes": {"valueof": values},
    }
    if parameter.choices:
        return canvas.widget("live.menu", (1, 3), at, MENU, shown, **more)
    return canvas.widget("live.dial", (1, 2), at, DIAL, shown, **more)


def _initial(parameter: Parameter) -> float:
    return parameter.choices.index(str(parameter.default)) if parameter.choices else float(parameter.default)


def _kind(parameter: Parameter) -> dict[str, Any]:
    """Type, range and unit. A whole number beyond 256 values, or below 0, would not fit Live's Int."""
    if parameter.choices:
        choices = list(parameter.choices)
        return {
            "parameter_type": _ENUM,
            "parameter_enum": choices,
            "parameter_mmax": len(choices) - 1,
            "parameter_modmode": ABSOLUTE,
        }
    digits = "%.0f" if parameter.whole else "%.2f"
    return {
        "parameter_type": _INT if parameter.whole else _FLOAT,
        "parameter_mmin": parameter.low,
        "parameter_mmax": parameter.high,
        "parameter_modmode": ABSOLUTE if parameter.whole else _BIPOLAR,
        "parameter_unitstyle": _CUSTOM,
        "parameter_units": f"{digits} {short_unit(parameter)}".rstrip(),
    }


def short_unit(parameter: Parameter) -> str:
    """A parameter's unit as it fits below a dial; the info text says what it means."""
    return SHORT_UNITS.get(parameter.unit, parameter.unit)


def says(parameter: Parameter) -> int:
    """The outlet that gives a control's value as Antiphon takes it: a choice by its name."""
    return 1 if parameter.choices else 0


def follows(parameter: Parameter) -> str:
    """The message that shows a value from elsewhere without sending it on."""
    return "setsymbol" if parameter.choices else "set"
