"""From the straight beats a plan is made of to the moments its notes sound at: grid, swing, unevenness, offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.vocabulary.parameters import Values

BEATS_PER_WHOLE: Final = 4.0
# Swing is of eighths, or of sixteenths where the grid is that fine.
EIGHTH: Final = 0.5
SIXTEENTH: Final = 0.25
_FINE_GRID: Final = 16
# Unevenness is drawn from a normal distribution cut off at so many standard deviations.
FARTHEST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Groove:
    """How the machine places its notes. Beats are quarter notes from the song's beginning, times in seconds.

    `grid` is in beats (0: none) and `strength` the part of the way to it that a note is moved; `swing` the part of
    an eighth pair that the first one gets (0.5: straight); `unevenness` the standard deviation of a note's own
    deviation; `offset` is added to every moment.
    """

    grid: float = 0.0
    strength: float = 1.0
    swing: float = 0.5
    pair: float = 2 * EIGHTH
    unevenness: float = 0.0
    offset: float = 0.0

    @classmethod
    def of(cls, values: Values) -> Groove:
        """The groove that parameters (`bridge.vocabulary.parameters`) ask for."""
        notes = values.quantize
        return cls(
            grid=BEATS_PER_WHOLE / notes if notes else 0.0,
            strength=values.strength,
            swing=values.swing,
            pair=2 * (SIXTEENTH if notes >= _FINE_GRID and notes % _FINE_GRID == 0 else EIGHTH),
            unevenness=values.humanize / 1000.0,
            offset=values.offset / 1000.0,
        )

    def quantized(self, beat: float, earliest: float) -> float:
        """`beat` moved towards the grid, but not before `earliest`: where that would be, towards the next line."""
        if not self.grid:
            return beat
        line = round(beat / self.grid) * self.grid
        moved = beat + self.strength * (line - beat)
        if moved < earliest - 1e-6:
            moved = beat + self.strength * (line + self.grid - beat)
        return moved

    def swung(self, beat: float) -> float:
        """Where a straight `beat` falls when the first of each pair is stretched and the second squeezed."""
        if self.straight:
            return beat
        pairs, within = divmod(beat / self.pair, 1.0)
        within = within * 2 * self.swing if within < 0.5 else 1.0 - (1.0 - within) * 2 * (1.0 - self.swing)
        return (pairs + within) * self.pair

    @property
    def straight(self) -> bool:
        """Whether nothing swings."""
        return self.swing == 0.5

    def deviation(self, normal: float) -> float:
        """Seconds that a note is moved by, for a number drawn from the standard normal distribution."""
        return self.offset + self.unevenness * min(max(normal, -FARTHEST), FARTHEST)

    @property
    def head_start(self) -> float:
        """Seconds before its beat at which a note may have to leave."""
        return max(FARTHEST * self.unevenness - self.offset, 0.0)
