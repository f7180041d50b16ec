"""antiphon explain: a note of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_songs import C_MAJOR, song
from small_networks import export_small

from bridge.cli import main


def test_a_note_of_a_file_is_explained(tmp_path: Path) -> None:
    model, piece = export_small(tmp_path), song(tmp_path / "c.mid", C_MAJOR)
    run = ["explain", str(piece), "--model", str(model)]
    done = CliRunner().invoke(main, [*run, "--note", "12", "--picture", str(tmp_path / "a.png")])
    assert done.exit_code == 0, done.output
    assert "F4 in keys" in done.output and "as a pitch it had" in done.output
    assert (tmp_path / "a.png").stat().st_size > 10_000
    assert "16 notes" in CliRunner().invoke(main, run).output
    assert "has no note 99" in CliRunner().invoke(main, [*run, "--note", "99"]).output
    assert "give a session or a file" in CliRunner().invoke(main, ["explain"]).output
