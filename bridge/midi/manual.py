"""A MIDI port without MIDI: the same outbox on any clock, for tests and `--dry`.

    port = FakePort()
    port.start()
    port.send([PlayNote(1, onset=1.0, release=1.5, pitch=60, velocity=90, channel=1)])
    port.advance(1.2)
    port.receive()  # [..., Sounded(1.0, 1)]
    port.sent       # [(1.0, b"\\x90\\x3c\\x5a")]

The other end, what a human or a cable does, is played by `play`, `set_ports` and `advance`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace

from bridge.midi import bytes as midi_bytes
from bridge.midi.clock_out import ClockOut
from bridge.midi.outbox import Ended, Outbox
from bridge.midi.port import PortSettings, PortState, PortStatus
from bridge.vocabulary.events import BeatLine, Input, InputLost, Output


class FakePort:
    """A `MidiPort` that keeps what it would have sent in `sent`, as (time, message).

    `clock` gives the time in seconds; without one the clock is manual and `advance` moves it. On a manual
    clock every message leaves at its deadline exactly; on a real one when `receive` is called. Only so many of the last
    messages are kept as `keeps` says; all of them without.
    """

    def __init__(
        self,
        settings: PortSettings | None = None,
        clock: Callable[[], float] | None = None,
        *,
        keeps: int | None = None,
    ) -> None:
        self._settings = settings or PortSettings()
        self._clock = clock
        self._now = 0.0
        self._outbox = Outbox(self._settings.late)
        self._clock_out = ClockOut()
        self._arrived: list[Input | PortStatus] = []
        self._keeps = keeps
        self.sent: list[tuple[float, bytes]] = []
        self.status = PortStatus(PortState.STARTING, backend="fake")

    @property
    def now(self) -> float:
        """The time on this port's clock, in seconds."""
        return self._now if self._clock is None else self._clock()

    @property
    def sounding(self) -> frozenset[tuple[int, int]]:
        """Keys (channel, pitch) that sound now."""
        return self._outbox.sounding

    def start(self) -> None:
        """Open at once."""
        self.set_ports(input_open=True, output_open=True)

    @property
    def connections(self) -> tuple[socket.socket, ...]:
        """Nothing to wait on: use `next_wake`."""
        return ()

    def next_wake(self, now: float) -> float:
        """When the next message leaves; `now` when something has arrived already; else a while from now."""
        if self._arrived:
            return now
        deadline = self._next_deadline()
        return now + 1.0 if deadline is None else max(deadline, now)

    def receive(self) -> list[Input | PortStatus]:
        """What came in, and what the outbox did up to now."""
        self._leave(self.now)
        arrived, self._arrived = self._arrived, []
        return arrived

    def send(self, commands: Sequence[Output]) -> None:
        """Hand commands to the outbox. Raises ValueError for a note that MIDI cannot say."""
        for command in commands:
            if isinstance(command, BeatLine):
                self._clock_out.accept(command, self.now)
            else:
                self._outbox.accept(command, self.now)
        self._leave(self.now)

    def set_late(self, seconds: float) -> None:
        """Change how late a note-on may leave."""
        self._outbox.late = seconds

    def use(self, in_name: str | None, out_name: str | None) -> None:
        """Go over to other ports; what sounds on the old one ends there."""
        for message in self._outbox.close():
            self.sent.append((self.now, message))
        self._settings = replace(self._settings, in_name=in_name, out_name=out_name)
        self._arrived.append(InputLost(self.now))
        self.set_ports(input_open=True, output_open=True)

    def close(self) -> None:
        """End everything that sounds; the messages are in `sent`. A second call adds none."""
        self.sent.extend((self.now, message) for message in (*self._clock_out.close(), *self._outbox.close()))
        if self.status.state is not PortState.CLOSED:
            self.status = PortStatus(PortState.CLOSED, backend="fake")
            self._arrived.append(self.status)

    # --- the other end -------------------------------------------------------------------------

    def advance(self, now: float) -> None:
        """Move the manual clock to `now`, letting everything due on the way leave at its own time."""
        while (deadline := self._next_deadline()) is not None and deadline <= now:
            self._now = max(self._now, deadline)
            self._leave(self._now)
        self._now = max(self._now, now)

    def play(self, *messages: bytes, time: float | None = None) -> None:
        """Have these messages come in, stamped `time` (default: now). Incomplete ones are ignored."""
        for message in messages:
            event = midi_bytes.parse(message, self.now if time is None else time)
            if event is not None:
                self._arrived.append(event)

    def set_ports(self, input_open: bool, output_open: bool) -> None:
        """Have a side come or go, as when somebody unplugs it."""
        if self.status.input_open and not input_open:
            self._arrived.append(InputLost(self.now))
        if output_open and not self.status.output_open:
            self._outbox.port_opened(self.now)
        elif self.status.output_open and not output_open:
            self._outbox.port_lost()
        self.status = PortStatus(
            PortState.OPEN if input_open and output_open else PortState.WAITING,
            backend="fake",
            input_name=self._settings.in_name or self._settings.virtual_in,
            output_name=self._settings.out_name or self._settings.virtual_out,
            input_open=input_open,
            output_open=output_open,
        )
        self._arrived.append(self.status)
        self._leave(self.now)

    def _next_deadline(self) -> float | None:
        note, tick = self._outbox.next_deadline(), self._clock_out.next_deadline()
        if note is None or tick is None:
            return tick if note is None else note
        return min(note, tick)

    def _leave(self, now: float) -> None:
        for tick in self._clock_out.due(now):
            self.sent.append((now, tick))
        due = self._outbox.due(now)
        for message in due.messages:
            self.sent.append((now, message))
        if self._keeps is not None and len(self.sent) > self._keeps:
            del self.sent[: len(self.sent) - self._keeps]
        for report in due.reports:
            if not isinstance(report, Ended):
                self._arrived.append(report)
