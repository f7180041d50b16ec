"""The last minutes of a set, always kept in memory: for whoever wishes that record had been on."""

from __future__ import annotations

from collections import deque
from typing import Final

from bridge.sessions.log import Entry

# Seconds that are kept, and entries at most (a flood of notes must not fill the memory).
KEPT: Final = 300.0
MOST: Final = 200_000


class RecentCalls:
    """A journal that forgets what is older than KEPT seconds."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST)

    def __call__(self, entry: Entry) -> None:
        """Note an entry."""
        entries = self._entries
        entries.append(entry)
        oldest = entry[1] - KEPT
        while entries[0][1] < oldest:
            entries.popleft()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[Entry]:
        """What is kept, in order."""
        return list(self._entries)
