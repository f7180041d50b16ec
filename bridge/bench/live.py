"""The real daemon as a process of its own, as a user starts it, and its OSC side."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Any, Final

from bridge.bench.peers import python_environment
from bridge.bench.result import BenchError
from bridge.osc.wire import LARGEST, build, parse

_PATIENCE: Final = 20.0


def free_port() -> int:
    """A UDP port nobody holds at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveDaemon:
    """`antiphon jam OPTIONS`, ready, while entered. Raises BenchError with its last words when it does not start."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        # Only now: a port that was free before could be the one just bound.
        self.port = free_port()
        self._socket.settimeout(1.0)
        self._lines: list[str] = []
        self._ready = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.started = 0.0
        self.ready_after = 0.0

    def __enter__(self) -> LiveDaemon:
        out_port = str(self._socket.getsockname()[1])
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            [
                # Its own tempo unless the options say otherwise: nobody else's clock is part of what is measured.
                *(sys.executable, "-m", "bridge", "jam", "--clock", "internal"),
                *("--osc-port", str(self.port), "--osc-out-port", out_port),
                # Nor is a page that nobody opens, unless it is asked for.
                *(() if any(option.startswith("--web") for option in self._options) else ("--no-web",)),
                *self._options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=python_environment(),
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        if not self._ready.wait(_PATIENCE) or not self.ready_after:
            self._end(signal.SIGKILL)
            self._socket.close()
            raise BenchError(f"antiphon jam {' '.join(self._options)} did not get ready: {self.words}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._socket.close()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                if line.startswith("ready"):
                    self.ready_after = time.perf_counter() - self.started
                    self._ready.set()
                self._lines.append(line.rstrip())
        self._ready.set()

    @property
    def pid(self) -> int:
        """Its process, while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def words(self) -> str:
        """The last lines it wrote."""
        return " / ".join(self._lines[-6:]) or "it said nothing"

    def send(self, address: str, *arguments: int | float | str) -> None:
        """Tell it something by OSC."""
        self._socket.sendto(build(address, arguments), ("127.0.0.1", self.port))

    def status(self, timeout: float = 2.0) -> dict[str, Any] | None:
        """Its answer to `/antiphon/status`; None when none comes in `timeout` seconds."""
        self._forget_waiting()
        self.send("/antiphon/status")
        deadline = time.perf_counter() + timeout
        while (left := deadline - time.perf_counter()) > 0:
            self._socket.settimeout(left)
            try:
                datagram = self._socket.recv(LARGEST + 1)
            except TimeoutError:
                break
            for message in parse(datagram):
                if message.address == "/antiphon/status":
                    status: dict[str, Any] = json.loads(str(message.args[0]))
                    return status
        return None

    def sure_status(self) -> dict[str, Any]:
        """Its answer to `/antiphon/status`. Raises BenchError when none comes."""
        status = self.status()
        if status is None:
            raise BenchError(f"the daemon does not answer: {self.words}")
        return status

    def _forget_waiting(self) -> None:
        """Throw away what it told meanwhile: a full socket would have no room for the answer."""
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(LARGEST + 1)

    def wait_for_midi(self, timeout: float = 10.0) -> dict[str, Any]:
        """Its status once the MIDI ports are open. Raises BenchError when that takes more than `timeout` seconds."""
        deadline = time.perf_counter() + timeout
        status = None
        while time.perf_counter() < deadline:
            status = self.status() or status
            if status is not None and status["midi"] == "open":
                return status
            time.sleep(0.02)
        state = "no status" if status is None else f"{status['midi']} ({status['midi_detail']})"
        raise BenchError(f"the daemon's MIDI ports did not open within {timeout:g} s: {state}; {self.words}")

    def stop(self, timeout: float = 10.0) -> tuple[int, float]:
        """End it politely. Returns its exit status and how long that took, in seconds."""
        began = time.perf_counter()
        status = self._end(signal.SIGTERM, timeout)
        return status, time.perf_counter() - began

    def _end(self, number: signal.Signals, timeout: float = 10.0) -> int:
        process = self._process
        assert process is not None
        if process.poll() is None:
            process.send_signal(number)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = -signal.SIGKILL
        if self._reader is not None:
            self._reader.join(1.0)
        return status
