"""Medians and 99th percentiles of the last measurements, in memory that never grows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from bridge.vocabulary.events import Output, PlayNote

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
        seen = self._values[: self.count]
        if not len(seen):
            return 0.0, 0.0
        median, p99 = np.quantile(seen, (0.5, 0.99))
        return float(median), float(p99)


class Reaction:
    """How long it takes from something the human did to the next note that is planned."""

    def __init__(self) -> None:
        self.measured = Recent()
        self._since = 0.0

    def began(self, time: float) -> None:
        """The human did something at `time`, in seconds."""
        self._since = time

    def answered(self, outputs: Iterable[Output], now: float) -> None:
        """These outputs came of it, maybe."""
        if self._since and any(isinstance(output, PlayNote) for output in outputs):
            self.measured.add(now - self._since)
            self._since = 0.0
