"""What a report of playing is made of: what was asked, and for each mode and style who played what, and how well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from bridge.evaluation import bootstrap
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing import excerpts
from bridge.evaluation.playing.bars import LISTENER, SECOND, bar_of
from bridge.evaluation.playing.excerpts import Excerpt, Style
from bridge.evaluation.playing.listener import Hearing
from bridge.performer.phrase_measures import Notes
from bridge.sessions.perform import Performance

Tell = Callable[[float], None]
Figures = Mapping[str, float]

MODES: Final = ("respond", "duet", "accompany", "harmonize")
HUMAN: Final = "human"
MACHINE: Final = "machine"
ANOTHER: Final = "another phrase's human"
ANSWERED: Final = (
    excerpts.SINGLE_LINE, excerpts.TWO_HANDS, excerpts.BASS_LINE, excerpts.DRUMMING, excerpts.STRINGS,
)  # fmt: skip
STYLES: Final[Mapping[str, tuple[Style, ...]]] = {
    "respond": ANSWERED,
    "duet": (excerpts.TUNE,),
    "accompany": (excerpts.LEAD_SHEET, excerpts.BAND),
    "harmonize": (excerpts.TUNE,),
}


def style_of(mode: str, name: str) -> Style:
    """The style of that name in a mode. KeyError where there is none."""
    return {style.name: style for style in STYLES[mode]}[name]


@dataclass(frozen=True, slots=True)
class Question:
    """What to measure: `count` phrases or excerpts a style of `split`, in these modes, with these settings."""

    split: str = "valid"
    count: int = 40
    modes: tuple[str, ...] = MODES
    seed: int = 0
    values: Mapping[str, float | str] = field(default_factory=dict)
    styles: tuple[str, ...] = ()  # none: all

    def wants(self, name: str) -> bool:
        """Whether the style of that name is asked for."""
        return not self.styles or name in self.styles

    def styles_of(self, mode: str) -> list[Style]:
        """The styles of a mode that are asked for."""
        return [style for style in STYLES[mode] if self.wants(style.name)]


@dataclass(slots=True)
class Part:
    """One mode in one style: measures by who played and by name, what listeners say, and what was played."""

    mode: str
    style: str
    names: Mapping[str, str]  # measures and what they mean
    figures: dict[str, dict[str, Interval]] = field(default_factory=dict)
    hearings: dict[str, Hearing | None] = field(default_factory=dict)
    voices: dict[str, dict[str, Hearing | None]] = field(default_factory=dict)  # the same, of one voice alone
    second: dict[str, Interval] = field(default_factory=dict)  # what the second listener makes of each
    telling: list[tuple[str, float, float, float]] = field(default_factory=list)
    excerpts: list[Excerpt] = field(default_factory=list)
    played: dict[str, list[Notes]] = field(default_factory=dict)
    performances: list[Performance] = field(default_factory=list)

    def missed(self) -> list[str]:
        """The measures whose bar the machine misses."""
        found = []
        for name in (LISTENER, SECOND, *self.names):
            bar, interval = bar_of(self.mode, self.style, name), self.figure(MACHINE, name)
            if bar is not None and interval is not None and not bar.reached(interval.value):
                found.append(name)
        return found

    def figure(self, who: str, name: str) -> Interval | None:
        """A measure of one who played, LISTENER and SECOND for what listeners make of them; None: not known."""
        if name == SECOND:
            return self.second.get(who)
        heard = self.hearings if name == LISTENER else self.voices.get(name)
        if heard is not None:
            hearing = heard.get(who)
            return None if hearing is None else hearing.area
        return self.figures.get(who, {}).get(name)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {
            "mode": self.mode,
            "style": self.style,
            "excerpts": len(self.excerpts),
            "measures": {
                who: {name: interval.as_json() for name, interval in row.items()} for who, row in self.figures.items()
            },
            "listener": {who: None if heard is None else heard.as_json() for who, heard in self.hearings.items()},
            "listeners_to_voices": {
                voice: {who: None if heard is None else heard.as_json() for who, heard in row.items()}
                for voice, row in self.voices.items()
            },
            "second_listener": {who: area.as_json() for who, area in self.second.items()},
            "telling_alone": [
                {"feature": name, "area": area, "human": human, "machine": machine}
                for name, area, human, machine in self.telling
            ],
        }


@dataclass(slots=True)
class Findings:
    """Everything measured of one model."""

    model: str
    question: Question
    parts: list[Part] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        asked = self.question
        return {
            "model": self.model,
            "split": asked.split,
            "count": asked.count,
            "seed": asked.seed,
            "set": dict(asked.values),
            "parts": [part.as_json() for part in self.parts],
        }


def over_pieces(values: Sequence[float] | np.ndarray[Any, Any], pieces: Sequence[str]) -> Interval:
    """The mean of the values that there are, with bounds by drawing the pieces again."""
    numbers = np.asarray(values, np.float64)
    known = ~np.isnan(numbers)
    owner = np.unique(list(pieces), return_inverse=True)[1] if len(pieces) else np.zeros(0, np.int64)
    size = int(owner.max()) + 1 if len(owner) else 1
    sums = np.bincount(owner[known], weights=numbers[known], minlength=size).astype(np.float64)
    return bootstrap.ratio(sums, np.bincount(owner[known], minlength=size).astype(np.float64))
