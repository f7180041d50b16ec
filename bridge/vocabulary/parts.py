"""Which keys or channels of the humans' are heard as which voice: a second player, a split, a hand that is not heard.

A part is written VOICE=KEYS@CHANNEL, keys or channel left out where all are meant: `bass=0-47` is a split (the left
hand is a bass), `lead=@2` whoever plays on channel 2, `off=84-108@1` keys that are not heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.controllers import ANY_CHANNEL

NOT_HEARD: Final = "off"
_WRITTEN: Final = re.compile(r"(?:(\d{1,3})-(\d{1,3}))?(?:@(\d{1,2}))?")
_HOW: Final = "write keys, a channel or both, as 0-47, @2 or 0-47@2"


@dataclass(frozen=True, slots=True)
class Part:
    """Keys from `low` to `high` on `channel` (ANY_CHANNEL: on any) are heard as `voice`, or NOT_HEARD."""

    voice: str
    low: int = 0
    high: int = 127
    channel: int = ANY_CHANNEL

    def holds(self, pitch: int, channel: int) -> bool:
        """Whether a key belongs to it."""
        return self.low <= pitch <= self.high and self.channel in (ANY_CHANNEL, channel)

    def check(self) -> None:
        """Raises ValueError for a voice, key or channel that cannot be."""
        if self.voice == VOICES[DRUMS]:
            raise ValueError("a part cannot be drums: --drum-channel says where those are")
        if self.voice not in (NOT_HEARD, *VOICES):
            raise ValueError(f"no part {self.voice[:60]!r}: there are {NOT_HEARD}, {', '.join(VOICES)}")
        if not 0 <= self.low <= self.high <= 127:
            raise ValueError(
                f"part {self.voice} cannot have keys {self.low} to {self.high}: from 0 to 127, the lower one first"
            )
        if not 0 <= self.channel <= 16:
            raise ValueError(f"part {self.voice} cannot be on channel {self.channel}: the range is 1 to 16")


def read_parts(given: Mapping[str, object]) -> tuple[Part, ...]:
    """Checked parts, from how each is written, or a list of that. Raises ValueError, naming the part."""
    parts = []
    for voice, value in given.items():
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, Iterable) or not words:
            raise ValueError(f"part {voice} cannot be {value!r}: {_HOW}")
        for word in words:
            found = _WRITTEN.fullmatch(word.strip()) if isinstance(word, str) and word.strip() else None
            if found is None:
                raise ValueError(f"part {voice} cannot be {word!r}: {_HOW}")
            if found[3] == "0":
                raise ValueError(f"part {voice} cannot be {word!r}: channels go from 1 to 16")
            low, high = (int(found[1]), int(found[2])) if found[1] else (0, 127)
            parts.append(Part(voice, low, high, int(found[3] or ANY_CHANNEL)))
            parts[-1].check()
    return tuple(parts)
