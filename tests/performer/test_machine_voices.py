"""Which voices the machine plays, on which channels, and from when on."""

from __future__ import annotations

import pytest

from bridge.performer.human import Human
from bridge.performer.machine_voices import MachineVoices
from bridge.performer.mpe_zones import Zones
from bridge.performer.role import AUTO
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.parameters import Values
from bridge.vocabulary.voices import default_voices

KEYS, BASS, DRUMS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "drums", "lead"))


def voices(human: str = "keys") -> MachineVoices:
    return MachineVoices(Human(human, Values(), 10, (), Zones()))


@pytest.fixture
def usual() -> MachineVoices:
    """Those of a machine whose human is known to play the keys."""
    return voices()


def test_at_first_they_are_keys_and_bass_each_on_its_channel_and_chosen_by_nobody(usual: MachineVoices) -> None:
    assert usual == default_voices() and list(usual) == list(VOICES) and len(usual) == len(VOICES)
    assert sorted(usual.enabled) == sorted([KEYS, BASS]) and not usual.any_chosen
    assert (usual.channel_of(KEYS), usual.channel_of(BASS), usual.channel_of(DRUMS)) == (1, 2, 10)


def test_one_that_comes_in_is_heard_from_its_beat_on_and_one_that_goes_out_says_so(usual: MachineVoices) -> None:
    assert usual.entered([KEYS, LEAD], -100.0) == [KEYS, LEAD], "whoever was not brought in may begin at any time"
    assert not usual.choose(LEAD, True, 5, 4.0)
    assert LEAD in usual.enabled and usual.channel_of(LEAD) == 5 and usual.any_chosen
    assert usual.entered([KEYS, LEAD], 3.9) == [KEYS] and usual.entered([LEAD], 4.0) == [LEAD]
    assert not usual.choose(LEAD, True, 6, 9.0), "it plays already"
    assert usual.channel_of(LEAD) == 6 and usual.entered([LEAD], 4.0) == [LEAD]
    assert usual.choose(LEAD, False, 6, 10.0)
    assert LEAD not in usual.enabled
    assert not usual.choose(LEAD, False, 6, 11.0), "it is out"


def test_a_band_has_drums_and_bass_unless_they_were_turned_off(usual: MachineVoices) -> None:
    assert sorted(usual.band) == sorted([KEYS, BASS, DRUMS])
    usual.choose(KEYS, False, 1, 0.0)
    usual.choose(LEAD, True, 4, 0.0)
    assert sorted(usual.band) == sorted([BASS, DRUMS, LEAD])
    usual.choose(DRUMS, False, 10, 0.0)
    usual.choose(BASS, False, 2, 0.0)
    assert usual.band == [LEAD]
    usual.free(DRUMS)
    assert sorted(usual.band) == sorted([DRUMS, LEAD]), "nobody says anything of them any more"


def test_who_answers_in_the_humans_role_is_heard_on_one_channel_until_somebody_chooses_voices() -> None:
    made_out = voices(AUTO)
    assert made_out.answering == [KEYS]
    assert [made_out.channel_of(voice) for voice in (BASS, DRUMS)] == [2, 10], "a band has its own"
    made_out.in_role = True
    assert {made_out.channel_of(voice) for voice in range(len(VOICES)) if voice != DRUMS} == {1}
    assert made_out.channel_of(DRUMS) == 10
    made_out.choose(BASS, True, 7, 0.0)
    assert made_out.channel_of(BASS) == 7 and made_out.channel_of(LEAD) == default_voices()["lead"].channel
    assert made_out.answering == made_out.enabled
    made_out.free(BASS)
    assert made_out.answering == [KEYS] and made_out.channel_of(BASS) == 1


def test_whose_voice_was_said_is_answered_in_the_voices_of_the_machine(usual: MachineVoices) -> None:
    usual.in_role = True
    assert usual.answering == usual.enabled and usual.channel_of(BASS) == 2


def test_a_voice_plays_on_a_channel_where_somebody_put_it_there_and_it_is_on(usual: MachineVoices) -> None:
    assert not usual.plays_on(BASS, 2), "nobody said so"
    usual.choose(BASS, True, 3, 0.0)
    assert usual.plays_on(BASS, 3) and not usual.plays_on(BASS, 2)
    usual.choose(BASS, False, 3, 0.0)
    assert not usual.plays_on(BASS, 3)
