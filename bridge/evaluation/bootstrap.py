"""Intervals by the bootstrap, with pieces drawn again rather than notes.

Notes of one piece resemble each other, so that they are not independent; whole pieces are (the cluster bootstrap:
Davison and Hinkley, "Bootstrap Methods and their Application", Cambridge 1997, section 3.8). Percentile intervals.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVEL: Final = 0.95
_RESAMPLES: Final = 2000
_FEWEST: Final = 2


class Interval(NamedTuple):
    """An estimate, and the bounds that hold it with probability LEVEL; bounds are nan for fewer than two pieces."""

    value: float
    low: float
    high: float

    @property
    def bounds(self) -> str:
        """The bounds for people; a dash where there are none."""
        return "–" if np.isnan(self.low) else f"{self.low:.2f} to {self.high:.2f}"

    def as_json(self) -> dict[str, float | None]:
        """For a JSON file, which knows no nan."""
        return {name: None if np.isnan(x) else round(float(x), 5) for name, x in self._asdict().items()}


def ratio(sums: Floats, counts: Floats, seed: int = 0) -> Interval:
    """The ratio of two totals over pieces, `sums` over `counts` (both [P]): bits per note, say. nan without counts."""
    if not counts.sum():
        return Interval(np.nan, np.nan, np.nan)
    value = float(sums.sum() / counts.sum())
    used = counts > 0
    if used.sum() < _FEWEST:
        return Interval(value, np.nan, np.nan)
    drawn = _draws(int(used.sum()), seed)
    return Interval(value, *_bounds((drawn @ sums[used]) / (drawn @ counts[used])))


def mean(values: npt.ArrayLike, seed: int = 0) -> Interval:
    """The mean of one value for each piece, [P]; nan values are left out."""
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[~np.isnan(numbers)]
    return ratio(numbers, np.ones(len(numbers)), seed)


def _draws(pieces: int, seed: int) -> Floats:
    """How often each piece is in each resample, [_RESAMPLES, P]."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(pieces, np.full(pieces, 1 / pieces), size=_RESAMPLES).astype(np.float64)


def _bounds(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
