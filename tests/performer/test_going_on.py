"""A set that goes on with another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from performing import ons, phrase, simulation

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.sessions.log import Session, SessionLog, replay
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import CONTEXT_SIZE
from bridge.vocabulary.controllers import bind
from bridge.vocabulary.events import (
    Learn,
    NoteOn,
    PastNote,
    Raw,
    Recall,
    Remember,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SetVoice,
)
from bridge.vocabulary.parts import Part

NOTE = PastNote(-2.0, "keys", 60, 80, None, (0.0,) * CONTEXT_SIZE, machine=False)


def first_set() -> Simulation:
    sim = simulation(
        "respond",
        seed=5,
        parts=(Part("bass", 0, 47),),
        controllers={"density": bind("density", 20)},
        human_voice="auto",
    )
    script = [
        *phrase(),
        SetParameter(6.0, "temperature", 0.6),
        SetVoice(6.1, "strings", True, 9),
        SetRange(6.2, "bass", 30, 50),
        SetTempo(6.3, 96.0),
        Learn(6.4, "stop"),
        Raw(6.5, b"\xc0\x07"),
        Recall(6.55, "verse", {"swing": 0.6}, {}, {}),
        SetMode(6.6, "duet"),
    ]
    sim.play(script, until=8.0)
    return sim


def test_settings_mode_tempo_and_what_was_heard_go_on() -> None:
    sim = first_set()
    moment = sim.session.performer.going_on(sim.now)
    settings, notes = moment.settings, moment.past()
    assert (settings.mode, settings.tempo, settings.clock, settings.seed) == ("duet", 96.0, "auto", 5)
    assert settings.values["temperature"] == 0.6 and settings.ranges == {"bass": (30, 50)}
    assert settings.voices == {"strings": (True, 9)}, "voices that nobody chose stay nobody's choice"
    assert settings.binds == {"stop": ("program:7@1",)} and settings.parts == (Part("bass", 0, 47),)
    assert settings.controllers == {"density": bind("density", 20)}
    assert settings.preset == "verse"
    held = sim.session.performer.stage.memory.notes
    assert [(note.pitch, note.velocity) for note in notes] == [(note.pitch, note.velocity) for note in held]
    assert {note.machine for note in notes} == {True, False} and all(note.beat <= 0 for note in notes)

    session = Session(Performer(FakeModel(), settings))
    assert session.performer.status()["preset"] == "verse"
    entries = []
    session.journal = entries.append
    again = Simulation(session)
    session.begin(0.0)
    again.receive(Remember(0.0, notes))
    again.play(phrase(start=2.0), until=8.0)
    told = list(again.session.performer.stage.memory.notes)
    assert [(note.pitch, note.voice) for note in told[: len(held)]] == [(note.pitch, note.voice) for note in held]
    # Just as far apart as they were, and as long before the first new one as the set is old by then.
    apart = [round(note.beat - held[-1].beat, 6) for note in held]
    assert [round(note.beat - told[len(held) - 1].beat, 6) for note in told[: len(held)]] == apart
    assert told[len(held)].pitch == 60 and ons(again)
    assert replay(SessionLog(settings, "fake", "", tuple(entries)), lambda *_: FakeModel()) == again.outputs


def test_what_was_planned_and_did_not_sound_is_not_remembered() -> None:
    sim = simulation("duet", values={"lookahead": 2.0})
    sim.play([NoteOn(1.0, 60, 80), NoteOn(1.4, 64, 80)], until=2.0)
    stage = sim.session.performer.stage
    planned = {note.note_id for note in stage.ledger.planned()}
    held = [note for note in stage.memory.notes if note.note_id in planned]
    assert held, "the model knows what is planned"
    assert len(sim.session.performer.going_on(sim.now).past()) == len(stage.memory.notes) - len(held)


@pytest.mark.parametrize(
    "note",
    [
        replace(NOTE, voice="kazoo"),
        replace(NOTE, pitch=128),
        replace(NOTE, velocity=0),
        replace(NOTE, beat=1.0),
        replace(NOTE, beat=float("nan")),
        replace(NOTE, duration=-1.0),
        replace(NOTE, context=(0.0,)),
    ],
)
def test_what_cannot_be_remembered_is_refused_and_changes_nothing(note: PastNote) -> None:
    performer = Performer(FakeModel())
    with pytest.raises(ValueError, match=r"remember|no voice"):
        performer.receive(Remember(1.0, (NOTE, note)), 1.0)
    with pytest.raises(ValueError, match="257 notes to remember"):
        performer.receive(Remember(1.0, (NOTE,) * 257), 1.0)
    assert not performer.stage.behind
