from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import matplotlib.image
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.reports.plots import COLOURS, RollNote
from bridge.sessions.log import Entry, Session, SessionLog
from bridge.sessions.picture import _with_notes, draw_session, numbered_from_one, roll_notes, row_ends, session_roll
from bridge.sessions.simulation import Simulation
from bridge.sessions.view import Beat
from bridge.vocabulary.events import Dropped, Input, LinkState, NoteOff, NoteOn, PlayNote, Sounded, Turn, TurnChanged

BAND = {"drums": (True, 10), "bass": (True, 2), "keys": (False, 1)}
TAKE: tuple[Entry, ...] = (
    ["in", 1.0, NoteOn(1.0, 60, 80)],
    ["in", 1.5, NoteOff(1.5, 60)],
    ["out", 1.6, TurnChanged(Turn.MACHINE)],
    ["out", 1.6, PlayNote(1, 1.7, 2.7, 40, 70, 2)],
    ["out", 1.6, PlayNote(2, 1.9, 2.2, 40, 70, 2)],
    ["out", 1.6, PlayNote(3, 2.5, 2.9, 43, 70, 2)],
    ["in", 1.7, Sounded(1.7, 1)],
    ["in", 1.9, Sounded(1.9, 2)],
    ["in", 2.5, Dropped(2.5, 3)],
    ["go", 3.0],
)


def take(tempo: float = 120.0) -> SessionLog:
    return SessionLog(Settings(mode="off", tempo=tempo, voices=BAND), "fake", "", TAKE)


def test_notes_have_their_players_and_voices_and_a_key_struck_again_ends() -> None:
    assert roll_notes(take()) == [
        RollNote(1.0, 0.5, 60, 80, "human", "keys"),
        RollNote(1.7, pytest.approx(0.2), 40, 70, "machine", "bass"),
        RollNote(1.9, pytest.approx(0.3), 40, 70, "machine", "bass"),
        RollNote(2.5, pytest.approx(0.4), 43, 70, "planned", "bass"),
    ]


def test_both_players_their_bars_and_the_machines_turn_are_drawn() -> None:
    (axes,) = session_roll(take(), "a take").axes
    boxes = {one.get_label(): one for one in axes.collections if isinstance(one, PolyCollection)}
    assert to_hex(boxes["human"].get_facecolor()[0]) == COLOURS["human"]
    assert len(boxes["machine"].get_paths()) == 2
    assert len(boxes["planned"].get_paths()) == 1 and len(boxes["planned"].get_facecolor()) == 0
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2"]
    assert axes.get_xticks().tolist() == [2.0]
    tint = [patch for patch in axes.patches if patch.get_facecolor()[:3] != (0.96, 0.96, 0.96)]
    assert [(patch.get_x(), patch.get_width()) for patch in tint] == [(1.6, pytest.approx(1.4))]  # type: ignore[attr-defined]


def test_without_bars_there_are_seconds() -> None:
    (axes,) = session_roll(take(tempo=0.0), "").axes
    assert axes.get_xlabel() == "seconds"
    # They count from the beginning of the set, at 1.0.
    boxes = {one.get_label(): one for one in axes.collections if isinstance(one, PolyCollection)}
    assert boxes["human"].get_paths()[0].get_extents().x0 == pytest.approx(0.0)


def test_rows_end_at_bar_lines_and_are_of_one_length() -> None:
    grid = [Beat(beat / 2, beat // 4 + 1 if beat % 4 == 0 else None) for beat in range(241)]
    notes = [RollNote(4.1, 1.0, 60, 90, "human"), RollNote(116.0, 1.0, 60, 90, "machine")]
    rows = row_ends(notes, grid)
    assert rows[0][0] == pytest.approx(3.98)
    assert [begin for begin, _ in rows[1:]] == [34.0, 64.0, 94.0]
    assert rows[-1][1] == 124.0
    assert all(one[1] == two[0] for one, two in pairwise(rows))


def test_in_a_link_session_bars_are_counted_from_the_first_that_was_played() -> None:
    grid = [Beat(2.0 * bar, 37 + bar) for bar in range(4)]
    assert numbered_from_one(grid, [RollNote(2.1, 1.0, 60, 90, "human")]) == [Beat(2.0 * bar, bar) for bar in range(4)]


def test_a_recorded_set_becomes_a_picture(tmp_path: Path) -> None:
    settings = Settings(mode="accompany", voices=BAND)
    session = Session(Performer(FakeModel(), settings))
    entries: list[Entry] = []
    session.journal = entries.append
    script: list[Input] = [LinkState(0.5, 1.0, 120.0, True, 1)]
    script += [item for n in range(40) for item in (NoteOn(1 + n, 60, 80), NoteOff(1.5 + n, 60))]
    Simulation(session).play(script, 42.0)
    figure = session_roll(SessionLog(settings, "fake", "", tuple(entries)), "a set")
    assert [axes.get_ylabel() for axes in figure.axes] == ["pitch", "drums", "pitch", "drums"]
    draw_session(SessionLog(settings, "fake", "", tuple(entries)), tmp_path / "set.png")
    assert matplotlib.image.imread(tmp_path / "set.png").shape[1] == 1600


def test_a_long_silence_is_no_row() -> None:
    rows = [(0.0, 30.0), (30.0, 60.0), (60.0, 90.0)]
    notes = [RollNote(5.0, 1.0, 60, 90, "human"), RollNote(70.0, 1.0, 60, 90, "machine")]
    assert _with_notes(rows, notes) == [rows[0], rows[2]]
    assert _with_notes(rows, []) == rows[:1]
