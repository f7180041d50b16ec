"""Every knob of a performance: one table that the core, OSC, the command line and the README share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Parameter:
    """A knob: a number between `low` and `high`, or one of `choices`."""

    name: str
    default: float | str
    low: float
    high: float
    text: str
    choices: tuple[str, ...] = ()
    whole: bool = False

    def check(self, value: object) -> float | str:
        """`value` as this parameter holds it. Raises ValueError naming parameter, value and range."""
        if self.choices:
            if not isinstance(value, str) or value not in self.choices:
                raise ValueError(f"{self.name} cannot be {value!r}: choose from {', '.join(self.choices)}")
            return value
        if isinstance(value, (bool, str)) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{self.name} cannot be {value!r}: a number from {self.low:g} to {self.high:g}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} cannot be {value:g}: the range is {self.low:g} to {self.high:g}")
        if self.whole and value != int(value):
            raise ValueError(f"{self.name} cannot be {value:g}: a whole number from {self.low:g} to {self.high:g}")
        return float(value)


_ALL = (
    Parameter("temperature", 0.9, 0.05, 3.0, "how adventurous: below 1 safer, above 1 wilder"),
    Parameter("top_p", 1.0, 0.05, 1.0, "draw only from the likeliest classes that add up to this"),
    Parameter("low", 0, 0, 127, "lowest pitch the machine plays (not drums)", whole=True),
    Parameter("high", 127, 0, 127, "highest pitch the machine plays (not drums)", whole=True),
    Parameter("density", 0.0, 0.0, 16.0, "notes per beat the machine aims at; 0: as it likes"),
    Parameter("energy", 0.0, 0.0, 127.0, "mean velocity the machine aims at; 0: as it likes"),
    Parameter("register", 0.0, 0.0, 127.0, "mean pitch the machine aims at (not drums); 0: as it likes"),
    Parameter("texture", 0.0, 0.0, 8.0, "notes at once the machine aims at (not drums); 0: as it likes"),
    Parameter("polyphony", 8, 1, 32, "most notes of the machine that sound at once", whole=True),
    Parameter("harmonies", 2, 1, 4, "notes added to each of the human's in harmonize", whole=True),
    Parameter(
        "share", 0.5, 0.0, 4.0, "notes of the machine's for each of the human's in duet, at least; 0: as it likes"
    ),
    Parameter("silence", 0.6, 0.1, 10.0, "seconds of silence that end a phrase in respond"),
    Parameter("length", 1.0, 0.1, 8.0, "length of an answer as a multiple of the phrase"),
    Parameter("lookahead", 0.25, 0.02, 2.0, "seconds the machine plans ahead"),
    Parameter("late", 0.05, 0.005, 1.0, "seconds after which a note-on that could not leave is dropped"),
    Parameter("velocity", 1.0, 0.1, 2.0, "the machine's loudness as a multiple of what the model drew"),
    Parameter("thru", "off", 0, 0, "pass controllers, programs, bends and pressure on to the output", ("off", "on")),
)

PARAMETERS: Final = {parameter.name: parameter for parameter in _ALL}


def defaults() -> dict[str, float | str]:
    """A fresh set of values, by name."""
    return {parameter.name: parameter.check(parameter.default) for parameter in _ALL}


def check(name: str, value: object) -> float | str:
    """`value` as parameter `name` holds it. Raises ValueError for an unknown name or a refused value."""
    if name not in PARAMETERS:
        raise ValueError(f"no parameter {name!r}: there are {', '.join(sorted(PARAMETERS))}")
    return PARAMETERS[name].check(value)


def changed(values: Mapping[str, float | str], name: str, value: object) -> dict[str, float | str]:
    """`values` with one of them changed. Raises ValueError as `check`, and where low would lie above high."""
    after = {**values, name: check(name, value)}
    low, high = after["low"], after["high"]
    if isinstance(low, float) and isinstance(high, float) and low > high:
        raise ValueError(f"{name} cannot be {value}: low {low:g} would lie above high {high:g}")
    return after


def markdown() -> str:
    """The README's table of parameters."""
    lines = ["| parameter | default | range | |", "| --- | --- | --- | --- |"]
    for entry in _ALL:
        span = ", ".join(entry.choices) if entry.choices else f"{entry.low:g} to {entry.high:g}"
        default = entry.default if isinstance(entry.default, str) else f"{entry.default:g}"
        lines.append(f"| `{entry.name}` | {default} | {span} | {entry.text} |")
    return "\n".join(lines)
