"""Who listens beside the targets, and which of them are gone.

UDP does not tell that nobody listens any more, but a socket that is connected to a port of this machine hears of it
when it sends there. So each subscriber is sent an empty bundle now and then, which says nothing to a client, through a
socket of its own; one whose port refused some in a row is forgotten, and its place is free.
"""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from typing import Final

Endpoint = tuple[str, int]  # IP address, UDP port

MOST: Final = 16
ASK_EVERY: Final = 2.0  # seconds
# A client that is started again within so many askings keeps its place.
REFUSALS: Final = 3
# "#bundle", and the time tag for "at once".
_NOTHING: Final = b"#bundle\0" + (1).to_bytes(8, "big")


@dataclass(slots=True)
class _Asked:
    """A socket connected to a subscriber, and how often it was refused in a row."""

    socket: socket.socket
    refused: int = 0


class Subscribers:
    """Endpoints on this machine. `endpoints` may be read from any thread; all else is for one."""

    def __init__(self) -> None:
        self.endpoints: tuple[Endpoint, ...] = ()  # replaced, never changed
        self._asked: dict[Endpoint, _Asked] = {}
        self._next = 0.0

    @property
    def full(self) -> bool:
        """Whether there is no place left."""
        return len(self.endpoints) >= MOST

    def add(self, endpoint: Endpoint) -> None:
        """One more; nothing happens where it is known, or there is no place."""
        if endpoint not in self.endpoints and not self.full:
            self.endpoints = (*self.endpoints, endpoint)

    def remove(self, endpoint: Endpoint) -> None:
        """One less; nothing happens where it is not known."""
        self.endpoints = tuple(known for known in self.endpoints if known != endpoint)
        self._hang_up(endpoint)

    def next_asking(self) -> float:
        """When `forget_dead` has something to do, in seconds; infinity where nobody subscribed."""
        return self._next if self.endpoints else float("inf")

    def forget_dead(self, now: float) -> list[Endpoint]:
        """Ask, where it is time; who has not been there for some askings is forgotten, and returned."""
        if not self.endpoints:
            self._next = now + ASK_EVERY
        if now < self._next:
            return []
        self._next = now + ASK_EVERY
        gone = [endpoint for endpoint in self.endpoints if self._is_gone(endpoint)]
        for endpoint in gone:
            self.remove(endpoint)
        return gone

    def close(self) -> None:
        """Forget all."""
        for endpoint in list(self._asked):
            self._hang_up(endpoint)
        self.endpoints = ()

    def _is_gone(self, endpoint: Endpoint) -> bool:
        asked = self._asked.get(endpoint)
        if asked is None:
            try:
                asked = self._asked[endpoint] = _Asked(_connected(endpoint))
            except OSError:  # no socket to be had: then it is not known
                return False
        try:
            with contextlib.suppress(BlockingIOError):
                asked.socket.recv(1)  # what came of the last asking
            asked.socket.send(_NOTHING)
            asked.refused = 0
        except ConnectionError:
            asked.refused += 1
            # The refusal is told once: ask again.
            with contextlib.suppress(OSError):
                asked.socket.send(_NOTHING)
        except OSError:
            return False
        return asked.refused >= REFUSALS

    def _hang_up(self, endpoint: Endpoint) -> None:
        asked = self._asked.pop(endpoint, None)
        if asked is not None:
            asked.socket.close()


def _connected(endpoint: Endpoint) -> socket.socket:
    udp = socket.socket(socket.AF_INET6 if ":" in endpoint[0] else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.setblocking(False)
        udp.connect(endpoint)
    except OSError:
        udp.close()
        raise
    return udp
