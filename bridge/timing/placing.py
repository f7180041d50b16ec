"""From beats to the seconds at which notes sound: clock and groove of the moment."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.timing.clock import SessionClock
from bridge.timing.groove import Groove
from bridge.vocabulary.parameters import Values


@dataclass(frozen=True, slots=True)
class Placing:
    """Places notes. Beats are session beats, times in seconds. Only where bars are known is there a grid or a swing."""

    clock: SessionClock
    groove: Groove

    @classmethod
    def of(cls, clock: SessionClock, values: Values) -> Placing:
        """By this clock, with the groove that parameters ask for."""
        return cls(clock, Groove.of(values))

    @property
    def by_the_bar(self) -> bool:
        """Whether it matters where in the bar a note begins: to a grid, or to swing."""
        return self.clock.metered and (self.groove.grid > 0 or not self.groove.straight)

    def moment_of(self, beat: float) -> float:
        """Seconds at which a straight beat sounds, swing and all, but for its own deviation."""
        if self.clock.metered:
            beat = self.groove.swung(beat + self.clock.song_offset) - self.clock.song_offset
        return self.clock.time_at(beat)

    def sounding_of(self, time: float) -> float:
        """Seconds at which a note planned for `time` sounds, as far as that is not left to chance."""
        if self.clock.metered and not self.groove.straight:
            time = self.moment_of(self.clock.beat_at(time))
        return time + self.groove.offset

    def on_grid(self, beat: float, earliest: float) -> float:
        """A drawn beat, quantized, and not before beat `earliest`."""
        if not self.clock.metered:
            return beat
        offset = self.clock.song_offset
        return self.groove.quantized(beat + offset, earliest + offset) - offset
