"""`antiphon replay` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import mido
from click.testing import CliRunner
from recorded_sets import SCRIPT, SETTINGS, record, write

from bridge.cli import main
from bridge.engine.fake import FakeModel
from bridge.sessions.log import header, line


def test_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write(folder, record(SCRIPT, until=12.0)[0])
    same = CliRunner().invoke(main, ["replay", str(folder)])
    assert same.exit_code == 0 and "0 differ" in same.output
    midi = tmp_path / "other.mid"
    other = CliRunner().invoke(main, ["replay", str(folder), "--with", "mode=harmonize", "--with", "harmonies=1",
                                      "--midi", str(midi)])  # fmt: skip
    assert other.exit_code == 0, other.output
    assert "it would have played 5," in other.output
    machine = mido.MidiFile(midi).tracks[1]
    assert len([message for message in machine if message.type == "note_on"]) == 5
    refused = CliRunner().invoke(main, ["replay", str(folder), "--with", "warmth=1"])
    assert refused.exit_code == 1 and "no parameter 'warmth'" in refused.output


def test_a_log_of_an_empty_session(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    path.write_text("\n".join([json.dumps(header(SETTINGS, FakeModel(), "")), line(["go", 1.0])]))
    assert CliRunner().invoke(main, ["replay", str(path), "--with", "seed=3"]).exit_code == 0
