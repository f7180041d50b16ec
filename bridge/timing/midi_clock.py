"""A MIDI clock as it is heard: its ticks, and the transport that says which of them are the song's.

The tempo that those ticks keep is found in `bridge.timing.tick_tracker`.

Pure: times are arguments, in seconds.
"""

from __future__ import annotations

from typing import Final

from bridge.timing.tick_tracker import TICKS_PER_BEAT, TickFollower

TICKS_PER_SIXTEENTH: Final = TICKS_PER_BEAT // 4
# Silence for so many beats means that the clock stopped without saying so; for so long where no tempo is known.
SILENT_BEATS: Final = 2.0
# But never for less than this, in seconds: ticks that were held up and come all at once look very fast for a while.
SHORTEST_SILENCE: Final = 0.5
SILENT_SECONDS: Final = 1.0
# A clock that comes back on a start after so many ticks' time of silence has begun anew, whatever its phase was.
_PAUSE_TICKS: Final = 4


class MidiClock:
    """Follows one MIDI clock. `running` says whether the song runs, `bpm` and `beat_at` where it is.

    The first tick after a start is the song's beat 0; after a continue it is where the song was stopped or put.
    """

    def __init__(self) -> None:
        self._follower = TickFollower()
        self._last_tick: float | None = None
        self._origin: int | None = None  # the follower's number of the song's tick 0; None where that is not known
        self._goes_on_at: int | None = None  # the song's tick that the next one will be
        self._begins = False  # the next tick is the first after a start
        self._stopped_at = 0
        self.running = False

    @property
    def alive(self) -> bool:
        """Whether ticks have come lately."""
        return self._last_tick is not None

    @property
    def locked(self) -> bool:
        """Whether the tempo is known well enough to play to."""
        return self._follower.locked

    @property
    def jitter(self) -> float:
        """How far single ticks lie from their line, in seconds (standard deviation)."""
        return self._follower.jitter

    @property
    def bpm(self) -> float | None:
        """Beats per minute, None before two ticks."""
        line = self._follower.line
        return None if line is None else line.bpm

    @property
    def silent_from(self) -> float:
        """When, if no further tick comes, the clock counts as stopped; infinity when it is silent already."""
        if self._last_tick is None:
            return float("inf")
        bpm = self.bpm
        return self._last_tick + (SILENT_SECONDS if bpm is None else max(SILENT_BEATS * 60.0 / bpm, SHORTEST_SILENCE))

    def beat_at(self, time: float) -> float | None:
        """Beats from the song's beginning at `time`, None where the song does not run."""
        line = self._follower.line
        if line is None or self._origin is None or not self.running:
            return None
        return (line.tick_at(time) - self._origin) / TICKS_PER_BEAT

    def tick(self, time: float) -> None:
        """A tick."""
        if self._begins:
            self._begin(time)
        self._last_tick = time
        self._follower.hear(time)
        if self._goes_on_at is not None:
            line = self._follower.line
            self._origin = (0 if line is None else line.tick) - self._goes_on_at
            self._goes_on_at = None

    def start(self) -> None:
        """The song begins with the next tick."""
        self.running, self._begins, self._goes_on_at = True, True, 0

    def go_on(self) -> None:
        """The song goes on with the next tick."""
        if not self.running:
            self.running, self._begins, self._goes_on_at = True, True, self._stopped_at

    def stop(self) -> None:
        """The song stops where it is."""
        if self.running:
            self._stopped_at = self._next_song_tick()
        self.running, self._begins, self._goes_on_at = False, False, None

    def locate(self, sixteenths: int) -> None:
        """The song goes on from there: at the next tick while it runs, else when it is started again."""
        if self.running:
            self._goes_on_at = sixteenths * TICKS_PER_SIXTEENTH
        self._stopped_at = sixteenths * TICKS_PER_SIXTEENTH

    def fall_silent(self) -> None:
        """No ticks any more."""
        self.stop()
        self._last_tick = None
        self._origin = None
        self._follower.restart()

    def _begin(self, time: float) -> None:
        """The first tick of a song may have another phase; after a pause everything is new but the tempo."""
        line, self._begins = self._follower.line, False
        if line is not None and self._last_tick is not None and time - self._last_tick > _PAUSE_TICKS * line.period:
            self._follower.pause()
        else:
            self._follower.rephase()

    def _next_song_tick(self) -> int:
        if self._goes_on_at is not None:
            return self._goes_on_at
        line = self._follower.line
        return self._stopped_at if line is None or self._origin is None else line.tick + 1 - self._origin
