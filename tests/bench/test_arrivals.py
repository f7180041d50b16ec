"""Which note that was heard is which that was played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from performing import phrase, simulation

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench.arrivals import Arrival, Planned, matched, onsets_heard, played, recorded
from bridge.bench.keyboard import HeardMessage
from bridge.bench.result import BenchError
from bridge.engine.fake import FakeModel
from bridge.performer.settings import Settings
from bridge.sessions.log import SessionLog, header, line
from bridge.vocabulary.events import CancelNotes, MoveNotes, PlayNote, Sounded


def log_of(*items: object) -> SessionLog:
    entries = [["in" if isinstance(item, Sounded) else "out", float(number), item] for number, item in enumerate(items)]
    return SessionLog(Settings(), "fake", "", (["begin", 0.0], *entries))


def test_notes_that_left_are_known_by_key_and_by_the_onset_they_had_last() -> None:
    log = log_of(
        PlayNote(1, 10.0, 10.5, 60, 80, 1),
        PlayNote(2, 11.0, 11.5, 62, 80, 10),
        PlayNote(3, 12.0, 12.5, 64, 80, 1),
        MoveNotes((2, 3), (11.25, 12.5), (11.75, 13.0)),
        Sounded(10.001, 1),
        CancelNotes((3,)),
        Sounded(11.252, 2),
        Sounded(11.3, 99),  # nobody's: a note of before the recording
    )
    assert played(log) == [Planned(10.0, 10.001, (0, 60)), Planned(11.25, 11.252, (9, 62))]


def test_a_note_is_the_first_of_its_key_that_arrives_after_it_left() -> None:
    plan = [Planned(2.0, 2.0, (0, 60)), Planned(1.0, 1.0, (0, 60)), Planned(3.0, 3.0, (1, 60)), Planned(4, 4, (0, 9))]
    heard = [
        HeardMessage(0.5, b"\x90\x3c\x50"),  # before any note of that key left
        HeardMessage(1.002, b"\x90\x3c\x50"),
        HeardMessage(1.5, b"\x90\x3c\x00"),  # velocity 0: an end
        HeardMessage(2.005, b"\x90\x3c\x50"),
        HeardMessage(3.002, b"\x91\x3c\x50"),
        HeardMessage(9.0, b"\x90\x09\x50"),  # far too late to be the fourth
    ]
    assert [(note.left, time) for note, time in matched(plan, heard)] == [(1.0, 1.002), (2.0, 2.005), (3.0, 3.002)]
    with pytest.raises(BenchError, match="none of 4"):
        matched(plan, heard[2:3])


def test_the_time_on_the_way_is_taken_out() -> None:
    arrivals = [Arrival(Planned(t, t, (0, 60)), t + way) for t, way in ((1.0, 0.01), (2.0, 0.012), (3.0, 0.03))]
    onsets, way = onsets_heard(arrivals)
    assert way == pytest.approx(0.012) and onsets == pytest.approx([0.998, 2.0, 3.018])


def test_the_one_take_of_a_folder_is_read(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="recorded nothing"):
        recorded(str(tmp_path))
    sim, entries = simulation(), []
    sim.session.journal = entries.append
    sim.play(phrase(), 4.0)
    (tmp_path / "take").mkdir()
    head = header(Settings(), FakeModel(), "")
    lines = [json.dumps(head), *map(line, entries)]
    (tmp_path / "take" / "session.jsonl").write_text("\n".join(lines) + "\n")
    log = recorded(str(tmp_path))
    assert len(log.entries) == len(entries) and played(log)
