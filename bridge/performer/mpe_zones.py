"""MPE (MIDI Polyphonic Expression): channels that are one player, each note on one of its own.

A zone is a master channel, 1 (the lower zone) or 16 (the upper one), and as many member channels next to it as the
player's configuration message says: registered parameter 6 on the master channel, its value the number of members, 0:
no zone (MIDI Association, M1-100-UM). Two zones share what lies between them; the newer one takes what it needs.
"""

from __future__ import annotations

from typing import Final

from bridge.vocabulary.events import Control

LOWER: Final = 1
UPPER: Final = 16
MOST_MEMBERS: Final = 15
# A second zone leaves the first one its master channel.
_BOTH: Final = 14
_CONFIGURATION: Final = (0, 6)
_DATA_ENTRY: Final = 6
_NON_REGISTERED: Final = (98, 99)
_REGISTERED: Final = {101: 0, 100: 1}


class Zones:
    """Follows which channels belong together."""

    def __init__(self, members: int = 0) -> None:
        # The number of members of each zone, by its master channel.
        self.members = {LOWER: members, UPPER: 0}
        # The registered parameter that is chosen on each master channel, upper and lower seven bits.
        self._chosen: dict[int, list[int | None]] = {LOWER: [None, None], UPPER: [None, None]}

    def hear(self, item: Control) -> bool:
        """A controller moves. True where it changed a zone."""
        chosen = self._chosen.get(item.channel)
        if chosen is None:
            return False
        if item.controller in _REGISTERED:
            chosen[_REGISTERED[item.controller]] = item.value
        elif item.controller in _NON_REGISTERED:
            chosen[:] = [None, None]
        elif item.controller == _DATA_ENTRY and tuple(chosen) == _CONFIGURATION:
            return self._configure(item.channel, item.value)
        return False

    def master_of(self, channel: int) -> int:
        """The channel of the player who plays on `channel`: its zone's master, or itself."""
        if LOWER < channel <= LOWER + self.members[LOWER]:
            return LOWER
        if UPPER > channel >= UPPER - self.members[UPPER]:
            return UPPER
        return channel

    def is_member(self, channel: int) -> bool:
        """Whether a note has this channel to itself."""
        return self.master_of(channel) != channel

    def _configure(self, master: int, count: int) -> bool:
        before = dict(self.members)
        other = UPPER if master == LOWER else LOWER
        self.members[master] = min(count, MOST_MEMBERS)
        if self.members[other]:
            self.members[master] = min(self.members[master], _BOTH)
            self.members[other] = min(self.members[other], _BOTH - self.members[master])
        return self.members != before
