"""Where things lie, for whatever folder a test stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"


def only_models_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have models be looked for there, and nowhere else."""
    monkeypatch.setattr("bridge.engine.folders.search_folders", lambda: [folder])
