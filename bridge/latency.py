"""Medians and 99th percentiles of the last measurements, in memory that never grows."""

from __future__ import annotations

from typing import Final

import numpy as np

RECENT: Final = 512


class Recent:
    """The last RECENT measurements of one kind, in seconds."""

    def __init__(self) -> None:
        self._values = np.zeros(RECENT)
        self.count = 0

    def add(self, seconds: float) -> None:
        """Note a measurement."""
        self._values[self.count % RECENT] = seconds
        self.count += 1

    def quantiles(self) -> tuple[float, float]:
        """Median and 99th percentile; zeros when there is none."""
        seen = self._values[: min(self.count, RECENT)]
        if not len(seen):
            return 0.0, 0.0
        median, p99 = np.quantile(seen, (0.5, 0.99))
        return float(median), float(p99)
