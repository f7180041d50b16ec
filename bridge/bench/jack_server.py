"""A JACK server of one's own: dummy driver, no sound card, nobody else's ports."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from bridge.bench.peers import ending_with_us
from bridge.bench.result import BenchError

RATE: Final = 48000
_DRIVER: Final = ("-d", "dummy", "-r", str(RATE))
# The lowest that is enough: before everything that is not scheduled in real time.
_PRIORITY: Final = 10
# jackd sometimes ignores a polite request for seconds.
_PATIENCE: Final = 10.0
_SHARED_MEMORY: Final = Path("/dev/shm")
# JACK's registry has room for few servers, and one that was killed keeps its place until one of its name ends well:
# so the names are always the same.
_NAMES: Final = tuple(f"antiphon-{number}" for number in range(6))


def missing() -> str:
    """Why there can be no JACK server here; empty when there can."""
    absent = [program for program in ("jackd", "jack_wait") if shutil.which(program) is None]
    return f"{' and '.join(absent)} not found: install jackd2 (Debian: apt install jackd2)" if absent else ""


class JackServer:
    """Runs a JACK server under a name of its own while entered.

    While entered, this process and the ones it starts have it as their default server, and start no other.
    `period` is in frames: the granularity of MIDI on this server. Synchronous (`-S`): without, MIDI gets lost. With
    `realtime` it is scheduled as on a musician's machine, where the system lets it: otherwise the dummy driver, and
    whoever keeps time by it, stands still for moments whenever the processor is busy.
    Raises BenchError where jackd is missing or does not come up.
    """

    def __init__(self, period: int = 64, *, realtime: bool = False) -> None:
        self.name = ""
        self.period = period
        self.realtime = realtime and may_be_realtime()
        self._process: subprocess.Popen[bytes] | None = None
        self._claim: IO[bytes] | None = None
        self._before: dict[str, str | None] = {}

    @property
    def env(self) -> dict[str, str]:
        """What a process needs in its environment to be on this server."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}

    def __enter__(self) -> JackServer:
        self.start()
        self._before = {name: os.environ.get(name) for name in self.env}
        os.environ.update(self.env)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._restore_environment()

    def start(self) -> float:
        """Start the server, again under the name it had. Returns when it took clients (`time.perf_counter()`)."""
        reason = missing()
        if reason:
            raise BenchError(reason)
        said = ""
        for name in [self.name] if self.name else _NAMES:
            claim = self._claim or _claimed(name)
            if claim is None:
                said = f"somebody else is starting or running {name}"
                continue
            self._process, up, said = _start(name, self.period, self.realtime)
            if self._process is not None:
                self.name, self._claim = name, claim
                return up
            self._release(claim)
        raise BenchError(
            f"jackd did not come up: {said}; where dead servers fill JACK's registry, remove /dev/shm/jack* "
            "while no JACK runs"
        )

    def connect(self, source: str, target: str) -> None:
        """Connect two MIDI ports by parts of their names. Raises BenchError when one of them is not there."""
        import jack

        client = jack.Client("antiphon-bench-cable", servername=self.name, no_start_server=True)
        try:
            ports = [
                next((port for port in client.get_ports(is_midi=True, **way) if part in port.name), None)
                for part, way in ((source, {"is_output": True}), (target, {"is_input": True}))
            ]
            if any(port is None for port in ports):
                here = ", ".join(port.name for port in client.get_ports(is_midi=True)) or "none"
                raise BenchError(f"no JACK ports {source!r} and {target!r}; MIDI ports here: {here}")
            client.connect(*ports)
        finally:
            client.close()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        """Start again under the same name, killing what runs."""
        self.kill()
        self.start()

    def stand_still(self) -> None:
        """Stop its process, as a debugger or an overloaded machine would; `go_on` ends that."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Have it run again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Have the server die at once, as in a crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End the server in good order. Does nothing when it was never started or was stopped."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is not None:
            with contextlib.suppress(BenchError):
                self.start()
                self.stop()
            return
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _remove_leftovers(self.name)
        self._release(self._claim)

    def _release(self, claim: IO[bytes] | None) -> None:
        """Let others have the name again."""
        self._claim = None
        if claim is not None:
            claim.close()

    def _restore_environment(self) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def own_shared_memory() -> bool:
    """Give this process and the children it will have a /dev/shm of their own; False where that is not allowed.

    JACK's registry of eight servers lies there, so neither a user's servers nor those of another run are touched. The
    mount is seen by nobody else and goes away with the last of them.
    """
    if not sys.platform.startswith("linux"):
        return False
    new_mounts, recursive, private = 0x20000, 0x4000, 1 << 18  # CLONE_NEWNS, MS_REC, MS_PRIVATE
    libc = ctypes.CDLL(None)
    return bool(
        libc.unshare(new_mounts) == 0
        and libc.mount(b"none", b"/", None, recursive | private, None) == 0
        and libc.mount(b"tmpfs", str(_SHARED_MEMORY).encode(), b"tmpfs", 0, None) == 0
    )


def may_be_realtime() -> bool:
    """Whether this process may have threads scheduled in real time."""
    if not hasattr(os, "sched_setscheduler"):
        return False
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
        os.sched_setscheduler(0, *before)
    except OSError:
        return False
    return True


def _start(name: str, period: int, realtime: bool) -> tuple[subprocess.Popen[bytes] | None, float, str]:
    """A server and when it first took clients; or None, and what it said when it did not come up."""
    if _is_running(name):
        return None, 0.0, f"a server {name} runs already"
    _remove_leftovers(name)
    scheduled = ["-R", f"-P{_PRIORITY}"] if realtime else ["-r"]
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            [*ending_with_us(), "jackd", "-n", name, *scheduled, "-S", *_DRIVER, "-p", str(period)],
            env={**os.environ, "JACK_NO_AUDIO_RESERVATION": "1"},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
        )
        deadline = time.perf_counter() + _PATIENCE
        while time.perf_counter() < deadline and process.poll() is None:
            if _takes_clients(name):
                return process, time.perf_counter(), ""
            time.sleep(0.005)
        process.kill()
        process.wait()
        words.seek(0)
        lines = words.read().decode(errors="replace").strip().splitlines()
    return None, 0.0, lines[-1] if lines else f"no word within {_PATIENCE:g} s"


def _claimed(name: str) -> IO[bytes] | None:
    """A file that holds the server's name for as long as it is open; None while somebody else has it.

    Whether a server of that name runs cannot be asked instead: two who begin at once both hear no.
    """
    if sys.platform == "win32":
        return tempfile.TemporaryFile()
    import fcntl

    folder = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else Path(tempfile.gettempdir())
    claim = (folder / f"claim-{os.getuid()}-{name}").open("wb")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        claim.close()
        return None
    return claim


def _takes_clients(name: str) -> bool:
    """Whether a server that is starting is ready.

    Where it can be seen from outside it is not asked: a client that comes and goes while others connect to a new
    server has kept those waiting for ten seconds.
    """
    if _SHARED_MEMORY.is_dir():
        return any(_SHARED_MEMORY.glob(f"jack_sem.*_{name}_freewheel"))
    return _is_running(name)


def _is_running(name: str) -> bool:
    try:
        asked = subprocess.run(["jack_wait", "-s", name, "-c"], capture_output=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        return True  # it takes clients and lets none go: no name for another
    return asked.stdout.startswith(b"running")


def _remove_leftovers(name: str) -> None:
    for leftover in _SHARED_MEMORY.glob(f"jack*{name}_*"):
        leftover.unlink(missing_ok=True)
