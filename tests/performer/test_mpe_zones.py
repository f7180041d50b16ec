"""MPE: one player on many channels."""

from __future__ import annotations

import pytest
from performing import ons, simulation, turns

from bridge.performer.mpe_zones import Zones
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.controllers import bind
from bridge.vocabulary.events import Control, Fired, Input, Learn, NoteOff, NoteOn, Raw


def configuration(time: float, members: int, master: int = 1) -> list[Input]:
    return [Control(time, 101, 0, master), Control(time, 100, 6, master), Control(time, 6, members, master)]


def line(start: float = 1.0, first: int = 2) -> list[Input]:
    """Five notes, each on a channel of its own, with bend, pressure and timbre before and on each."""
    script: list[Input] = []
    for index, pitch in enumerate((60, 62, 64, 65, 67)):
        channel, onset = first + index, start + 0.25 * index
        for time in (onset - 0.01, onset + 0.1, onset + 0.15):
            script += [
                Raw(time, bytes((0xE0 | channel - 1, 0, 70))),
                Raw(time, bytes((0xD0 | channel - 1, 50))),
                Control(time, 74, 60 + index, channel),
            ]
        script += [NoteOn(onset, pitch, 80, channel), NoteOff(onset + 0.2, pitch, channel)]
    return sorted(script, key=lambda item: item.time)


def voices(sim: Simulation) -> list[str]:
    return [VOICES[note.voice] for note in sim.session.performer.stage.memory.notes if note.note_id is None]


@pytest.mark.parametrize(
    ("messages", "members"),
    [
        (configuration(0.0, 15), {1: 15, 16: 0}),
        (configuration(0.0, 5), {1: 5, 16: 0}),
        (configuration(0.0, 7, 16), {1: 0, 16: 7}),
        (configuration(0.0, 7) + configuration(0.1, 10, 16), {1: 4, 16: 10}),
        (configuration(0.0, 7) + configuration(0.1, 0), {1: 0, 16: 0}),
        (configuration(0.0, 7, 2), {1: 0, 16: 0}),
        ([Control(0.0, 101, 0), Control(0.0, 100, 0), Control(0.0, 6, 12)], {1: 0, 16: 0}),
        ([*configuration(0.0, 5)[:2], Control(0.0, 99, 0), Control(0.0, 6, 12)], {1: 0, 16: 0}),
    ],
)
def test_a_configuration_message_makes_a_zone(messages: list[Control], members: dict[int, int]) -> None:
    zones = Zones()
    for message in messages:
        zones.hear(message)
    assert zones.members == members


def test_members_have_their_zones_master() -> None:
    zones = Zones(5)
    assert [zones.master_of(channel) for channel in (1, 2, 6, 7, 10, 16)] == [1, 1, 1, 7, 10, 16]
    assert [channel for channel in range(1, 17) if zones.is_member(channel)] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("way", ["configuration", "option"])
def test_channel_10_of_a_zone_is_no_drum(way: str) -> None:
    sim = simulation("off", mpe=way == "option", human_voice="lead")
    if way == "configuration":
        sim.play(configuration(0.5, 15), until=0.6)
    sim.play(line(first=8), until=4.0)
    assert voices(sim) == ["lead"] * 5
    chord = simulation("off", mpe=True)
    chord.play([NoteOn(1.0, pitch, 80, 9 + index) for index, pitch in enumerate((48, 52, 55))], until=2.0)
    assert chord.session.performer.status()["chord"]


def test_bends_and_pressure_are_no_phrases_and_the_line_is_one_players() -> None:
    sim = simulation("respond", mpe=True)
    sim.play(line(), until=8.0)
    assert turns(sim)[0][1] == "machine" and ons(sim)
    moving = [
        item
        for step in range(200)
        for item in (Raw(3.0 + 0.02 * step, b"\xe1\x00\x45"), Control(3.0 + 0.02 * step, 74, step % 128, 2))
    ]
    only = simulation("respond", mpe=True)
    only.play(moving, until=9.0)
    assert not turns(only) and not ons(only)
    bent = simulation("respond", mpe=True)
    bent.play(sorted([*line(), *moving], key=lambda item: item.time), until=8.0)
    assert turns(bent)[0] == turns(sim)[0]


def test_the_masters_pedal_holds_all() -> None:
    sim = simulation("respond", mpe=True)
    sim.play([Control(1.0, 64, 127), NoteOn(1.1, 60, 80, 5), NoteOff(1.3, 60, 5), NoteOn(1.4, 64, 80, 6)], until=1.5)
    sim.play([NoteOff(1.6, 64, 6)], until=2.4)
    hands = sim.session.performer.stage.hands
    assert sorted(hands.pitches()) == [60, 64] and hands.pedalled and not turns(sim)
    sim.play([Control(2.5, 64, 0)], until=6.0)
    assert not hands.busy and turns(sim)
    other = simulation("off")
    other.play([Control(1.0, 64, 127), NoteOn(1.1, 60, 80, 5), NoteOff(1.3, 60, 5)], until=1.5)
    assert not other.session.performer.stage.hands.busy


def test_all_notes_off_on_the_master_lifts_the_zones_keys_and_no_others() -> None:
    sim = simulation("off", values={"thru": "notes"})
    sim.play([*configuration(0.5, 4), *(NoteOn(1.0, 60, 80, channel) for channel in (2, 3, 9))], until=1.1)
    sim.play([Control(1.2, 123, 0)], until=1.5)
    assert [note.channel for note in sim.session.performer.stage.hands.notes_down()] == [9]
    assert {data[0] for _, data in sim.sent if data[0] & 0xF0 == 0x80} == {0x81, 0x82}


def test_a_notes_timbre_turns_no_knob_and_is_not_learnt() -> None:
    sim = simulation("off", mpe=True, controllers={"temperature": bind("temperature", 74)})
    before = sim.session.performer.stage.values.temperature
    turned = [Control(1.1 + 0.01 * step, 74, 10 * step, 3) for step in range(10)]
    sim.play([Learn(1.0, "density"), *turned], until=2.0)
    status = sim.session.performer.status()
    assert status["learning"] == "density" and sim.session.performer.stage.values.temperature == before
    sim.play([Control(2.1, 74, 127)], until=3.0)
    assert sim.session.performer.stage.values.temperature == 3.0


def test_listening_to_the_master_is_listening_to_the_zone() -> None:
    sim = simulation("off", mpe=True, listen=(1,), human_voice="lead")
    sim.play(line(), until=4.0)
    assert voices(sim) == ["lead"] * 5


def test_a_key_of_the_zone_fires_what_is_bound_to_it() -> None:
    sim = simulation("off", mpe=True, binds={"keep": ("note:96@1",), "stop": ("cc:74",)})
    sim.play([NoteOn(1.0, 96, 80, 7), NoteOff(1.1, 96, 7), Control(1.2, 74, 127, 7)], until=2.0)
    assert [output.action for _, output in sim.outputs if isinstance(output, Fired)] == ["keep"]
    assert not sim.session.performer.stage.hands.busy and not voices(sim)
