"""What `antiphon export` says in the end can be typed."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from engine_models import write_model

from bridge.commands.export import _called


def test_a_model_is_called_by_its_name_where_it_is_found_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = write_model(tmp_path / "models" / "mine", "gru")
    other = write_model(tmp_path / "elsewhere" / "mine", "gru")
    monkeypatch.setenv("ANTIPHON_MODELS", str(tmp_path / "models"))
    assert _called(found, "mine") == "mine"
    assert _called(other, "mine") == str(other)
    monkeypatch.delenv("ANTIPHON_MODELS")
    monkeypatch.chdir(tmp_path)
    assert _called(Path("models/mine"), "mine") == "models/mine"
