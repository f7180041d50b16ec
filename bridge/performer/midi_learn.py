"""MIDI learn: which of the controllers that send is the one somebody turns.

The first message that comes is often none of the knob's: a fader trembles at rest, a keyboard selects a bank, a pedal
is down. So a controller is learnt once it was turned: TURN positions or more in one direction, over MESSAGES messages
at least, with little going back on the way and at least TREMBLES times as far as it ever jumped back. A 14-bit
controller is known by the message of its upper half.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import Final

from bridge.vocabulary.controllers import is_knob
from bridge.vocabulary.events import Control

TURN: Final = 8
MESSAGES: Final = 3
TREMBLES: Final = 2
# The way there may be longer than what lies between its ends by this factor.
DETOUR: Final = 1.5
# Positions of a controller that are looked at.
RECENT: Final = 32


class Learner:
    """Waits for a controller that is turned, to steer parameter `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._positions: dict[tuple[int, int], deque[int]] = {}

    def hear(self, item: Control) -> bool:
        """A controller sends. True once it was turned."""
        if not is_knob(item.controller):
            return False
        positions = self._positions.setdefault((item.channel, item.controller), deque(maxlen=RECENT))
        if not positions or positions[-1] != item.value:
            positions.append(item.value)
        return was_turned(list(positions))


def was_turned(positions: list[int]) -> bool:
    """Whether a controller that was at these positions (0-127, each other than the one before) ends in a turn."""
    steps = [later - earlier for earlier, later in pairwise(positions)]
    travelled = 0
    for count, start in enumerate(range(len(positions) - 2, -1, -1), start=2):
        travelled += abs(steps[start])
        way = positions[-1] - positions[start]
        back = max((abs(step) for step in steps if step * way < 0), default=0)
        if count >= MESSAGES and abs(way) >= max(TURN, TREMBLES * back) and travelled <= DETOUR * abs(way):
            return True
    return False
