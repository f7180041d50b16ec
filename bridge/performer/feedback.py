"""Recognises our own notes when they come back in: a cable, or a DAW track, that loops the output to the input."""

from __future__ import annotations

from typing import Final

# The longest way round, in seconds, on which a note is still taken for our own.
WAY_ROUND: Final = 0.12


class FeedbackGuard:
    """Matches what comes in against what went out. A note that went out is matched once at most."""

    def __init__(self) -> None:
        self._sent: dict[tuple[int, int, int], float] = {}
        self._inside: set[tuple[int, int]] = set()
        self.count = 0

    def sent(self, pitch: int, velocity: int, channel: int, time: float) -> None:
        """A note of ours leaves at `time`."""
        self._sent[channel, pitch, velocity] = time
        if len(self._sent) > 256:
            self._sent = {key: when for key, when in self._sent.items() if when > time - WAY_ROUND}

    def is_own_on(self, pitch: int, velocity: int, channel: int, time: float) -> bool:
        """Whether a note-on arriving at `time` is ours coming back."""
        when = self._sent.get((channel, pitch, velocity))
        if when is None or not when <= time <= when + WAY_ROUND:
            return False
        del self._sent[channel, pitch, velocity]
        self._inside.add((channel, pitch))
        self.count += 1
        return True

    def is_own_off(self, pitch: int, channel: int) -> bool:
        """Whether a note-off ends a note that was recognised as ours."""
        if (channel, pitch) not in self._inside:
            return False
        self._inside.discard((channel, pitch))
        return True
