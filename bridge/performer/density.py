"""Keeping an answer at the density it was asked for, note by note.

A model that is asked for four notes a beat plays about four, by the music of the moment three or six, and what it has
just played carries it further that way. So what is asked for is what is still missing; and between the slowest and the
busiest course that are still in keeping with the whole the model goes as it likes, and not beyond.
"""

from __future__ import annotations

import math
from typing import Final

# What is asked for at any moment is within this factor of the pace as a whole: hurrying is no music.
_MOST: Final = 3.0
# The pace is to be reached no sooner than in so many beats, near the end too.
_SOONEST: Final = 1.0
# So many beats it may be ahead of the pace, or behind it: less towards the end, which leaves no time to make up for it.
SLACK: Final = 1.25
_LEAST_SLACK: Final = 0.25
_OF_WHAT_IS_LEFT: Final = 1 / 3


class Pace:
    """`density` notes per beat from beat `start` to `end`."""

    __slots__ = ("_end", "_start", "density")

    def __init__(self, density: float, start: float, end: float) -> None:
        self.density, self._start, self._end = density, start, end

    def asked(self, beat: float, notes: int) -> float:
        """The density to ask for at `beat`, when `notes` were played since the start."""
        missing = self.density * (self._end - self._start) - notes
        asked = missing / max(self._end - beat, _SOONEST)
        return min(max(asked, self.density / _MOST), self.density * _MOST)

    def bounds(self, notes: int) -> tuple[float, float]:
        """The beats between which the next note is to begin, when `notes` were played since the start.

        The later one is infinite once the last note has been.
        """
        due = self._start + (notes + 0.5) / self.density
        slack = max(min(SLACK, (self._end - due) * _OF_WHAT_IS_LEFT), _LEAST_SLACK)
        latest = due + slack
        return due - slack, latest if latest < self._end else math.inf
