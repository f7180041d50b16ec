"""What happened in a set before a take of it began: all calls, kept small, so that the take replays note for note.

What the machine knows, and the model heard, is all that was called since the set began; so that is what a take begun in
mid-set opens with, in a file of its own beside the log. It is JSON lines as in a log (`bridge.sessions.log`), packed
with gzip: some megabytes for hours of playing.
"""

from __future__ import annotations

import gzip
import queue
import threading
from collections import deque
from pathlib import Path
from typing import Final

from bridge.sessions.log import EARLIER_NAME, Entry, Journal, line

# Entries that are packed together, and the bytes that all of them may come to: some days of playing.
BLOCK: Final = 2000
MOST_BYTES: Final = 256 * 2**20
# Higher levels take ten times as long for a tenth less.
_LEVEL: Final = 3


class _Block:
    """Entries, and what they are packed, once they are."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._packed: bytes | None = None

    def pack(self) -> int:
        """Pack them, and let go of them. Returns the bytes."""
        self._packed = _packed(self._entries)
        self._entries = []
        return len(self._packed)

    def bytes(self) -> bytes:
        """Them as a member of a gzip file; from any thread."""
        entries, packed = self._entries, self._packed
        return packed if packed is not None else _packed(entries)


class Earlier:
    """All calls before a take, as they were when it began."""

    def __init__(self, blocks: list[_Block], loose: list[Entry]) -> None:
        self._blocks, self._loose = blocks, loose

    def write(self, folder: Path) -> None:
        """Write them into the folder of a take, all of them or no file. Raises OSError."""
        path = folder / EARLIER_NAME
        try:
            with path.open("wb") as file:
                for block in self._blocks:
                    file.write(block.bytes())
                for start in range(0, len(self._loose), BLOCK):
                    file.write(_packed(self._loose[start : start + BLOCK]))
        except OSError:
            path.unlink(missing_ok=True)
            raise


class EarlierCalls:
    """Keeps calls in order, and packs them on a thread of its own. For one thread."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._blocks: list[_Block] = []
        self._loose: list[Entry] = []
        self._most = most
        self._bytes = 0
        self._to_pack: queue.SimpleQueue[_Block] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def __call__(self, entry: Entry) -> None:
        """Keep a call."""
        if self._bytes > self._most:
            self._blocks, self._loose = [], []
            return
        self._loose.append(entry)
        if len(self._loose) == BLOCK:
            block, self._loose = _Block(self._loose), []
            self._blocks.append(block)
            self._to_pack.put(block)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="earlier calls", daemon=True)
                self._thread.start()

    def before(self, later: list[Entry]) -> Earlier | None:
        """All calls, and those that came `later`; None where there were too many to keep."""
        if self._bytes > self._most:
            return None
        return Earlier(list(self._blocks), [*self._loose, *later])

    def _run(self) -> None:
        while True:
            self._bytes += self._to_pack.get().pack()


def _packed(entries: list[Entry]) -> bytes:
    text = "".join(line(entry) + "\n" for entry in entries)
    return gzip.compress(text.encode(), _LEVEL, mtime=0)


# Seconds that are kept, and entries at most (a flood of notes must not fill the memory).
KEPT: Final = 300.0
MOST: Final = 200_000


class RecentCalls:
    """A journal of the last KEPT seconds, for whoever wishes that record had been on. What is older goes to `older`."""

    def __init__(self, older: Journal | None = None) -> None:
        self._entries: deque[Entry] = deque()
        self._older = older

    def __call__(self, entry: Entry) -> None:
        """Note an entry."""
        entries = self._entries
        entries.append(entry)
        oldest = entry[1] - KEPT
        while entries[0][1] < oldest or len(entries) > MOST:
            gone = entries.popleft()
            if self._older is not None:
                self._older(gone)

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[Entry]:
        """What is kept, in order."""
        return list(self._entries)
