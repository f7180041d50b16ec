"""MIDI clock out: which ticks and transport messages leave when, from the line the performer keeps.

Pure: whoever owns a port asks for `next_deadline`, sleeps till then and sends what `due` returns. Ticks are never sent
in a burst to catch up: after a hold-up the song is stopped, put where it is and continued on a sixteenth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from bridge.midi import bytes as midi_bytes
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import BeatLine

TICKS_PER_BEAT: Final = 24
TICKS_PER_SIXTEENTH: Final = TICKS_PER_BEAT // 4
# Ticks that may be sent late, one after the other; with more the song is put where it is.
MOST_LATE: Final = 2
# A line that moves the song by less than this many beats is the same song, steered.
SAME_SONG: Final = 0.05
# A song position is 14 bits of sixteenths.
MOST_SIXTEENTHS: Final = 0x3FFF


class ClockOut:
    """Beats time to others: told a line (`BeatLine`), it sends ticks, start, stop, continue and song position."""

    def __init__(self) -> None:
        self._line: SessionClock | None = None
        self._next_tick = 0  # of the song, as the receiver counts
        self._begins = False  # the receiver is stopped, and goes on with the next tick
        self._ready: list[bytes] = []
        self._ready_since = 0.0

    def accept(self, line: BeatLine, now: float) -> None:
        """Go on by this line."""
        before = self._line
        clock = SessionClock(line.time, line.beat, line.bpm, lag=line.lag, settled_at=line.settled_at)
        if not line.metered:
            self._line = None
            if before is not None:
                self._send(now, midi_bytes.CLOCK_STOP)
        elif before is None or abs(clock.beat_at(now) - before.beat_at(now)) > SAME_SONG:
            self._line = clock
            self._locate(clock, now, stop=before is not None)
        else:
            self._line = clock

    def next_deadline(self) -> float | None:
        """When `due` should be called next, in seconds; None where nobody is beaten time to."""
        if self._ready:
            return self._ready_since
        return None if self._line is None else self._line.time_at(self._next_tick / TICKS_PER_BEAT)

    def due(self, now: float) -> list[bytes]:
        """What leaves now, in order."""
        messages, self._ready = self._ready, []
        line = self._line
        if line is None:
            return messages
        passed = math.floor(line.beat_at(now) * TICKS_PER_BEAT + 1e-6) - self._next_tick + 1
        if passed > MOST_LATE:
            self._locate(line, now, stop=not self._begins)
            messages += self._ready
            self._ready = []
        elif passed > 0:
            if self._begins:
                self._begins = False
                start = midi_bytes.CLOCK_START if self._next_tick == 0 else midi_bytes.CLOCK_CONTINUE
                messages.append(bytes((start,)))
            messages += [bytes((midi_bytes.CLOCK_TICK,))] * passed
            self._next_tick += passed
        return messages

    def close(self) -> Iterator[bytes]:
        """Stops the receiver; a second call yields nothing."""
        if self._line is not None:
            self._line = None
            yield bytes((midi_bytes.CLOCK_STOP,))

    def _locate(self, line: SessionClock, now: float, stop: bool) -> None:
        """Put the song on its next sixteenth."""
        sixteenth = max(math.ceil(line.beat_at(now) * TICKS_PER_BEAT / TICKS_PER_SIXTEENTH - 1e-6), 0)
        if stop:
            self._send(now, midi_bytes.CLOCK_STOP)
        if sixteenth:
            said = sixteenth % (MOST_SIXTEENTHS + 1)
            self._send(now, midi_bytes.SONG_POSITION, said & 0x7F, said >> 7)
        self._next_tick, self._begins = sixteenth * TICKS_PER_SIXTEENTH, True

    def _send(self, now: float, *data: int) -> None:
        if not self._ready:
            self._ready_since = now
        self._ready.append(bytes(data))
