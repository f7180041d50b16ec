"""Musical time: seconds to beats and back, as an immutable value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

FREE_BPM: Final = 120.0
SLOWEST_BPM: Final = 20.0
FASTEST_BPM: Final = 999.0
# A correction of the phase changes the tempo by at most this part of it while it lasts ...
STEEPEST_SLEW: Final = 0.1
# ... and is spread over at least so many beats.
GENTLEST_SLEW: Final = 0.5


def check_bpm(bpm: float) -> float:
    """`bpm`, a tempo or 0 for free time. Raises ValueError for any other number."""
    if bpm != 0 and not SLOWEST_BPM <= bpm <= FASTEST_BPM:
        raise ValueError(f"tempo cannot be {bpm:g}: 0 for free time, or {SLOWEST_BPM:g} to {FASTEST_BPM:g} bpm")
    return bpm


def beats_per_bar(signature: str) -> float:
    """Quarter-note beats in a bar of a time signature such as "6/8". Raises ValueError for text that is none."""
    upper, slash, lower = signature.partition("/")
    if not slash or not upper.isdecimal() or lower not in ("1", "2", "4", "8", "16", "32") or not 1 <= int(upper) <= 32:
        raise ValueError(f"time signature cannot be {signature!r}: write it as 4/4, 3/4, 6/8, 7/8")
    return int(upper) * 4.0 / int(lower)


@dataclass(frozen=True, slots=True)
class SessionClock:
    """Seconds and beats on a line that never jumps and never runs backwards.

    The line goes through (`anchor_time`, `anchor_beat`) at `bpm`. A tempo change bends it where it happens. A phase
    that was found to be wrong by `lag` beats is put right by a little more or less tempo until `settled_at` (seconds),
    see `steered`. Where the song is (its bars) is `song_offset` beats away, so a transport that jumps moves the bars,
    not the notes. In free time (`metered` false) a beat is half a second unless a tempo was known before, and no bar
    is known.
    """

    anchor_time: float = 0.0
    anchor_beat: float = 0.0
    bpm: float = FREE_BPM
    metered: bool = False
    song_offset: float = 0.0
    beats_per_bar: float = 4.0
    lag: float = 0.0
    settled_at: float = 0.0

    def beat_at(self, time: float) -> float:
        """Beats at `time` in seconds."""
        line = self.anchor_beat + (time - self.anchor_time) * self.bpm / 60.0
        if not self.lag or time <= self.anchor_time:
            return line
        span = self.settled_at - self.anchor_time
        return line + self.lag * min((time - self.anchor_time) / span, 1.0)

    def settled_beat_at(self, time: float) -> float:
        """Beats at `time` were the phase put right already."""
        return self.anchor_beat + self.lag + (time - self.anchor_time) * self.bpm / 60.0

    def time_at(self, beat: float) -> float:
        """Seconds at `beat`: the inverse of `beat_at`."""
        after = beat - self.anchor_beat
        if not self.lag or after <= 0:
            return self.anchor_time + after * 60.0 / self.bpm
        span = self.settled_at - self.anchor_time
        until_settled = span * self.bpm / 60.0 + self.lag
        if after >= until_settled:
            return self.anchor_time + (after - self.lag) * 60.0 / self.bpm
        return self.anchor_time + span * after / until_settled

    def bar_beat_at(self, time: float) -> float | None:
        """Beats since the song began, or None where no bar is known."""
        return self.beat_at(time) + self.song_offset if self.metered else None

    def with_tempo(self, bpm: float, now: float) -> SessionClock:
        """This clock at `bpm` from `now` on; 0 goes back to free time. Raises ValueError as `check_bpm`."""
        check_bpm(bpm)
        return replace(self._anchored(now), bpm=bpm if bpm > 0 else FREE_BPM, metered=bpm > 0)

    def with_transport(self, running: bool, song_beat: float, now: float) -> SessionClock:
        """This clock with the song at `song_beat` now (running), or with no bar known (stopped)."""
        return replace(self, metered=running, song_offset=song_beat - self.beat_at(now))

    def with_bars(self, beats_per_bar: float) -> SessionClock:
        """This clock with bars of so many beats."""
        return replace(self, beats_per_bar=beats_per_bar)

    def steered(self, bpm: float, error: float, now: float) -> SessionClock:
        """This clock at `bpm` (more than 0) from `now` on, its settled phase put right by `error` beats without a jump.

        What it is off by is gained (or lost) over as long as that takes at STEEPEST_SLEW, or over GENTLEST_SLEW beats.
        """
        lag = error + self.settled_beat_at(now) - self.beat_at(now)
        beats = max(abs(lag) / STEEPEST_SLEW, GENTLEST_SLEW)
        return replace(self._anchored(now), bpm=bpm, lag=lag, settled_at=now + beats * 60.0 / bpm)

    def _anchored(self, now: float) -> SessionClock:
        return replace(self, anchor_time=now, anchor_beat=self.beat_at(now), lag=0.0, settled_at=0.0)
