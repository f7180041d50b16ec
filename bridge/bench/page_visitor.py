"""A page that is busy, as a process of its own: `python -m bridge.bench.page_visitor ADDRESS CHANNEL`.

For each line "here" on its standard input it opens the page's socket, plays and reads all that comes, until the line
"gone"; it says "ready" at first and a line after each. It plays NOTES_A_SECOND messages of notes on a channel.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bridge.bench.peers import ready
from bridge.bench.result import BenchError

NOTES_A_SECOND: Final = 60
_COMING: Final = 20.0  # seconds, to hear the next of what was before


def main(address: str, channel: str) -> None:
    """Come and go as told."""
    _say("ready")
    for line in sys.stdin:
        if line.strip() == "here":
            heard = _stay(address, int(channel))
            _say(str(heard))


def _stay(address: str, channel: int) -> int:
    """Play and read until the next line; how many messages came."""
    from websockets.sync.client import connect

    leaving = threading.Event()
    with connect(address, max_size=None, max_queue=None) as socket:
        # A page is told first what was played before it came: that belongs to its coming, not to its being there.
        while '["ready",' not in str(socket.recv(timeout=_COMING)):
            pass
        _say("here")
        player = threading.Thread(target=_play, args=(socket, channel, leaving))
        player.start()
        threading.Thread(target=_wait_to_leave, args=(leaving,), daemon=True).start()
        heard = 0
        while not leaving.is_set():
            try:
                heard += len(str(socket.recv(timeout=0.1)).splitlines())
            except TimeoutError:
                continue
        player.join()
    return heard


def _wait_to_leave(leaving: threading.Event) -> None:
    sys.stdin.readline()
    leaving.set()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _play(socket: object, channel: int, leaving: threading.Event) -> None:
    due = time.perf_counter()
    for number in itertools.count():
        pitch, velocity = 60 + number // 2 % 12, 0 if number % 2 else 80
        socket.send(json.dumps(["/antiphon/note", pitch, velocity, channel]))  # type: ignore[attr-defined]
        due += 1 / NOTES_A_SECOND
        if leaving.wait(max(due - time.perf_counter(), 0.0)) and number % 2:
            return


class Visitor:
    """The visitor from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def come(self) -> None:
        """Open the page. Raises BenchError when that does not work."""
        self._say("here")
        if self._hear() != "here":
            raise BenchError("the page could not be opened")

    def go(self) -> int:
        """Close it; how many messages it was told."""
        self._say("gone")
        return int(self._hear() or 0)

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def visitor(address: str, channel: int) -> Iterator[Visitor]:
    """A visitor of the page at `address` (of its socket), who plays on `channel`. Raises BenchError."""
    refusal = "the page's visitor did not start"
    with ready("bridge.bench.page_visitor", address, str(channel), refusal=refusal) as process:
        yield Visitor(process)


if __name__ == "__main__":
    main(*sys.argv[1:])
