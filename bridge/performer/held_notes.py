"""What the human holds: keys and pedals.

A key that nobody will lift (its note-off was lost) must not hold up a set for ever. A key counts as stuck once it has
been down STUCK seconds and STUCK_TIMES as long as the 95th percentile of this player's last keys, while at least
COME_AND_GONE others came and went. Whoever means a drone plays on over it just so: what to make of a stuck key is for
the mode to say. The phrase's end waits for none (`phrase_end`), and as an answer begins they are forgotten, with a
warning (`Stage.give_up_stuck_keys`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

PEDAL_DOWN: Final = 64
STUCK: Final = 10.0
STUCK_TIMES: Final = 8.0
COME_AND_GONE: Final = 4
# How many of the last keys say how long this player holds one.
KEYS: Final = 64
_MOST_KEYS: Final = 0.95


@dataclass(slots=True)
class HeldNote:
    """A note of the human's from its key's going down until nothing holds it any more (`released`, None before)."""

    onset: float
    pitch: int
    velocity: int
    channel: int
    key_down: bool = True
    released: float | None = None
    # How many other keys came up while this one was down.
    others: int = 0


class Hands:
    """Keys and sustain pedals, channel by channel. A pedal holds what was let go while it is down.

    `master_of` says on which channel the player of a channel has pedals for all of theirs (MPE); usually each is its
    own.
    """

    def __init__(self, master_of: Callable[[int], int] = lambda channel: channel) -> None:
        self._master_of = master_of
        self._held: dict[tuple[int, int], HeldNote] = {}
        self._pedals: set[int] = set()
        self._lengths: deque[float] = deque(maxlen=KEYS)

    def press(self, note: HeldNote) -> HeldNote | None:
        """A key goes down. Returns the same key's earlier note when that was still held (it ends now)."""
        key = (note.channel, note.pitch)
        ended = self._held.pop(key, None)
        self._held[key] = note
        return ended

    def lift(self, pitch: int, channel: int, time: float = math.nan) -> HeldNote | None:
        """A key comes up at `time`. Returns its note if that ends now, None if a pedal holds it or it was not down."""
        key = (channel, pitch)
        note = self._held.get(key)
        if note is None:
            return None
        if note.key_down and not math.isnan(time):
            self._lengths.append(time - note.onset)
        note.key_down = False
        for other in self._held.values():
            other.others += other.key_down
        return None if self._is_pedalled(channel) else self._held.pop(key)

    def lift_all(self, channel: int) -> list[HeldNote]:
        """All Notes Off: every key of a channel comes up. Returns the notes that end by it; a pedal holds its own."""
        keys = [note for note in self._held.values() if self._meant(channel, note) and note.key_down]
        return [ended for note in keys if (ended := self.lift(note.pitch, note.channel)) is not None]

    def pedal_is_down(self, channel: int) -> bool:
        """Whether the sustain pedal of a channel is down."""
        return channel in self._pedals

    def down_on(self, channel: int) -> bool:
        """Whether a key of that channel is down, or of those whose master it is."""
        return any(self._meant(channel, note) for note in self.notes_down())

    def _is_pedalled(self, channel: int) -> bool:
        return channel in self._pedals or self._master_of(channel) in self._pedals

    def _meant(self, channel: int | None, note: HeldNote) -> bool:
        """Whether a message on `channel` (None: on all) is for a note."""
        return channel in (None, note.channel, self._master_of(note.channel))

    def pedal(self, value: int, channel: int) -> list[HeldNote]:
        """The sustain pedal moves. Returns the notes that end by it."""
        if value >= PEDAL_DOWN:
            self._pedals.add(channel)
            return []
        self._pedals.discard(channel)
        ended = [note for note in self._held.values() if not note.key_down and not self._is_pedalled(note.channel)]
        for note in ended:
            del self._held[note.channel, note.pitch]
        return ended

    def let_go(self, channel: int | None = None) -> list[HeldNote]:
        """Keys and pedals come up at once, of one channel or of all. Returns the notes that end by it."""
        ended = [note for note in self._held.values() if self._meant(channel, note)]
        for note in ended:
            del self._held[note.channel, note.pitch]
        self._pedals = {other for other in self._pedals if channel not in (None, other, self._master_of(other))}
        return ended

    def forget(self, note: HeldNote) -> None:
        """Count on this note's key no more."""
        if self.holds(note):
            del self._held[note.channel, note.pitch]

    @property
    def stuck_from(self) -> float:
        """When, as things stand, every key that is down will be stuck, in seconds; infinity: never, -infinity: none is.

        A key that fewer than COME_AND_GONE others came and went beside is not.
        """
        down = [note for note in self._held.values() if note.key_down]
        if not down:
            return -math.inf
        if any(note.others < COME_AND_GONE for note in down) or not self._lengths:
            return math.inf
        usual = sorted(self._lengths)[math.ceil(_MOST_KEYS * len(self._lengths)) - 1]
        return max(note.onset for note in down) + max(STUCK, STUCK_TIMES * usual)

    def notes_down(self) -> list[HeldNote]:
        """Notes whose keys are down."""
        return [note for note in self._held.values() if note.key_down]

    def is_down(self, pitch: int, channel: int) -> bool:
        """Whether that key is down."""
        note = self._held.get((channel, pitch))
        return note is not None and note.key_down

    def holds(self, note: HeldNote) -> bool:
        """Whether this very note is still held."""
        return self._held.get((note.channel, note.pitch)) is note

    @property
    def busy(self) -> bool:
        """Whether a key is down or a pedal holds a note."""
        return bool(self._held)

    @property
    def pedalled(self) -> bool:
        """Whether a pedal alone holds a note."""
        return any(not note.key_down for note in self._held.values())

    @property
    def playing(self) -> bool:
        """Whether a key is down."""
        return any(note.key_down for note in self._held.values())

    def pitches_down(self) -> Iterator[int]:
        """Pitches whose keys are down (a pedal alone does not count: files have none)."""
        return (note.pitch for note in self._held.values() if note.key_down)

    def pitches(self) -> Iterator[int]:
        """Pitches held by key or pedal."""
        return (note.pitch for note in self._held.values())

    def tuned(self, drum_channel: int) -> Iterator[int]:
        """Pitches held by key or pedal, drums aside."""
        return (note.pitch for note in self._held.values() if note.channel != drum_channel)

    def tuned_down(self, drum_channel: int) -> Iterator[int]:
        """Pitches whose keys are down, drums aside."""
        return (note.pitch for note in self._held.values() if note.key_down and note.channel != drum_channel)
