"""The process that owns the MIDI ports: started by `bridge.midi.client.MidiLink`, not by people.

It is a process of its own because rtmidi can hang for ever holding the interpreter lock (a dead JACK
server), and because deadlines are then kept whatever the daemon's interpreter is busy with. It
imports nothing heavy. Whatever ends it, other than being killed, ends what sounds first: the daemon
closing or dying (end of file on the socket), SIGTERM, SIGHUP.

The way of a note to the port: the performer's outputs, taken by `bridge.live.daemon`; `client` and `wire`, to here;
`outbox`, until it is due; `devices`, which sends it by rtmidi.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import select
import signal
import socket
import sys
import time
from typing import Final

from bridge.midi import bytes as midi_bytes
from bridge.midi.clock_out import ClockOut
from bridge.midi.connections import UNKNOWN
from bridge.midi.devices import Devices, NoGuard, PortFailed, ServerGuard, list_devices
from bridge.midi.outbox import FORGET_AFTER, Outbox, Reminder
from bridge.midi.port import PortSettings, PortState, PortStatus
from bridge.midi.rtmidi_binding import NoBackend
from bridge.midi.wire import Arrived, Frame, FrameReader, FrameWriter, Heartbeat, OweOff, SetLate, WireError
from bridge.system.terminal import leave_interrupts_to_the_parent
from bridge.vocabulary.events import BeatLine, InputLost
from bridge.vocabulary.plain_text import one_line

EXIT_SERVER_GONE: Final = 3
EXIT_RENEW: Final = 4

STALLED: Final = "the JACK server stands still: notes are dropped until it goes on"
HEARTBEAT: Final = 0.08  # seconds
PATIENCE: Final = 0.4  # seconds of silence that mean a hang
# While a backend opens or closes. A synchronous JACK server (-S) lets nobody in or out for 5 s after a client
# vanished, so killing one that only waits would make things worse.
SLOW_PATIENCE: Final = 30.0
CHECK_PORTS: Final = 0.5  # seconds between looks at whether attached ports are there
RETRY_BACKEND: Final = 1.0
# A connection that was told of may not carry anything yet for so long, in seconds.
SETTLING: Final = 1.2
# A failed try to reach JACK leaks about 17 KB inside libjack: after so many a fresh process takes over.
RENEW_AFTER: Final = 300
# Bytes that the daemon has not read, beyond the socket's own buffer, from which on a flood sheds note-ons.
FLOOD: Final = 1 << 16
# A process that hangs without a daemon to kill it ends itself after this many seconds.
WATCHDOG: Final = SLOW_PATIENCE + 10.0
DRAIN: Final = 0.03  # seconds for the last messages to leave before the ports close


class MidiProcess:
    """The loop: sleep until a deadline or a command, send what is due, report.

    `lost_in` counts messages shed in a flood, `ignored_in` those that were truncated or unknown.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._writer = FrameWriter(connection)
        self._reader = FrameReader(connection)
        self._outbox = Outbox(has_port=False)
        self._clock_out = ClockOut()
        self._settings: PortSettings | None = None
        self._devices: Devices | None = None
        self._guard: ServerGuard | None = None  # with one it is told who connects to our ports
        self._stalled = False  # whether the server stands still
        self._reminder = Reminder()
        self._remind_until = 0.0  # until then it reminds at every look at the ports
        self._source_gone = self._listener_came = False  # set by the guard, on its thread
        self._no_backend = ""
        self._failed_opens = 0
        self.lost_in = 0
        self.ignored_in = 0
        self._told: PortStatus | None = None
        self._next_heartbeat = 0.0
        self._next_check = 0.0
        self._next_watchdog = 0.0
        self._stopping = False
        self._outdated = False  # other ports are wanted: a successor opens them
        self._sources = self._listeners = UNKNOWN
        self._wake, waker = socket.socketpair()
        for end in (self._wake, waker):
            end.setblocking(False)
        self._waker = waker

    def run(self) -> int:
        """Serve until the daemon goes, wants other ports, or a signal comes; end what sounds; say how it ended."""
        self._catch_signals()
        with contextlib.suppress(ConnectionError, WireError):
            while not (self._stopping or self._reader.ended):
                self._tend(time.perf_counter())
                self._wait()
                for frame in self._reader.read():
                    self._obey(frame)
                self._leave()
        self._close()
        return EXIT_RENEW if self._outdated else 0

    def on_message(self, event: tuple[list[int], float], _: object = None) -> None:
        """rtmidi's callback, on its thread: stamp and pass on, nothing else."""
        now = time.perf_counter()
        data = bytes(event[0])
        if not midi_bytes.is_complete(data):
            self.ignored_in += 1
        elif self._writer.waiting > FLOOD and not midi_bytes.ends_something(data):
            self.lost_in += 1
        else:
            # A daemon that died is noticed by the loop.
            with contextlib.suppress(ConnectionError):
                self._writer.write(Arrived(now, data))

    def flush(self) -> None:
        """Write what the daemon had no room for. Raises ConnectionError when it is gone."""
        self._writer.flush()

    def dismiss(self) -> None:
        """Let the signal sockets go."""
        self._wake.close()
        self._waker.close()

    # --- the loop ------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Sleep until something comes in, the daemon has room again, or the next deadline."""
        deadlines = (self._outbox.next_deadline(), self._clock_out.next_deadline(), self._next_heartbeat)
        wake = min(deadline for deadline in deadlines if deadline is not None)
        timeout = max(wake - time.perf_counter(), 0.0)
        writing = [self._connection] if self._writer.waiting else []
        readable, writable, _ = select.select([self._connection, self._wake], writing, [], timeout)
        if writable:
            self.flush()
        if self._wake in readable:
            self._wake.recv(64)

    def _obey(self, frame: Frame) -> None:
        now = time.perf_counter()
        match frame:
            case PortSettings() if self._settings is not None:
                self._outdated = self._stopping = True
            case PortSettings():
                self._settings = frame
                self._outbox.late = frame.late
                # Before the notes that may follow at once: they would count as sounded with nothing to sound on.
                self._check_ports(frame)
            case SetLate(seconds):
                self._outbox.late = seconds
            case BeatLine():
                self._clock_out.accept(frame, now)
            case OweOff(channel, pitch):
                self._outbox.owe(channel, pitch, now)
                self._reminder.keep([midi_bytes.note_off(pitch, channel)])
                self._remind_until = now + (SETTLING if self._guard is not None else FORGET_AFTER)
            case _:
                self._outbox.accept(frame, now)  # type: ignore[arg-type]  # the rest are commands of the outbox

    def _leave(self) -> None:
        """Send what is due and say what became of the notes."""
        self._mind_server(time.perf_counter())
        # The beat first: a note-on that waits for it is not heard to be late, but whoever counts ticks is.
        for message in self._clock_out.due(time.perf_counter()):
            self._send(message)
        due = self._outbox.due(time.perf_counter())
        for index, message in enumerate(due.messages):
            try:
                if self._devices is not None:
                    self._devices.send(message)
            except PortFailed:
                self._outbox.port_lost(due.messages[index:])
                break
        for report in due.reports:
            self._writer.write(report)

    def _send(self, message: bytes) -> None:
        """Send what need not be owed to anybody when it fails."""
        if self._devices is not None and self._devices.output.is_open and not self._stalled:
            with contextlib.suppress(PortFailed):
                self._devices.send(message)

    def _tend(self, now: float) -> None:
        """Everything that is done now and then."""
        self._mind_server(now)
        self._mind_wires(now)
        if self._settings is not None and now >= self._next_check:
            self._check_ports(self._settings)
        status = self._status()
        if status != self._told:
            self._told = status
            self._writer.write(status)
        if now >= self._next_heartbeat:
            self._next_heartbeat = now + HEARTBEAT
            self._writer.write(Heartbeat(now, PATIENCE))
        if now >= self._next_watchdog:
            self._next_watchdog = now + 1.0
            faulthandler.dump_traceback_later(WATCHDOG, exit=True)

    # --- ports ---------------------------------------------------------------------------------

    def _check_ports(self, settings: PortSettings) -> None:
        if self._devices is None:
            self._open_backend(settings)
        if self._devices is not None and not self._stalled:
            now = time.perf_counter()
            self._sources, self._listeners = self._devices.connections(self._guard)
            if self._devices.input.check() and not self._devices.input.is_open:
                self._writer.write(InputLost(now))
            if self._devices.output.check() or self._devices.output.is_open is not self._outbox.has_port:
                if self._devices.output.is_open:
                    self._reminder.keep(self._outbox.owed)
                    self._remind_until = now + (SETTLING if self._guard is not None else FORGET_AFTER)
                    self._outbox.port_opened(now)
                else:
                    self._outbox.port_lost()
            elif now < self._remind_until:
                self._remind(now)
        self._next_check = time.perf_counter() + (RETRY_BACKEND if self._devices is None else CHECK_PORTS)

    def _open_backend(self, settings: PortSettings) -> None:
        self._writer.write(Heartbeat(time.perf_counter(), SLOW_PATIENCE))
        self._next_heartbeat = 0.0  # as soon as this is over, silence means a hang again
        try:
            self._devices = Devices(settings, self.on_message)
        except NoBackend as error:
            self._no_backend = str(error)
            self._failed_opens += 1
            if self._failed_opens >= RENEW_AFTER:
                os._exit(EXIT_RENEW)
            return
        if self._devices.backend == "jack":
            # At once and without any destructor: whatever touches the dead server's client may hang.
            with contextlib.suppress(NoGuard):
                self._guard = ServerGuard(lambda: os._exit(EXIT_SERVER_GONE), self._wired)
        gc.freeze()

    def _wired(self, source: str, target: str, connected: bool) -> None:
        """Two ports were connected or disconnected. On the guard's thread."""
        assert self._devices is not None
        if not connected and self._devices.input.is_called(target):
            self._source_gone = True
        elif connected and self._devices.output.is_called(source):
            self._listener_came = True
        else:
            return
        with contextlib.suppress(BlockingIOError):  # a full pipe already wakes it
            self._waker.send(b"\0")

    def _mind_server(self, now: float) -> None:
        """What is sent while the server stands still would leave all at once, and late, when it goes on."""
        if self._guard is None:
            return
        stalled = self._guard.stands_still(now)
        if stalled and not self._stalled:
            self._outbox.port_stalled()
        elif self._stalled and not stalled:
            self._next_check = 0.0  # the ports are looked at, and what they are owed leaves
        self._stalled = stalled

    def _mind_wires(self, now: float) -> None:
        """Whoever played into our port is gone: so are their keys. Whoever connected may have missed note-offs."""
        if self._source_gone:
            self._source_gone = False
            self._writer.write(InputLost(now))
        if self._listener_came:
            self._listener_came = False
            self._remind(now)
            self._remind_until = max(self._remind_until, now + SETTLING)

    def _remind(self, now: float) -> None:
        for message in self._reminder.connected(now, self._outbox.sounding):
            self._send(message)

    def _status(self) -> PortStatus:
        counts = (self.lost_in, self.ignored_in)
        if self._devices is None:
            state = PortState.NO_BACKEND if self._no_backend else PortState.STARTING
            return PortStatus(state, "", "", "", False, False, self._no_backend, *counts)
        receiving, sending = self._devices.input, self._devices.output
        return PortStatus(
            PortState.OPEN if receiving.is_open and sending.is_open and not self._stalled else PortState.WAITING,
            self._devices.backend,
            receiving.name,
            sending.name,
            receiving.is_open,
            sending.is_open and not self._stalled,
            one_line(
                "; ".join([STALLED] * self._stalled + [side.detail for side in (receiving, sending) if side.detail])
            ),
            *counts,
            sources=self._sources,
            listeners=self._listeners,
        )

    # --- the end -------------------------------------------------------------------------------

    def _catch_signals(self) -> None:
        """Whatever tells us to end has what sounds ended first."""
        leave_interrupts_to_the_parent()
        for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def _stop(self, _signal: int, _frame: object) -> None:
        self._stopping = True

    def _close(self) -> None:
        """End what sounds, give it time to leave, go. A hang here ends by the watchdog."""
        faulthandler.dump_traceback_later(WATCHDOG, exit=True)
        for message in (*self._clock_out.close(), *self._outbox.close()):
            self._send(message)
        with contextlib.suppress(ConnectionError):
            self._writer.write(Heartbeat(time.perf_counter(), SLOW_PATIENCE))
        if self._devices is not None:
            time.sleep(DRAIN)
            if self._guard is not None:
                self._guard.dismiss()
            self._devices.close()


def main(arguments: list[str]) -> None:
    """`midi_process FD [list]`: serve the daemon on the inherited socket FD, or list the ports on it."""
    if not arguments or not arguments[0].isdigit():
        sys.exit("this is the MIDI process of `antiphon jam`, which starts it itself")
    # A program that only looks for JACK must not start it.
    os.environ["JACK_NO_START_SERVER"] = "1"
    if hasattr(os, "setpriority"):
        # Deadlines on a busy machine: measured with both cores busy, the latest of 500 notes left after 0.3 ms, not 3.
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, -10)
    connection = socket.socket(fileno=int(arguments[0]))
    if arguments[1:] == ["list"]:
        writer = FrameWriter(connection)
        connection.setblocking(True)
        for port in list_devices():
            writer.write(port)
    else:
        os._exit(MidiProcess(connection).run())
    # Not through the interpreter's end: rtmidi's destructors may hang.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
