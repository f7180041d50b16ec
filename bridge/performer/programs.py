"""Which sound a synth is to play a voice with: bank and program, sent as the voice begins to be used on a channel.

The program is one of the voice's General MIDI family, in bank 0. Drums send none: a drum channel has its kit, and
elsewhere a program would make it a piano.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.midi import bytes as midi_bytes
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import PassThrough
from bridge.vocabulary.voices import DRUM_CHANNEL, VOICE_PROGRAMS


class Programs:
    """Remembers which voice each channel was last set to; `emit` takes what leaves."""

    def __init__(self, emit: Callable[[PassThrough], None]) -> None:
        self._emit = emit
        self._voices: dict[int, int] = {}

    def use(self, voice: int, channel: int, shared: Callable[[int], bool]) -> None:
        """A voice is about to play on a channel.

        Where the channel's last voice is one for which `shared` is true it plays there still, and keeps its sound.
        """
        last = self._voices.get(channel)
        if voice in (DRUMS, last) or channel == DRUM_CHANNEL or (last is not None and shared(last)):
            return
        self._voices[channel] = voice
        for message in midi_bytes.program(VOICE_PROGRAMS[VOICES[voice]], channel):
            self._emit(PassThrough(message))

    def forget(self) -> None:
        """Send them again, each as its voice is next used."""
        self._voices.clear()
