"""Musical time: seconds to beats and back, as an immutable value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

FREE_BPM: Final = 120.0
SLOWEST_BPM: Final = 20.0
FASTEST_BPM: Final = 999.0


def check_bpm(bpm: float) -> float:
    """`bpm`, a tempo or 0 for free time. Raises ValueError for any other number."""
    if bpm != 0 and not SLOWEST_BPM <= bpm <= FASTEST_BPM:
        raise ValueError(f"tempo cannot be {bpm:g}: 0 for free time, or {SLOWEST_BPM:g} to {FASTEST_BPM:g} bpm")
    return bpm


@dataclass(frozen=True, slots=True)
class SessionClock:
    """Seconds and beats on one straight line through (`anchor_time`, `anchor_beat`).

    Beats never jump and never run backwards: a tempo change bends the line where it happens. Where
    the song is (its bars) is `song_offset` beats away, so a transport that jumps moves the bars, not
    the notes. In free time (`metered` false) a beat is half a second and no bar is known.
    """

    anchor_time: float = 0.0
    anchor_beat: float = 0.0
    bpm: float = FREE_BPM
    metered: bool = False
    song_offset: float = 0.0
    beats_per_bar: float = 4.0

    def beat_at(self, time: float) -> float:
        """Beats at `time` in seconds."""
        return self.anchor_beat + (time - self.anchor_time) * self.bpm / 60.0

    def time_at(self, beat: float) -> float:
        """Seconds at `beat`."""
        return self.anchor_time + (beat - self.anchor_beat) * 60.0 / self.bpm

    def bar_beat_at(self, time: float) -> float | None:
        """Beats since the song began, or None where no bar is known."""
        return self.beat_at(time) + self.song_offset if self.metered else None

    def with_tempo(self, bpm: float, now: float) -> SessionClock:
        """This clock at `bpm` from `now` on; 0 goes back to free time. Raises ValueError as `check_bpm`."""
        check_bpm(bpm)
        return replace(
            self, anchor_time=now, anchor_beat=self.beat_at(now), bpm=bpm if bpm > 0 else FREE_BPM, metered=bpm > 0
        )

    def with_transport(self, running: bool, song_beat: float, now: float) -> SessionClock:
        """This clock with the song at `song_beat` now (running), or with no bar known (stopped)."""
        return replace(self, metered=running, song_offset=song_beat - self.beat_at(now))
