from __future__ import annotations

from itertools import pairwise

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session, SessionLog
from bridge.sessions.simulation import Simulation
from bridge.sessions.view import Beat, TurnSpan, beats, turns
from bridge.vocabulary.events import (
    ClockStart,
    ClockTick,
    Dropped,
    Input,
    NoteOff,
    NoteOn,
    SetTempo,
    Sounded,
    TooLate,
    Turn,
    TurnChanged,
)


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


def taken(entries: list[Entry], *, since: float) -> SessionLog:
    """A take of a set that had gone on for a while: what was before `since` (seconds), and what came then."""
    earlier = tuple(entry for entry in entries if entry[1] < since)
    later = tuple(entry for entry in entries if entry[1] >= since)
    return SessionLog(Settings(mode="respond", tempo=120.0), "fake", "", later, whole=False, earlier=earlier)


def test_a_take_begun_in_mid_set_has_its_own_beats_by_the_clock_that_was_set_before_it() -> None:
    entries: list[Entry] = [
        ["begin", 10.0],
        ["in", 11.0, SetTempo(11.0, 60.0)],
        ["in", 20.0, NoteOn(20.0, 60, 80)],
        ["go", 24.0],
    ]
    # Two beats at 120 until the tempo changed, then one a second, counted from where the set began.
    assert beats(taken(entries, since=12.5)) == [
        Beat(pytest.approx(time), bar) for time, bar in [(20.0, None), (21.0, 4), (22.0, None), (23.0, None)]
    ]
    whole = SessionLog(Settings(tempo=120.0), "fake", "", tuple(entries))
    assert [beat.time for beat in beats(whole)] == pytest.approx([10.0, 10.5, *map(float, range(11, 24))])


def test_what_came_in_late_of_what_was_played_moves_no_beat() -> None:
    entries: list[Entry] = [
        ["begin", 0.0],
        ["in", 0.5, Sounded(0.5, 3)],
        ["in", 0.5, Dropped(0.5, 4)],
        ["in", 0.5, TooLate(0.5, 5)],
        ["out", 0.7, TurnChanged(Turn.MACHINE)],
        ["go", 1.25],
    ]
    log = SessionLog(Settings(mode="off", tempo=120.0), "fake", "", tuple(entries))
    assert [(beat.time, beat.bar) for beat in beats(log)] == [(0.0, 1), (0.5, None), (1.0, None)]


def test_a_take_begins_with_whose_turn_it_was_and_no_span_is_empty() -> None:
    entries: list[Entry] = [
        ["out", 1.0, TurnChanged(Turn.HUMAN)],
        ["out", 2.0, TurnChanged(Turn.MACHINE)],
        ["go", 5.0],
        ["out", 7.0, TurnChanged(Turn.HUMAN)],
        ["out", 7.0, TurnChanged(Turn.MACHINE)],
        ["out", 8.5, TurnChanged(Turn.HUMAN)],
        ["go", 9.0],
        ["out", 9.0, TurnChanged(Turn.MACHINE)],
        ["go", 9.75],
    ]
    assert turns(taken(entries, since=5.0)) == [
        TurnSpan(5.0, 7.0, Turn.MACHINE),
        TurnSpan(7.0, 8.5, Turn.MACHINE),
        TurnSpan(8.5, 9.0, Turn.HUMAN),
        TurnSpan(9.0, 9.75, Turn.MACHINE),
    ]
