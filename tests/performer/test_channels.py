"""Which channels are heard, and on which the human's notes are drums."""

from __future__ import annotations

import pytest
from performing import ons, phrase, simulation, turns

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import Control, Input, NoteOff, NoteOn, PassThrough


def on_channel(channel: int) -> list[Input]:
    return [
        NoteOn(item.time, item.pitch, item.velocity, channel)
        if isinstance(item, NoteOn)
        else NoteOff(item.time, item.pitch, channel)
        for item in phrase()
        if isinstance(item, (NoteOn, NoteOff))
    ]


def heard(sim: Simulation) -> list[int]:
    return [note.voice for note in sim.session.performer.stage.memory.notes]


def test_only_the_channels_listened_to_are_heard_and_answered() -> None:
    sim = simulation("respond", listen=(2, 3))
    sim.play([Control(0.9, 64, 127, 1), *on_channel(1)], until=8.0)
    assert not heard(sim) and not ons(sim) and not turns(sim)
    assert not sim.session.performer.stage.hands.busy
    other = simulation("respond", listen=(2, 3))
    other.play(on_channel(3), until=8.0)
    assert ons(other)


def test_what_is_not_listened_to_passes_by_thru() -> None:
    script: list[Input] = [NoteOn(1.0, 60, 80), Control(1.1, 64, 127), NoteOff(1.2, 60), Control(1.3, 64, 0)]
    sim = simulation("respond", listen=(2,), values={"thru": "notes"})
    sim.play(script, until=2.0)
    assert [data for _, data in sim.sent] == [b"\x90\x3c\x50", b"\xb0\x40\x7f", b"\x80\x3c\x00", b"\xb0\x40\x00"]
    assert all(isinstance(output, PassThrough) for _, output in sim.outputs)
    off = simulation("respond", listen=(2,))
    off.play(script, until=2.0)
    assert not off.sent


@pytest.mark.parametrize(("drum_channel", "channel", "drums"), [(10, 10, True), (0, 10, False), (3, 3, True)])
def test_the_humans_drums_are_on_the_drum_channel(drum_channel: int, channel: int, drums: bool) -> None:
    sim = simulation("off", drum_channel=drum_channel, human_voice="lead")
    sim.play(on_channel(channel), until=4.0)
    assert heard(sim) == [DRUMS if drums else VOICES.index("lead")] * 5


def test_a_key_of_channel_10_counts_where_it_is_no_drum() -> None:
    chord: list[Input] = [NoteOn(1.0, pitch, 80, 10) for pitch in (48, 52, 55)]
    for drum_channel, chord_heard in ((10, False), (0, True)):
        sim = simulation("off", drum_channel=drum_channel)
        sim.play(chord, until=2.0)
        assert bool(sim.session.performer.status()["chord"]) is chord_heard


@pytest.mark.parametrize("settings", [Settings(drum_channel=17), Settings(listen=(0,)), Settings(listen=(1, 17))])
def test_a_channel_that_cannot_be_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="channel"):
        Performer(FakeModel(), settings)
