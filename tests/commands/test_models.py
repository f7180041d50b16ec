"""`antiphon models`: which can play, and which is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_models import change_manifest, write_model
from typed import run


def test_models_says_what_each_is_and_which_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "small", "gru")
    change_manifest(write_model(tmp_path / "odd"), rewind=20_000_000)
    monkeypatch.setattr("bridge.engine.folders.search_folders", lambda: [tmp_path])
    out = run("models", width=200)
    (row,) = (line for line in out.splitlines() if "small" in line and "│" in line)
    assert "gru" in row and "float32" in row and "all, ever fainter" in row and "MB" in row
    assert "odd: " in out and "rewind is 20000000" in " ".join(out.split())


def test_models_without_any_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.engine.folders.search_folders", lambda: [tmp_path])
    assert "ANTIPHON_MODELS names more folders" in run("models", code=1)
