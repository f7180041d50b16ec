"""Which model a set with a library plays with, and what is refused before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_ear import indexed_library
from small_networks import export_small

from bridge.commands import live_library
from bridge.commands.live_library import model_of_library
from bridge.commands.options import AUTO_MODEL
from bridge.library.store import IndexRefused


def test_the_model_whose_ear_made_the_index_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, library = indexed_library(tmp_path)
    assert model_of_library(library, str(model)) == str(model)
    (tmp_path / "deaf").mkdir()
    with pytest.raises(ValueError, match="antiphon embedding teaches it one"):
        model_of_library(library, str(export_small(tmp_path / "deaf", "gru")))
    with pytest.raises(IndexRefused, match="another model; antiphon index FOLDER --anew"):
        model_of_library(library, "duo")
    with pytest.raises(IndexRefused, match="another model"):
        model_of_library(library, AUTO_MODEL)
    monkeypatch.setattr(live_library, "TWINS", ("duo",))
    with pytest.raises(IndexRefused, match="make one with antiphon index"):
        model_of_library(tmp_path, AUTO_MODEL)
