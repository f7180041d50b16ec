"""Note-offs that were owed while nobody listened, told again to whoever connects.

A virtual port opens before anybody is connected to it: what leaves then is heard by no one, and a synth that kept its
state through a restart drones on. So the note-offs and pedal lifts that were owed are kept, and leave again when
somebody connects, within FORGET_AFTER seconds of the first who did.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Final

from bridge.midi import bytes as midi_bytes

FORGET_AFTER: Final = 60.0


class Reminder:
    """Keeps what was owed. Times in seconds."""

    def __init__(self) -> None:
        self._messages: dict[bytes, None] = {}
        self._until = math.inf

    def __len__(self) -> int:
        return len(self._messages)

    def keep(self, messages: Iterable[bytes]) -> None:
        """These were owed, and may have been heard by nobody."""
        self._messages.update(dict.fromkeys(messages))
        self._until = math.inf

    def connected(self, now: float, sounding: Collection[tuple[int, int]]) -> list[bytes]:
        """Somebody connected: what to send, but for keys (channel, pitch) that are `sounding` by our own doing."""
        if now > self._until:
            self._messages.clear()
        self._until = min(self._until, now + FORGET_AFTER)
        return [message for message in self._messages if _key(message) not in sounding]


def _key(message: bytes) -> tuple[int, int] | None:
    return ((message[0] & 0x0F) + 1, message[1]) if message[0] & 0xF0 == midi_bytes.NOTE_OFF else None
