"""The real MIDI ports, from the daemon's side: start the MIDI process, talk to it, replace it when it fails.

See `bridge.midi.midi_process` for why it is a process and what it does. Nothing here blocks: the
socket never waits, and a process that stops reading or stops telling that it lives is killed.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.midi import bytes as midi_bytes
from bridge.midi.midi_process import EXIT_RENEW, EXIT_SERVER_GONE, HEARTBEAT, SLOW_PATIENCE
from bridge.midi.outbox import Ended
from bridge.midi.port import PortInfo, PortSettings, PortState, PortStatus
from bridge.midi.shadow import Plan
from bridge.midi.wire import Arrived, Frame, FrameReader, FrameWriter, Heartbeat, SetLate, WireError
from bridge.system.subprocesses import package_path
from bridge.vocabulary.events import (
    BeatLine,
    CancelNotes,
    Dropped,
    Input,
    InputLost,
    MoveNotes,
    Output,
    PassThrough,
    PlayNote,
    ReleaseNote,
    Silence,
    Sounded,
)

# Bytes that the process has not read, beyond the socket's own buffer, from which on it counts as hung.
FULL: Final = 1 << 18
# A process that has just begun may take this long (seconds) until its first sign of life.
STARTING_PATIENCE: Final = 5.0
# Seconds from a failure to the next start: the first at once, then ever later.
BACK_OFF: Final = (0.0, 0.25, 0.5, 1.0, 2.0)
# A process that has lived this long ends a row of failures.
PROVEN: Final = 5.0
# How often `receive` is called bounds how much silence one call may charge to the process: the daemon may
# itself have been held up, and the signs of life may still be on their way.
_SILENCE_STEP: Final = 0.1
_CLOSING: Final = 1.0  # seconds that `close` waits at most

# A process group of its own keeps a console's Ctrl-C away; everybody may raise a priority there.
_WINDOWS_FLAGS: Final = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(
    subprocess, "HIGH_PRIORITY_CLASS", 0
)
_COMMANDS: Final = (PlayNote, ReleaseNote, MoveNotes, CancelNotes, Silence, PassThrough, BeatLine)


class _Process:
    """One run of the MIDI process and the socket to it."""

    def __init__(self, *arguments: str) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            for end in (self.connection, theirs):
                if end.family == socket.AF_INET:  # Windows builds its pairs of TCP
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            theirs.set_inheritable(True)
            self._popen = subprocess.Popen(
                # -P: a file called rtmidi.py in the user's folder is not ours.
                [sys.executable, "-P", "-m", "bridge.midi.midi_process", str(theirs.fileno()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libjack and libasound write there whenever something is missing
                env=os.environ | {"PYTHONPATH": package_path()},
                pass_fds=(theirs.fileno(),) if os.name == "posix" else (),
                close_fds=os.name == "posix",
                creationflags=_WINDOWS_FLAGS,
            )
        self.writer = FrameWriter(self.connection)
        self.reader = FrameReader(self.connection)
        self.began = time.perf_counter()
        self.patience = STARTING_PATIENCE
        self.silence = 0.0

    @property
    def pid(self) -> int:
        return self._popen.pid

    def kill(self) -> None:
        """End it now, whatever it hangs in."""
        self._popen.kill()
        self.connection.close()

    def exit_code(self) -> int | None:
        """How it ended; None while it lives or is still being cleared away."""
        return self._popen.poll()

    def finish(self, seconds: float) -> None:
        """Tell it to end and wait at most that long.

        One that has sent its last messages and only waits for a slow server to let it go is left to that; one
        that shows no sign of having got so far is killed.
        """
        deadline = time.perf_counter() + seconds
        try:
            while self.writer.waiting and time.perf_counter() < deadline:
                self.writer.flush()
                time.sleep(0.001)
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is gone: the wait below settles it
        try:
            self._popen.wait(max(deadline - time.perf_counter(), 0.0))
        except subprocess.TimeoutExpired:
            last = [frame for frame in self._last_words() if isinstance(frame, Heartbeat)][-1:]
            if not last or last[0].patience < SLOW_PATIENCE:
                self._popen.kill()
            # Somebody must learn of its end, or it stays in the process table.
            threading.Thread(target=self._popen.wait, name="midi-process-end", daemon=True).start()
        self.connection.close()

    def _last_words(self) -> list[Frame]:
        try:
            return self.reader.read()
        except WireError:
            return []


class MidiLink:
    """A `MidiPort` over a process that owns rtmidi and the outbox.

    All methods are for one thread. Supervision happens in `receive`: call it by `next_wake`.
    """

    def __init__(self, settings: PortSettings | None = None) -> None:
        self._settings = settings or PortSettings()
        self._status = PortStatus(PortState.STARTING)
        self._process: _Process | None = None
        self._ended: list[_Process] = []
        self._plan = Plan()
        self._beat_line: BeatLine | None = None
        self._late = self._settings.late
        self._failures = 0
        self._restarts = 0
        self._restart_at: float | None = None
        # Counts of processes that are gone, so that the totals never fall.
        self._lost_before = 0
        self._ignored_before = 0
        self._polled = 0.0
        self._news: list[Input | PortStatus] = []

    @property
    def status(self) -> PortStatus:
        """The newest status."""
        return self._status

    @property
    def connections(self) -> tuple[socket.socket, ...]:
        """The socket to the MIDI process; empty while there is none."""
        return (self._process.connection,) if self._process is not None else ()

    @property
    def process_id(self) -> int | None:
        """The MIDI process's id, for people who look at processes; None while there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the MIDI process. Does nothing when started already. Raises RuntimeError after `close`."""
        if self._status.state is PortState.CLOSED:
            raise RuntimeError("this MIDI link was closed: make a new one")
        if self._process is None and self._restart_at is None:
            self._polled = time.perf_counter()
            self._spawn(self._polled)

    def next_wake(self, now: float) -> float:
        """When `receive` should be called next at the latest: supervision runs there."""
        if self._news:
            return now
        if self._restart_at is not None:
            return max(self._restart_at, now)
        return now + HEARTBEAT

    def receive(self) -> list[Input | PortStatus]:
        """What came in since the last call; never blocks."""
        now = time.perf_counter()
        if self._process is not None:
            self._read(self._process)
            self._supervise(now)
        if self._restart_at is not None and now >= self._restart_at:
            self._spawn(now)
        self._polled = now
        self._ended = [process for process in self._ended if process.exit_code() is None]
        news, self._news = self._news, []
        return news

    def send(self, commands: Sequence[Output]) -> None:
        """Hand commands to the outbox in the MIDI process; never blocks.

        While there is no process, notes wait for the next one. Raises ValueError for a note that MIDI
        cannot say; the commands before it are sent.
        """
        for command in commands:
            if isinstance(command, BeatLine):
                self._beat_line = command
            if isinstance(command, _COMMANDS):
                self._plan.told(command, time.perf_counter())
                self._tell(command)

    def set_late(self, seconds: float) -> None:
        """Change how late a note-on may leave."""
        self._late = seconds
        self._tell(SetLate(seconds))

    def use(self, in_name: str | None, out_name: str | None) -> None:
        """Go over to other ports: the MIDI process ends what sounds on the old ones, and one on the new replaces it."""
        if (in_name, out_name) == (self._settings.in_name, self._settings.out_name):
            return
        self._settings = replace(self._settings, in_name=in_name, out_name=out_name)
        # Whoever played into the old port is not heard any more, nor the end of what they hold.
        self._news.append(InputLost(time.perf_counter()))
        self._tell(replace(self._settings, late=self._late))

    def close(self) -> None:
        """End everything that sounds and wait (at most a second) until it has; a second call does nothing."""
        if self._status.state is PortState.CLOSED:
            return
        self._restart_at = None
        if self._process is not None:
            self._process.finish(_CLOSING)
            self._process = None
        for process in self._ended:
            process.finish(0.0)
        self._ended.clear()
        self._set_status(replace(self._status, state=PortState.CLOSED, input_open=False, output_open=False, detail=""))

    # --- the process ---------------------------------------------------------------------------

    def _spawn(self, now: float) -> None:
        self._restart_at = None
        try:
            self._process = _Process()
        except OSError as error:
            self._retire(now, f"the MIDI process cannot be started: {error}")
            return
        self._tell(replace(self._settings, late=self._late))
        for frame in self._plan.succession(now):
            self._tell(frame)
        if self._beat_line is not None:
            self._tell(self._beat_line)

    def _tell(self, frame: Frame) -> None:
        if self._process is None:
            return
        try:
            self._process.writer.write(frame)
        except ConnectionError:
            self._process.reader.ended = True  # why it ended is found by `receive`

    def _read(self, process: _Process) -> None:
        try:
            frames = process.reader.read()
        except WireError:
            frames = []
            process.reader.ended = True
        if frames:
            process.silence = 0.0
        for frame in frames:
            match frame:
                case Arrived(stamp, data):
                    event = midi_bytes.parse(data, stamp)
                    if event is not None:
                        self._news.append(event)
                case Sounded() | Dropped():
                    self._plan.heard(frame)
                    self._news.append(frame)
                case Ended():
                    self._plan.heard(frame)
                case InputLost():
                    self._news.append(frame)
                case Heartbeat(_, patience):
                    process.patience = patience
                case PortStatus():
                    self._take_status(frame)

    def _supervise(self, now: float) -> None:
        process = self._process
        assert process is not None
        process.silence += min(now - self._polled, _SILENCE_STEP)
        if not process.reader.ended:
            try:
                process.writer.flush()
            except ConnectionError:
                process.reader.ended = True
        if process.reader.ended:
            code = process.exit_code()
            if code is None and process.silence < process.patience:
                return  # its socket is closed; in a moment it will have ended, and how is worth knowing
            self._retire(now, _why_ended(code, self._status.backend), quietly=code == EXIT_RENEW)
        elif process.silence > process.patience or process.writer.waiting > FULL:
            self._retire(now, "the MIDI process hung and was replaced")

    def _retire(self, now: float, why: str, quietly: bool = False) -> None:
        """Do away with the process, if there is one, and plan its successor."""
        if self._process is not None:
            if now - self._process.began > PROVEN:
                self._failures = 0
            self._process.kill()
            self._ended.append(self._process)
            self._process = None
        self._restart_at = now + BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
        self._lost_before, self._ignored_before = self._status.lost_in, self._status.ignored_in
        if quietly:
            return
        self._failures += 1
        self._restarts += 1
        if self._status.input_open:
            self._news.append(InputLost(now))
        self._set_status(
            replace(
                self._status,
                state=PortState.RESTARTING,
                input_open=False,
                output_open=False,
                detail=why,
                restarts=self._restarts,
            )
        )

    # --- status --------------------------------------------------------------------------------

    def _take_status(self, status: PortStatus) -> None:
        if status.state is PortState.STARTING and self._status.state is not PortState.STARTING:
            return  # a successor that has only begun: what was wrong is still the better news
        self._set_status(
            replace(
                status,
                lost_in=self._lost_before + status.lost_in,
                ignored_in=self._ignored_before + status.ignored_in,
                restarts=self._restarts,
            )
        )

    def _set_status(self, status: PortStatus) -> None:
        if status != self._status:
            self._status = status
            self._news.append(status)


def _why_ended(code: int | None, backend: str) -> str:
    if code == EXIT_SERVER_GONE:
        return "the JACK server went away; the ports come back with it"
    name = f" ({backend})" if backend else ""
    return f"the MIDI process{name} ended unasked (exit code {code}) and was replaced"


def list_ports(timeout: float = 3.0) -> list[PortInfo]:
    """Ports of this machine that could be attached to, of every backend that opens.

    Asked of a short-lived process, because a sick MIDI server can hang whoever asks. Blocks for at most
    `timeout` seconds; raises TimeoutError after that.
    """
    process = _Process("list")
    ports: list[PortInfo] = []
    deadline = time.perf_counter() + timeout
    try:
        while not process.reader.ended:
            if time.perf_counter() > deadline:
                raise TimeoutError(
                    f"the MIDI system did not list its ports within {timeout:g} s: restart JACK or PipeWire if it hangs"
                )
            ports.extend(frame for frame in process.reader.read() if isinstance(frame, PortInfo))
            time.sleep(0.005)
    finally:
        process.finish(0.0)
    return ports
