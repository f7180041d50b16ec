"""Keeping an answer at the density it was asked for, note by note.

A model that is asked for four notes a beat plays about four, by the music of the moment three or six, and what it has
just played carries it further that way. So what is asked for is what is still missing; and between the slowest and the
busiest course that are still in keeping with the whole the model goes as it likes, and not beyond.

How many notes an answer has at once, by construction: strokes of so many notes, none before there is room for it.

A model that is asked for a texture through its guide goes by what it hears, not by what it is asked. So where a texture
is set, or the phrase is one line, an answer is built of strokes: a note is begun only once fewer sound than there
may be, and then as many more at the same moment as are wanting.
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


class Strokes:
    """Notes at once for each stroke in turn, `texture` on average over the notes; 0: nothing is asked."""

    __slots__ = ("_begun", "texture")

    def __init__(self, texture: float) -> None:
        self.texture = texture
        self._begun = 0

    @property
    def most(self) -> int | None:
        """As many notes may sound at once in the present stroke; None: any number."""
        if not self.texture:
            return None
        low = max(math.floor(self.texture), 1)
        # Strokes of the larger size come as often as it takes for the mean to come out, evenly spread.
        part = min(max(self.texture - low, 0.0), 1.0)
        return low + int(math.floor((self._begun + 1) * part + 1e-9) > math.floor(self._begun * part + 1e-9))

    def begin(self) -> None:
        """The next stroke begins."""
        self._begun += 1
