"""antiphon index and recommend: from a folder to what fits."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_ear import some_projection
from library_songs import C_MAJOR, make_library, song
from small_networks import export_small

from bridge.cli import main
from bridge.training.embedding import build_embedding
from bridge.training.export import add_embedding


def run(*words: str | Path) -> str:
    return CliRunner().invoke(main, [str(word) for word in words]).output


def test_from_a_folder_to_what_fits(tmp_path: Path) -> None:
    model, library = export_small(tmp_path, "gru"), make_library(tmp_path)
    assert "antiphon embedding teaches it" in run("index", library, "--model", model)
    add_embedding(model, build_embedding(some_projection()).SerializeToString(), 64)
    assert "no index here" in run("recommend", "--library", library, "--model", model, library / "c.mid")
    said = run("index", library, "--model", model)
    assert "4 files heard" in said and "broken.mid: left out" in said
    asked = ["recommend", "--library", library, "--model", model]
    played = song(tmp_path / "played.mid", C_MAJOR)
    said = run(*asked, played)
    assert "c.mid" in said and "g.mid" in said and "alike" in said
    assert "│ c.mid" not in run(*asked, library / "c.mid")
    assert "liked; your taste" in run(*asked, "--like", "0")
    assert "not in the index" in run(*asked, "--skip", "999")
    assert "forgotten" in run(*asked, "--forget")
    assert not (library / ".antiphon" / "preferences.json").exists()
