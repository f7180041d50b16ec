"""Which keys and channels are heard as which voice."""

from __future__ import annotations

from performing import phrase, simulation

from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import Input, NoteOff, NoteOn
from bridge.vocabulary.parts import Part


def heard(sim: Simulation) -> list[tuple[int, str]]:
    return [(note.pitch, VOICES[note.voice]) for note in sim.session.performer.stage.memory.notes]


def on(channel: int, script: list[Input]) -> list[Input]:
    return [
        NoteOn(item.time, item.pitch, item.velocity, channel)
        if isinstance(item, NoteOn)
        else NoteOff(item.time, item.pitch, channel)
        for item in script
        if isinstance(item, (NoteOn, NoteOff))
    ]


def test_a_split_is_two_voices() -> None:
    sim = simulation("off", parts=(Part("bass", 0, 47),), human_voice="keys")
    both = sorted([*phrase(), *phrase(pitches=(36, 38, 40, 41, 43))], key=lambda item: item.time)
    sim.play(both, until=4.0)
    assert {pitch: voice for pitch, voice in heard(sim)} == {
        **dict.fromkeys((36, 38, 40, 41, 43), "bass"),
        **dict.fromkeys((60, 62, 64, 65, 67), "keys"),
    }


def test_a_second_player_is_heard_as_who_they_are_and_the_first_is_still_made_out() -> None:
    sim = simulation("off", parts=(Part("strings", channel=2),), human_voice="auto")
    chords = [item for pitch in (50, 53, 57) for item in on(2, phrase(pitches=(pitch,) * 8, start=1.02))]
    line = phrase(pitches=(72, 74, 76, 77, 79, 77, 76, 74))
    sim.play(sorted([*chords, *line], key=lambda item: item.time), until=6.0)
    assert {voice for pitch, voice in heard(sim) if pitch < 60} == {"strings"}
    assert sim.session.performer.status()["human"] == "lead"


def test_the_machine_leaves_a_said_part_to_its_player() -> None:
    sim = simulation("accompany", parts=(Part("bass", 0, 47),), voices={"bass": (True, 2), "guitar": (True, 3)})
    assert sorted(VOICES[voice] for voice in sim.session.performer._mode.voices) == ["drums", "guitar"]
    duet = simulation("duet", parts=(Part("lead", channel=2),), voices={"bass": (True, 2), "lead": (True, 3)})
    assert [VOICES[voice] for voice in duet.session.performer._mode.voices] == ["bass"]


def test_keys_that_are_not_heard_pass_by_or_not_at_all() -> None:
    for thru, sent in (("notes", [b"\x90\x24\x50", b"\x80\x24\x00"]), ("off", [])):
        sim = simulation("respond", parts=(Part("off", 0, 47),), values={"thru": thru})
        sim.play([NoteOn(1.0, 36, 80), NoteOff(1.5, 36)], until=6.0)
        assert [data for _, data in sim.sent] == sent
        assert not heard(sim) and not sim.session.performer.stage.hands.busy


def test_the_first_part_that_a_key_belongs_to_counts_and_drums_stay_drums() -> None:
    sim = simulation("off", parts=(Part("bass", 40, 47, 1), Part("strings", 0, 60)), human_voice="keys")
    keys: list[Input] = [NoteOn(1.0, 42, 80), NoteOn(1.1, 42, 80, 3), NoteOn(1.2, 70, 80), NoteOn(1.3, 36, 80, 10)]
    sim.play(keys, until=2.0)
    assert heard(sim) == [(42, "bass"), (42, "strings"), (70, "keys"), (36, "drums")]
