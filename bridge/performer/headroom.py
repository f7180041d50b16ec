"""Where the machine's notes find room: how many may sound at once, and begin within a beat, where they sound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.performer.ledger import Ledger
from bridge.timing.placing import Placing

# A moment that is looked for by steps is found to within this many seconds.
_SMALLEST_STEP: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Headroom:
    """`polyphony` and `most`, as they are set, over what the ledger has; `most` counts within a beat. In seconds."""

    ledger: Ledger
    placing: Placing
    polyphony: int
    most: int

    def uncrowded_from(self, time: float) -> float:
        """First moment from `time` on at which `most` lets a note begin."""
        return self.ledger.room_from(time, self.most, 60.0 / self.placing.clock.bpm)

    def room_from(self, time: float) -> float:
        """First moment from `time` on for which both let a note be planned. Infinity: there is none.

        They are kept where the note sounds, with the groove.
        """
        while math.isfinite(time):
            sounding = self.placing.sounding_of(time)
            free = self._free_from(sounding)
            if free <= sounding:
                break
            time += max(free - sounding, _SMALLEST_STEP)
        return time

    def placed(self, beat: float, duration: float, shifts: Sequence[float], earliest: float) -> float:
        """When a note at `beat` that lasts `duration` beats sounds, not before `earliest`.

        It leaves its place by the first of `shifts` (seconds) that breaks neither rule, and waits where even the last
        one would.
        """
        straight = self.placing.moment_of(beat)
        length = self.placing.moment_of(beat + duration) - straight
        begin = earliest
        for shift in shifts:
            begin = max(straight + shift, earliest)
            if self._fits(begin, begin + length):
                return begin
        # Others stray to after this place: only behind them is it sure what sounds.
        free = self._free_from(max(begin, self.ledger.last_onset()))
        return free if math.isfinite(free) else begin

    def _free_from(self, sounding: float) -> float:
        """First moment from this one on at which a note may sound."""
        while math.isfinite(sounding):
            free = self.uncrowded_from(self.ledger.free_from(sounding, self.polyphony))
            if free == sounding:
                break
            sounding = free
        return sounding

    def _fits(self, begin: float, end: float) -> bool:
        """Whether a note that sounds from `begin` to `end` leaves both kept, before and after it."""
        return self.ledger.peak(begin, end) < self.polyphony and self.uncrowded_from(begin) == begin
