"""A private JACK server on the dummy driver: real MIDI ports without a sound card.

It goes by a name of its own (`JACK_DEFAULT_SERVER`), so neither a user's server nor another test run is
touched. Where the system lets us, it also gets a /dev/shm of its own: JACK's registry there has eight
places, and a server that was killed keeps its place. `-S` is needed: without it MIDI is lost and reordered.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

_SHARED_MEMORY = Path("/dev/shm")


def why_not() -> str | None:
    """Why no server can be started here; None when it can."""
    if shutil.which("jackd") is None:
        return "jackd is not installed (Debian: apt-get install jackd2)"
    try:
        import jack  # noqa: F401
    except (ImportError, OSError) as error:
        return f"JACK-Client cannot be loaded: {error}"
    return None


def isolate_shared_memory() -> bool:
    """Give this process and the children it will have a /dev/shm of their own; False where that is not allowed.

    The mount is seen by nobody else and goes away with the last of them.
    """
    new_mounts, recursive, private = 0x20000, 0x4000, 1 << 18  # CLONE_NEWNS, MS_REC, MS_PRIVATE
    libc = ctypes.CDLL(None)
    return (
        libc.unshare(new_mounts) == 0
        and libc.mount(b"none", b"/", None, recursive | private, None) == 0
        and libc.mount(b"tmpfs", str(_SHARED_MEMORY).encode(), b"tmpfs", 0, None) == 0
    )


class JackServer:
    """Starts at once; `kill`, `restart` and `stop` as a test likes. `period` is in frames at 48 kHz."""

    def __init__(self, name: str, period: int = 64) -> None:
        self.name = name
        self._command = ["jackd", "-n", name, "-r", "-S", "-d", "dummy", "-r", "48000", "-p", str(period)]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def env(self) -> dict[str, str]:
        """What a client's environment needs to find this server and start no other."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start, and wait until clients can connect."""
        if self.is_running:
            return
        self._process = subprocess.Popen(
            self._command, env=os.environ | self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 10.0
        while not any(_SHARED_MEMORY.glob(f"jack_sem.*_{self.name}_freewheel")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"jackd did not come up: exit code {self._process.poll()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: clients are not told."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            # Its end would have been taken for a sign of the next server's being up.
            self._remove_leftovers()

    def stand_still(self) -> None:
        """Stop its process, as a debugger or an overloaded machine would; `go_on` ends that."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Have it run again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start again under the same name, killing what runs."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """End in good order, and leave nothing in /dev/shm."""
        # A killed server keeps one of the eight places in JACK's registry until one of its name ends well.
        self.start()
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10.0)
        except subprocess.TimeoutExpired:  # jackd sometimes does not hear
            self._process.kill()
            self._process.wait()
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        for path in _SHARED_MEMORY.glob(f"jack*{self.name}_*"):
            path.unlink(missing_ok=True)
