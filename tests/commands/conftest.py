"""What several commands are tried on."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a small network, taken as it is: trying it out first takes a process of its own."""
    pytest.importorskip("onnx")
    pytest.importorskip("torch")
    from small_networks import export_small

    monkeypatch.setattr("bridge.live.model_trial.try_folder", lambda folder, provider: None)
    return export_small(tmp_path, "gru")
