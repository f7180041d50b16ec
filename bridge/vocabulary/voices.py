"""The machine's voices: which of them it may use, and on which MIDI channel it plays each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.vocabulary.codec import VOICES

DRUM_CHANNEL: Final = 10
# A General MIDI program (0-127) that sounds like each voice.
VOICE_PROGRAMS: Final = {
    "keys": 0, "guitar": 25, "bass": 33, "drums": 0, "lead": 73, "strings": 48, "other": 98,
}  # fmt: skip


@dataclass(slots=True)
class VoiceSetting:
    """Whether the machine may use a voice, and on which MIDI channel it plays it.

    `chosen`: somebody said so. Where nobody did, a band has drums and bass.
    """

    enabled: bool
    channel: int
    chosen: bool = False


def default_voices() -> dict[str, VoiceSetting]:
    """Keys and bass on channels 1 and 2; the others off, each with a channel of its own."""
    channels = {"keys": 1, "bass": 2, "guitar": 3, "lead": 4, "strings": 5, "other": 6, "drums": DRUM_CHANNEL}
    return {voice: VoiceSetting(voice in ("keys", "bass"), channels[voice]) for voice in VOICES}
