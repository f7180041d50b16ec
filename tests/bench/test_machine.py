"""What a figure was measured on."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import pytest
from measuring import small_model

from bridge import __version__
from bridge.bench import machine


def test_facts_are_of_this_machine_and_of_the_model(tmp_path: Path) -> None:
    folder = small_model(tmp_path)
    told = machine.facts(str(folder))
    assert json.loads(json.dumps(told)) == told
    assert told["antiphon"] == __version__ and told["python"] == platform.python_version()
    assert 1 <= told["cores"] <= (os.cpu_count() or 1)
    assert told["model_family"] == "transformer" and len(told["model_sha256"]) == 64
    assert "model_problem" not in told


def test_a_model_that_is_not_there_is_told_and_the_machine_all_the_same(tmp_path: Path) -> None:
    told = machine.facts(str(tmp_path))
    assert "manifest.json" in told["model_problem"] and told["cpu"]
    assert "model_family" not in told


def test_a_system_that_does_not_name_its_processor_is_asked_for_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, **_: object) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", refused)
    assert machine.cpu_name() == (platform.processor() or platform.machine())


def test_nobody_tells_the_load_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (1.234, 0.0, 0.0), raising=False)
    assert machine.load() == 1.23
    monkeypatch.delattr(os, "getloadavg")
    assert machine.load() is None
