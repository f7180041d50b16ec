"""What is heard of the humans: keys and pedals, whose channels and parts they are, what they play, key and chord."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from bridge.performer.held_notes import Hands, HeldNote
from bridge.performer.mpe_zones import Zones
from bridge.performer.pitch_rules import Tuning
from bridge.performer.role import AUTO, KEYS, Role
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.parameters import Values
from bridge.vocabulary.parts import Part

# The human's last notes that say whether they are on drums.
_ROLE_NOTES: Final = 12


class Recast(NamedTuple):
    """The humans' notes are another voice's than was thought: how many of the last ones said so."""

    before: int
    voice: int
    notes: int


class Human:
    """All who play to the machine, as one.

    `voice` is one of VOICES, or AUTO: made out from what is played. `drum_channel` is the one on which their notes are
    drums, 0 for none; keys that belong to one of `parts` are heard as its voice; `zones` say which channels are one
    player's.
    """

    def __init__(self, voice: str, values: Values, drum_channel: int, parts: tuple[Part, ...], zones: Zones) -> None:
        self.zones = zones
        self.hands = Hands(zones.master_of)
        self._drum_channel = drum_channel
        self._parts = parts
        self.tuning = Tuning(values, self.drum_channel)
        # Who makes out what the human is; None where it was said.
        self._role = Role() if voice == AUTO else None
        self.voice = KEYS if voice == AUTO else VOICES.index(voice)
        self._drummed: deque[bool] = deque(maxlen=_ROLE_NOTES)

    @property
    def is_made_out(self) -> bool:
        """Whether what the human is is made out from what they play; else it was said."""
        return self._role is not None

    @property
    def drum_channel(self) -> int:
        """The channel on which the human's notes are drums; 0: none is, as where a note has that channel to itself."""
        return 0 if self.zones.is_member(self._drum_channel) else self._drum_channel

    def zones_changed(self) -> None:
        """Channels belong together otherwise than before: see what that makes of drums."""
        self.tuning.drum_channel = self.drum_channel

    def part_of(self, pitch: int, channel: int) -> str:
        """The part that a key of the humans' belongs to, as it was said: a voice, NOT_HEARD, or "" for none."""
        channel = self.zones.master_of(channel)
        return next((part.voice for part in self._parts if part.holds(pitch, channel)), "")

    def plays(self, role: int) -> list[int]:
        """The voices that humans play: one in this `role`, and the parts that were said."""
        return sorted({role, *(VOICES.index(part.voice) for part in self._parts if part.voice in VOICES)})

    def voice_of(self, channel: int) -> int:
        """The voice a note on `channel` is heard as, where its key belongs to no part."""
        return DRUMS if channel == self.drum_channel else self.voice

    def voice_of_note(self, note: HeldNote) -> int:
        """The voice a note is heard as."""
        part = self.part_of(note.pitch, note.channel) if note.channel != self.drum_channel else ""
        return VOICES.index(part) if part in VOICES else self.voice_of(note.channel)

    @property
    def role(self) -> int:
        """The voice the human plays: that of their notes, and drums where most of them are on the drum channel."""
        on_drums = sum(self._drummed)
        return DRUMS if self._drummed and 2 * on_drums > len(self._drummed) else self.voice

    def make_out(self, note: HeldNote) -> Recast | None:
        """A key was pressed: see what that makes of the human. None where nothing is otherwise than before."""
        self._drummed.append(note.channel == self.drum_channel)
        if self._role is None or note.channel == self.drum_channel or self.part_of(note.pitch, note.channel):
            return None
        beside = (one for one in self.hands.notes_down() if not self.part_of(one.pitch, one.channel))
        self._role.hear(note.onset, note.pitch, tuple(one.pitch for one in beside if one.channel != self.drum_channel))
        before, voice = self.voice, self._role.voice
        if voice is None or voice == before:
            return None
        self.voice = voice
        return Recast(before, voice, self._role.seen)

    def forget(self) -> None:
        """Forget what was played; keys that are down stay down."""
        self.tuning.clear()
        self._drummed.clear()
        if self._role is not None:
            self._role.clear()
