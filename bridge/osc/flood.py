"""When a port is flooded: what is still read of it. Pure: time is an argument."""

from __future__ import annotations

from typing import Final

# So many packets within such a time, in seconds, are read whatever they are.
MOST_PACKETS: Final = 256
WITHIN: Final = 0.1


def _addresses(*words: str) -> tuple[bytes, ...]:
    return tuple(f"/antiphon/{word}".encode() for word in words)


# Beyond that only what begins like this is: what silences, what a human plays, and the buttons that they press.
SILENCING: Final = _addresses("panic", "stop")
_PLAYED: Final = _addresses("note", "mode", "respond", "again", "keep", "reset", "record", "capture")
_ALWAYS: Final = SILENCING + _PLAYED


class FloodGate:
    """Lets MOST_PACKETS packets through in each WITHIN seconds, and of the rest what must not be lost."""

    def __init__(self) -> None:
        self._began = float("-inf")
        self._passed = 0
        self._untold = 0
        self.shed = 0

    def passes(self, datagram: bytes, now: float) -> bool:
        """Whether to read a packet that came at `now` (seconds)."""
        if now - self._began >= WITHIN:
            self._began, self._passed = now, 0
        self._passed += 1
        if self._passed <= MOST_PACKETS or datagram.startswith(_ALWAYS):
            return True
        self.shed += 1
        self._untold += 1
        return False

    def due(self, now: float) -> int:
        """How many packets were left unread in a flood that is over, or has lasted a second; 0: nothing to tell."""
        if not self._untold or now - self._began < WITHIN:
            return 0
        untold, self._untold = self._untold, 0
        return untold
