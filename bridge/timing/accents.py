"""What a time signature says about the weight of its beats: where the bar leans, and where the backbeat answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bridge.timing.clock import beats_per_bar

# Two positions in a bar nearer than this, in beats, are the same.
SAME_PLACE: Final = 1e-3
# How bars that are not even are counted, in their own units.
_GROUPS: Final = {"5/4": (3, 2), "7/4": (4, 3), "6/4": (3, 3), "5/8": (3, 2), "7/8": (2, 2, 3)}


@dataclass(frozen=True, slots=True)
class Accents:
    """A bar of `bar` quarter-note beats. Positions are in beats from its line.

    `pulses` are what people tap, `strong` the pulses that a bass leans on, `backbeats` those that a snare answers on.
    """

    bar: float
    pulses: tuple[float, ...]
    strong: tuple[float, ...]
    backbeats: tuple[float, ...]

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, signature: str) -> Accents:
        """By a time signature such as "6/8". Raises ValueError for text that is none."""
        bar = beats_per_bar(signature)
        upper, lower = (int(number) for number in signature.split("/"))
        unit = 4.0 / lower
        groups = _GROUPS.get(signature)
        if lower == 2:
            # Cut time leans on every half of it, and is tapped in quarters too.
            pulses = tuple(float(place) for place in range(2 * upper))
            strong = pulses[::2]
        elif groups is not None and lower == 4:
            pulses = tuple(float(place) for place in range(upper))
            strong = _starts(groups, unit)
        elif groups is not None:
            pulses = _starts(groups, unit)
            strong = (pulses[0], pulses[-1])
        elif lower >= 8 and upper % 3 == 0 and upper > 3:
            pulses = _starts((3,) * (upper // 3), unit)
            strong = pulses if len(pulses) <= 2 else pulses[::2] if len(pulses) % 2 == 0 else pulses[:1]
        else:
            pulses = tuple(place * unit for place in range(upper))
            strong = pulses[::2] if upper % 2 == 0 else pulses[:1]
        answers = tuple(place for place in pulses if place not in strong) or pulses[1::2]
        return cls(bar, pulses, strong, answers)

    def is_strong(self, place: float) -> bool:
        """Whether the bar leans there."""
        return is_among(self.strong, place)

    def is_pulse(self, place: float) -> bool:
        """Whether people tap there."""
        return is_among(self.pulses, place)


def is_among(places: tuple[float, ...], place: float) -> bool:
    """Whether `place` is one of these positions."""
    return any(abs(place - one) < SAME_PLACE for one in places)


def _starts(groups: tuple[int, ...], unit: float) -> tuple[float, ...]:
    return tuple(sum(groups[:count]) * unit for count in range(len(groups)))
