"""The voices of the machine: which of them may play, on which MIDI channel, and from when on.

Keys and bass may from the beginning, each voice has a channel of its own, and the people at the controls say otherwise
where they like. What nobody chose depends on the mode: who answers in the human's role plays the human's own voice, on
a single synth's channel; a band has its drums and bass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bridge.performer.human import Human
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.voices import DRUM_CHANNEL, VoiceSetting, default_voices

# Without these there is no band.
_RHYTHM: Final = (DRUMS, VOICES.index("bass"))


class MachineVoices(Mapping[str, VoiceSetting]):
    """How each voice is set, by its name. `human` is who plays with the machine."""

    def __init__(self, human: Human) -> None:
        self._human = human
        self._settings = default_voices()
        # From which beat on a voice that was enabled may begin.
        self._enters: dict[int, float] = {}
        # Whether the mode answers in the human's role, on one channel, where nobody chose voices.
        self.in_role = False

    def __getitem__(self, name: str) -> VoiceSetting:
        return self._settings[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)

    @property
    def any_chosen(self) -> bool:
        """Whether somebody said anything of any voice."""
        return any(setting.chosen for setting in self._settings.values())

    @property
    def enabled(self) -> list[int]:
        """The voices the machine may use."""
        return [index for index, voice in enumerate(VOICES) if self._settings[voice].enabled]

    @property
    def answering(self) -> list[int]:
        """The voices of an answer: the human's own role, unless somebody chose voices or said what the human is."""
        if not self._human.is_made_out or self.any_chosen:
            return self.enabled
        return [self._human.role]

    @property
    def band(self) -> list[int]:
        """The voices of a band: those that the machine may use, and drums and bass unless they were turned off."""
        settings = (self._settings[voice] for voice in VOICES)
        return [
            index
            for index, setting in enumerate(settings)
            if setting.enabled or (index in _RHYTHM and not setting.chosen)
        ]

    def channel_of(self, voice: int) -> int:
        """The MIDI channel the machine plays a voice on.

        What answers in the human's role, where nobody chose voices, is heard by a player with a single synth: on
        channel 1, drums on theirs.
        """
        if not self._human.is_made_out or not self.in_role or self.any_chosen:
            return self._settings[VOICES[voice]].channel
        return DRUM_CHANNEL if voice == DRUMS else 1

    def plays_on(self, voice: int, channel: int) -> bool:
        """Whether somebody set this voice to play on that channel."""
        setting = self._settings[VOICES[voice]]
        return setting.chosen and setting.enabled and setting.channel == channel

    def choose(self, voice: int, enabled: bool, channel: int, beat: float) -> bool:
        """Somebody lets the machine play a voice or not, from `beat` on. True where it played until now, and goes out.

        A voice that comes in begins no note before that.
        """
        setting = self._settings[VOICES[voice]]
        goes_out = setting.enabled and not enabled
        if enabled and not setting.enabled:
            self._enters[voice] = beat
        setting.enabled, setting.channel, setting.chosen = enabled, channel, True
        return goes_out

    def free(self, voice: int) -> None:
        """Nobody has chosen anything of this voice."""
        self._settings[VOICES[voice]].chosen = False

    def entered(self, voices: Iterable[int], beat: float) -> list[int]:
        """Those of `voices` that may begin a note on this beat."""
        return [voice for voice in voices if self._enters.get(voice, -math.inf) <= beat]
