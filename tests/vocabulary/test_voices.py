"""Every voice has a channel of its own and a program."""

from __future__ import annotations

from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.voices import DRUM_CHANNEL, VOICE_PROGRAMS, default_voices


def test_every_voice_has_a_channel_of_its_own_and_a_program() -> None:
    voices = default_voices()
    assert list(voices) == list(VOICES)
    assert len({setting.channel for setting in voices.values()}) == len(VOICES)
    assert voices["drums"].channel == DRUM_CHANNEL
    assert set(VOICE_PROGRAMS) == set(VOICES) and all(0 <= program < 128 for program in VOICE_PROGRAMS.values())


def test_keys_and_bass_play_until_somebody_chooses() -> None:
    assert [name for name, setting in default_voices().items() if setting.enabled] == ["keys", "bass"]
    assert not any(setting.chosen for setting in default_voices().values())
