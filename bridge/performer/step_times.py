"""How long the model's work takes, and when that is worth telling the performer.

For whoever runs one: it is told as an input (`StepTime`), since the performer reads no clock and a replay must be told
the same. What comes of it is in `overload`.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np

from bridge.vocabulary.events import StepTime

# The steps of so many seconds, and never fewer (or more) than so many of the last, say how slow steps are.
STEPS_OF: Final = 5.0
FEWEST_STEPS: Final = 32
MOST_STEPS: Final = 512
# That is told to the performer when it has changed by more than this part, and not more often than this, in seconds.
RETELL_STEP: Final = 0.1
RETELL_EVERY: Final = 0.2


class StepTimes:
    """How long pieces of the model's work take, and when that is worth telling the performer."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, float]] = deque(maxlen=MOST_STEPS)
        self._told = self._p99 = 0.0
        self._counted_at = -math.inf
        self._latest = 0.0

    def add(self, now: float, seconds: float) -> None:
        """A step that ended at `now` took so long."""
        self._steps.append((now, seconds))
        while len(self._steps) > FEWEST_STEPS and self._steps[0][0] < now - STEPS_OF:
            self._steps.popleft()
        self._latest = max(self._latest, seconds)

    def quantiles(self) -> tuple[float, float]:
        """Median and 99th percentile of late; zeros when there is none."""
        if not self._steps:
            return 0.0, 0.0
        median, p99 = np.quantile([seconds for _, seconds in self._steps], (0.5, 0.99))
        return float(median), float(p99)

    def news(self, now: float, *, closely: bool) -> StepTime | None:
        """What there is to tell at `now` (seconds), if anything: every step where it is watched `closely`.

        How slow steps are is counted anew every RETELL_EVERY seconds, since it takes its time.
        """
        counted = now - self._counted_at >= RETELL_EVERY
        if not self._latest or not (closely or counted):
            return None
        if counted:
            self._counted_at = now
            _, self._p99 = self.quantiles()
        if not closely and abs(self._p99 - self._told) <= RETELL_STEP * self._told:
            return None
        told = StepTime(now, self._p99, self._latest)
        self._told, self._latest = self._p99, 0.0
        return told
