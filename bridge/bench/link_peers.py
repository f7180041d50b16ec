"""Others in a Link session to measure against: LinkHut where it is installed, else one of the bridge's own binding."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections import deque
from typing import Final, Protocol, Self

from bridge.bench.peers import ending_with_us
from bridge.bench.result import BenchError
from bridge.live.link import LinkPeer
from bridge.vocabulary.events import LinkState

# Its line, from "enabled" to "beats": yes | 1 | 4 | no [stopped] | 110.00 | 12.34
_LINE: Final = re.compile(rb"(yes|no) +\| (\d+) +\| \S+ +\| (?:yes|no) +\[(\w+)\] +\| ([\d.]+) +\| (-?[\d.]+) ")
# It rounds beats to hundredths: what is told is the mean of this many lines, each carried on to now.
_LINES: Final = 50
# Of keys that come together it takes the first: each must be seen to be taken. All in seconds.
_ANSWERS_WITHIN: Final = 5.0
_STARTS_WITHIN: Final = 30.0
_LEAVES_WITHIN: Final = 5.0


class Peer(Protocol):
    """Somebody in a Link session, for as long as the block lasts."""

    name: str

    def __enter__(self) -> Self:
        """Join."""

    def __exit__(self, *_: object) -> None:
        """Leave."""

    def state(self) -> LinkState:
        """The session now, as the peer sees it."""

    def ask_tempo(self, bpm: float) -> float:
        """Change the session's tempo, by whole beats per minute. Returns when it was asked for, in seconds."""


class LinkHut:
    """Ableton's own example of a Link application (Debian: ableton-link-utils). It needs a JACK server.

    It says where it is in the session a hundred times a second, on a terminal of its own, where keys steer it.
    Entering raises BenchError where it does not start.
    """

    name = "LinkHut"

    def __init__(self) -> None:
        # (when it was read, beats, beats per minute, running, peers) of its last lines.
        self._lines: deque[tuple[float, float, float, bool, int]] = deque(maxlen=_LINES)

    @staticmethod
    def is_here() -> bool:
        """Whether it is installed."""
        return shutil.which("LinkHut") is not None

    def __enter__(self) -> Self:
        import pty  # not there on Windows, where LinkHut is not either

        self._terminal, its_end = pty.openpty()
        self._process = subprocess.Popen(
            [*ending_with_us(), "LinkHut"],
            stdin=its_end,
            stdout=its_end,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(its_end)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        deadline = time.monotonic() + _STARTS_WITHIN
        while len(self._lines) < _LINES:
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.__exit__()
                raise BenchError("LinkHut did not start: it needs a JACK server")
            time.sleep(0.05)
        self._press(b"a")
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._press(b"q")
            self._process.wait(_LEAVES_WITHIN)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._reader.join()
        os.close(self._terminal)

    def state(self) -> LinkState:
        """The session now, as LinkHut sees it."""
        lines, now = tuple(self._lines), time.perf_counter()
        _, _, bpm, running, peers = lines[-1]
        carried = [beat + (now - read) * bpm / 60.0 for read, beat, its_bpm, *_ in lines if its_bpm == bpm]
        return LinkState(now, sum(carried) / len(carried), bpm, running, peers)

    def ask_tempo(self, bpm: float) -> float:
        """As `Peer`, key by key; the time is that of the last. Raises BenchError where it does not take them."""
        asked = time.perf_counter()
        while missing := round(bpm - self._bpm):
            before, asked = self._bpm, time.perf_counter()
            self._press(b"e" if missing > 0 else b"w")
            while self._bpm == before:
                if time.perf_counter() - asked > _ANSWERS_WITHIN:
                    raise BenchError(f"LinkHut stays at {before:g} BPM")
                time.sleep(0.001)
        return asked

    @property
    def _bpm(self) -> float:
        return self._lines[-1][2]

    def _press(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def _read(self) -> None:
        try:
            while text := os.read(self._terminal, 4096):
                read = time.perf_counter()
                for _, peers, playing, bpm, beats in _LINE.findall(text):
                    self._lines.append((read, float(beats), float(bpm), playing == b"playing", int(peers)))
        except OSError:  # it is gone, and its terminal with it
            pass


class OwnPeer(LinkPeer):
    """A peer by the bridge's own binding of Link's library."""

    name = "LinkPython-extern"

    def __init__(self) -> None:
        super().__init__(lambda state: None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask_tempo(self, bpm: float) -> float:
        """As `Peer`."""
        asked = time.perf_counter()
        self.set_tempo(bpm)
        return asked


def somebody() -> Peer:
    """A peer, not yet in the session."""
    return LinkHut() if LinkHut.is_here() else OwnPeer()
