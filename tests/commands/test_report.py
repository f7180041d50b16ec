"""`antiphon report`: what it refuses; a whole page is made in tests/explanation/test_report.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from library_songs import C_MAJOR, song

from bridge.cli import main
from bridge.engine.fake import FakeModel
from bridge.performer.settings import Settings
from bridge.sessions.log import header, line
from bridge.vocabulary.events import NoteOn


def report(*words: object) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, words)])


def test_a_file_of_notes_is_no_session(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = report(song(tmp_path / "c.mid", C_MAJOR), "-o", page)
    assert done.exit_code == 1 and "is no session: antiphon review reads files" in done.output.replace("\n", " ")
    assert not page.exists()


def test_a_set_of_a_stand_in_has_nothing_to_explain(tmp_path: Path) -> None:
    log = tmp_path / "session.jsonl"
    log.write_text(
        json.dumps(header(Settings(), FakeModel("dry"), "")) + "\n" + line(["in", 1.0, NoteOn(1.0, 60, 80)]) + "\n"
    )
    done = report(log, "-o", tmp_path / "page.html")
    assert done.exit_code == 1 and "a stand-in that knows no music" in done.output


def test_where_it_is_to_be_written_is_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.explanation.session.notes_of", lambda *_: pytest.fail("worked for nothing"))
    log = tmp_path / "session.jsonl"
    log.write_text("")
    done = report(log, "-o", tmp_path / "no" / "such" / "page.html")
    assert done.exit_code != 0 and "no/such" in done.output.replace("\n", "")
