from __future__ import annotations

from itertools import pairwise

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer, Settings
from bridge.sessions.log import Entry, Session, SessionLog
from bridge.sessions.simulation import Simulation
from bridge.sessions.view import Beat, TurnSpan, beats, turns
from bridge.vocabulary.events import ClockStart, ClockTick, Input, NoteOff, NoteOn, SetTempo, Turn


def recorded(settings: Settings, script: list[Input], until: float) -> SessionLog:
    session = Session(Performer(FakeModel(), settings))
    entries: list[Entry] = []
    session.journal = entries.append
    Simulation(session).play(script, until)
    return SessionLog(settings, "fake", "", tuple(entries))


def test_beats_are_those_of_the_sessions_clock() -> None:
    script: list[Input] = [NoteOn(1.0, 60, 80), NoteOff(1.2, 60), SetTempo(3.0, 60.0), SetTempo(5.9, 60.0)]
    found = beats(recorded(Settings(mode="off", tempo=120.0), script, 6.0))
    assert found == [
        Beat(pytest.approx(time), bar)
        for time, bar in [(1.0, None), (1.5, None), (2.0, 2), (2.5, None), (3.0, None), (4.0, None), (5.0, 3)]
    ]


def test_beats_of_a_midi_clock_bend_with_it() -> None:
    times = [1.0]
    for tick in range(24 * 8):
        times.append(times[-1] + 60 / 24 / (100 + 20 * tick / (24 * 8)))
    script: list[Input] = [ClockStart(0.99), *(ClockTick(time) for time in times)]
    found = beats(recorded(Settings(mode="off", clock="midi"), script, times[-1]))
    wanted = [(times[24 * beat], beat // 4 + 1 if beat % 4 == 0 else None) for beat in range(3, 8)]
    assert [(beat.time, beat.bar) for beat in found if beat.time > wanted[0][0] - 0.1] == [
        (pytest.approx(time, abs=0.04), bar) for time, bar in wanted
    ]


def test_without_a_clock_there_are_no_beats() -> None:
    assert beats(recorded(Settings(mode="off"), [NoteOn(1.0, 60, 80), NoteOff(1.2, 60)], 3.0)) == []
    assert beats(SessionLog(Settings(), "fake", "", ())) == [] == turns(SessionLog(Settings(), "fake", "", ()))


def test_turns_follow_each_other_without_a_gap() -> None:
    script: list[Input] = [item for k in range(4) for item in (NoteOn(1 + k / 4, 60, 80), NoteOff(1.2 + k / 4, 60))]
    spans = turns(recorded(Settings(mode="respond"), script, 9.0))
    assert [span.turn for span in spans] == [Turn.HUMAN, Turn.MACHINE]
    assert all(one.end == two.begin for one, two in pairwise(spans))
    assert spans[0] == TurnSpan(1.0, spans[1].begin, Turn.HUMAN)
