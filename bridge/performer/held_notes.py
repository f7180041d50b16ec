"""What the human holds: keys and pedals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PEDAL_DOWN: Final = 64


@dataclass(slots=True)
class HeldNote:
    """A note of the human's from its key's going down until nothing holds it any more (`released`, None before)."""

    onset: float
    pitch: int
    velocity: int
    channel: int
    key_down: bool = True
    released: float | None = None


class Hands:
    """Keys and sustain pedals, channel by channel. A pedal holds what was let go while it is down."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], HeldNote] = {}
        self._pedals: set[int] = set()

    def press(self, note: HeldNote) -> HeldNote | None:
        """A key goes down. Returns the same key's earlier note when that was still held (it ends now)."""
        key = (note.channel, note.pitch)
        ended = self._held.pop(key, None)
        self._held[key] = note
        return ended

    def lift(self, pitch: int, channel: int) -> HeldNote | None:
        """A key comes up. Returns its note if that ends now, None if a pedal holds it or it was not down."""
        key = (channel, pitch)
        note = self._held.get(key)
        if note is None:
            return None
        note.key_down = False
        return None if channel in self._pedals else self._held.pop(key)

    def pedal(self, value: int, channel: int) -> list[HeldNote]:
        """The sustain pedal moves. Returns the notes that end by it."""
        if value >= PEDAL_DOWN:
            self._pedals.add(channel)
            return []
        self._pedals.discard(channel)
        ended = [note for note in self._held.values() if note.channel == channel and not note.key_down]
        for note in ended:
            del self._held[note.channel, note.pitch]
        return ended

    def let_go(self) -> list[HeldNote]:
        """Everything comes up at once (the port went away). Returns the notes that end by it."""
        ended = list(self._held.values())
        self._held.clear()
        self._pedals.clear()
        return ended

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
