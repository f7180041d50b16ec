"""MIDI controllers that steer parameters: which one steers what, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bridge.vocabulary.parameters import PARAMETERS, Parameter

SUSTAIN_PEDAL: Final = 64
# Channel mode messages. Those from 124 on (omni, mono and poly) imply All Notes Off.
ALL_SOUND_OFF: Final = 120
RESET_CONTROLLERS: Final = 121
ALL_NOTES_OFF: Final = 123
# Controllers from here on are channel mode messages (all notes off and the like).
FIRST_MODE_MESSAGE: Final = 120
ANY_CHANNEL: Final = 0
_TOP: Final = 127
# The lower halves of 14-bit controllers: that of controller n is n + 32.
LOWER_HALVES: Final = range(32, 64)
# What is no knob of a keyboard's: bank select, data entry, data increment and decrement, (non-)registered parameter
# numbers, the lower half of velocity, and all that are lower halves or pedals.
_NO_KNOBS: Final = frozenset({0, 6, 88, *range(96, 102), *LOWER_HALVES, *range(64, 70)})


def is_free(controller: int) -> bool:
    """Whether a controller of this number may steer a parameter: the sustain pedal stays a pedal."""
    return 0 <= controller < FIRST_MODE_MESSAGE and controller != SUSTAIN_PEDAL


def is_knob(controller: int) -> bool:
    """Whether a controller of this number is learnt where somebody turns it; others steer only where they are named."""
    return is_free(controller) and controller not in _NO_KNOBS


def upper_half(controller: int) -> int:
    """The controller that a 14-bit pair is known by: the one that sends its upper seven bits."""
    return controller - len(LOWER_HALVES) if controller in LOWER_HALVES else controller


@dataclass(frozen=True, slots=True)
class Binding:
    """Controller `cc` on `channel` (ANY_CHANNEL: on whichever) moves a parameter from `low` (at 0) to `high` (at 127).

    For a parameter that is one of a few choices `low` and `high` mean nothing: the controller's way is split evenly.
    """

    cc: int
    channel: int
    low: float
    high: float

    def hears(self, controller: int, channel: int) -> bool:
        """Whether a move of this controller is meant."""
        return controller == self.cc and self.channel in (ANY_CHANNEL, channel)

    def value(self, parameter: Parameter, position: int) -> float | str:
        """What the parameter is set to with the controller at `position`, 0-127."""
        if parameter.choices:
            count = len(parameter.choices)
            return parameter.choices[min(position * count // (_TOP + 1), count - 1)]
        value = self.low + (self.high - self.low) * position / _TOP
        return float(round(value)) if parameter.whole else value


def bind(
    name: str, cc: int, channel: int = ANY_CHANNEL, low: float | None = None, high: float | None = None
) -> Binding:
    """A binding for parameter `name`, over its whole range where `low` or `high` is left out.

    Raises ValueError for a parameter that does not exist, a controller or channel that cannot be, a value out of range.
    """
    if name not in PARAMETERS:
        raise ValueError(f"no parameter {name!r}: there are {', '.join(sorted(PARAMETERS))}")
    parameter = PARAMETERS[name]
    if cc == SUSTAIN_PEDAL:
        raise ValueError(f"{name} cannot be steered by controller {cc}: it is the sustain pedal; take another")
    if not is_free(cc):
        raise ValueError(f"{name} cannot be steered by controller {cc}: the range is 0 to {FIRST_MODE_MESSAGE - 1}")
    if not 0 <= channel <= 16:
        raise ValueError(f"{name} cannot be steered on channel {channel}: the range is 1 to 16, or 0 for any")
    if parameter.choices and (low is not None or high is not None):
        raise ValueError(f"{name} has no low and high: it is one of {', '.join(parameter.choices)}")
    ends = [parameter.low if low is None else low, parameter.high if high is None else high]
    if not parameter.choices:
        ends = [float(parameter.check(end)) for end in ends]
    return Binding(cc, channel, *ends)


def steered(bindings: Mapping[str, Binding], controller: int, channel: int) -> list[str]:
    """The parameters that a controller steers."""
    return [name for name, binding in bindings.items() if binding.hears(controller, channel)]
