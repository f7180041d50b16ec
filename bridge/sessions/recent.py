"""The last minutes of a set, always kept in memory: for whoever wishes that record had been on."""

from __future__ import annotations

from collections import deque
from typing import Final

from bridge.sessions.log import Entry, Journal

# Seconds that are kept, and entries at most (a flood of notes must not fill the memory).
KEPT: Final = 300.0
MOST: Final = 200_000


class RecentCalls:
    """A journal of the last KEPT seconds. What is older goes to `older`."""

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
