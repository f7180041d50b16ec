"""What a measurement says: figures, each beside its bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np


class BenchError(RuntimeError):
    """A measurement could not be taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. With a `bar` it is met when `value` is at most that."""

    name: str
    value: float
    unit: str = "ms"
    bar: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        return None if self.bar is None else self.value <= self.bar


@dataclass(frozen=True, slots=True)
class Result:
    """What one measurement found, and in `detail` how.

    `skipped` is what this machine lacks for it; `failed` is what went wrong while it was taken, which meets no bar.
    """

    name: str
    figures: tuple[Figure, ...] = ()
    detail: str = ""
    skipped: str = ""
    failed: str = ""

    @property
    def met(self) -> bool | None:
        """Whether every bar is met; None where nothing was measured against one."""
        if self.failed:
            return False
        verdicts = [figure.met for figure in self.figures if figure.met is not None]
        return all(verdicts) if verdicts else None

    def as_json(self) -> dict[str, Any]:
        """The result as JSON types, verdicts included."""
        return {
            "name": self.name,
            "met": self.met,
            "figures": [{**asdict(figure), "met": figure.met} for figure in self.figures],
            "detail": self.detail,
            "skipped": self.skipped,
            "failed": self.failed,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Result:
        """The result whose `as_json` is `told`."""
        figures = tuple(
            Figure(figure["name"], figure["value"], figure["unit"], figure["bar"]) for figure in told["figures"]
        )
        return cls(told["name"], figures, told["detail"], told["skipped"], told["failed"])


@dataclass(frozen=True, slots=True)
class Conditions:
    """How to measure. `model` is a name or a folder; `quick` takes fewer samples; pictures go to `pictures`.

    `minutes` is how long what can be measured long is measured (`page`); 0: as long as is usual.
    `beside` is another model's name or folder, for what is measured side by side; empty: none.

    `progress` is told the part that is done (0 to 1), and only between samples, so that drawing disturbs none.
    """

    model: str = "duo"
    quick: bool = False
    pictures: Path | None = None
    progress: Callable[[float], None] = lambda part: None
    beside: str = ""
    minutes: float = 0.0

    def draw(self, name: str, series: dict[str, Sequence[float]]) -> None:
        """A picture of these distributions (seconds), where pictures are wanted."""
        if self.pictures is None:
            return
        from bridge.reports.plots import histogram

        self.pictures.mkdir(parents=True, exist_ok=True)
        histogram({label: np.asarray(values) for label, values in series.items()}, self.pictures / f"{name}.png")


def quantiles_ms(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile of times in seconds, in milliseconds. Raises BenchError when there are none."""
    if not len(seconds):
        raise BenchError("nothing was measured: no sample came in")
    median, p99 = np.quantile(np.asarray(seconds), (0.5, 0.99))
    return 1000 * float(median), 1000 * float(p99)


def above(what: str, ours: Sequence[float], bare: Sequence[float], bars: tuple[float, float]) -> tuple[Figure, ...]:
    """Median and p99 of `ours` above those of `bare` (seconds) against `bars` (ms), and all four as they are."""
    median, p99 = quantiles_ms(ours)
    bare_median, bare_p99 = quantiles_ms(bare)
    return (
        Figure(f"{what}, median above echo", median - bare_median, bar=bars[0]),
        Figure(f"{what}, p99 above echo", p99 - bare_p99, bar=bars[1]),
        Figure(f"{what}, median", median),
        Figure(f"{what}, p99", p99),
        Figure("echo, median", bare_median),
        Figure("echo, p99", bare_p99),
    )
