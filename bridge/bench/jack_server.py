"""A JACK server of one's own: dummy driver, no sound card, nobody else's ports."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import time
from types import TracebackType
from typing import Final

from bridge.bench.result import BenchError

RATE: Final = 48000
# jackd sometimes ignores a polite request for seconds.
_PATIENCE: Final = 10.0
_numbers = itertools.count(1)


def missing() -> str:
    """Why there can be no JACK server here; empty when there can."""
    absent = [program for program in ("jackd", "jack_wait") if shutil.which(program) is None]
    return f"{' and '.join(absent)} not found: install jackd2 (Debian: apt install jackd2)" if absent else ""


class PrivateJack:
    """Runs a JACK server under a name of its own while entered.

    While entered, this process and the ones it starts have it as their default server, and start no other.
    `period` is in frames: the granularity of MIDI on this server. Synchronous (`-S`): without, MIDI gets lost.
    Raises BenchError where jackd is missing or does not come up.
    """

    def __init__(self, period: int = 64) -> None:
        self.name = f"antiphon-{os.getpid()}-{next(_numbers)}"
        self.period = period
        self._process: subprocess.Popen[bytes] | None = None
        self._before: dict[str, str | None] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to be on this server."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}

    def __enter__(self) -> PrivateJack:
        self._before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            self.start()
        except BaseException:
            self._restore_environment()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._restore_environment()

    def start(self) -> float:
        """Start the server (again). Returns when it took clients, in `time.perf_counter()` seconds."""
        reason = missing()
        if reason:
            raise BenchError(reason)
        command = ["jackd", "-n", self.name, "-r", "-S", "-d", "dummy", "-r", str(RATE), "-p", str(self.period)]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.perf_counter() + _PATIENCE
        while time.perf_counter() < deadline and self._process.poll() is None:
            waited = subprocess.run(["jack_wait", "-s", self.name, "-w", "-t", "1"], capture_output=True, check=False)
            if waited.returncode == 0 and b"is available" in waited.stdout:
                return time.perf_counter()
        self.stop()
        raise BenchError(
            f"{' '.join(command)} did not come up within {_PATIENCE:g} s: "
            "dead servers may fill the registry; remove /dev/shm/jack* when no JACK runs"
        )

    def kill(self) -> None:
        """Have the server die at once, as in a crash."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End the server. Does nothing when it has ended."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _restore_environment(self) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
