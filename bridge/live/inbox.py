"""What other threads hand to the engine: bounded, the urgent first, and each asker of the status answered once.

A flood must neither fill the memory nor make the machine deaf. What stops something overtakes what waits; what ends a
note is never lost; of everything else no more than MOST_WAITING batches wait, and what comes beyond is counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from typing import Final

from bridge.live.surfaces import Batch
from bridge.vocabulary.events import NoteOff, Panic, Stop
from bridge.vocabulary.requests import Asker, StatusRequest

MOST_WAITING: Final = 512
# Not even what ends notes may wait without end: nobody plays so many.
MOST_ENDS_WAITING: Final = 4096

Item = tuple[Batch, Asker | None]


class Inbox:
    """A queue of batches. `put` may be called from any thread; the others are for the engine's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._urgent: deque[Item] = deque()
        self._waiting: deque[Item] = deque()
        self._asking: dict[Hashable, Asker] = {}
        self.dropped = 0

    def put(self, batch: Batch, asker: Asker | None) -> None:
        """Hand in what came together."""
        with self._lock:
            if asker is not None and all(isinstance(item, StatusRequest) for item in batch):
                self._asking[asker.sender] = asker
            elif any(isinstance(item, (Panic, Stop)) for item in batch):
                self._urgent.append((batch, asker))
            elif len(self._waiting) < (MOST_ENDS_WAITING if _ends(batch) else MOST_WAITING):
                self._waiting.append((batch, asker))
            else:
                self.dropped += 1

    def take(self) -> Item | None:
        """What is next, None where nothing waits."""
        with self._lock:
            if self._urgent:
                return self._urgent.popleft()
            return self._waiting.popleft() if self._waiting else None

    def take_askers(self) -> list[Asker]:
        """Everybody who asked for the status since the last call, each once."""
        with self._lock:
            askers = list(self._asking.values())
            self._asking.clear()
        return askers

    @property
    def asked(self) -> bool:
        """Whether somebody waits for the status."""
        return bool(self._asking)

    @property
    def empty(self) -> bool:
        """Whether no batch waits; who asks for the status does not count."""
        return not (self._urgent or self._waiting)


def _ends(batch: Batch) -> bool:
    return any(isinstance(item, NoteOff) for item in batch)
