"""`antiphon bench`: what it measures, and what it says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.bench import machine
from bridge.bench.registry import MEASUREMENTS
from bridge.bench.result import Result
from bridge.cli import main


def small_model(folder: Path) -> Path:
    pytest.importorskip("onnx")
    from engine_models import write_model

    return write_model(folder / "small")


def test_the_command_knows_its_measurements() -> None:
    told = CliRunner().invoke(main, ["bench", "--help"]).output
    assert all(name in told for name in MEASUREMENTS)
    assert [line.split()[1] for line in told.splitlines() if line.strip().startswith("* ")] == [
        name for name, measurement in MEASUREMENTS.items() if measurement.quick
    ]
    refused = CliRunner().invoke(main, ["bench", "speed"])
    assert refused.exit_code == 2 and "no measurement 'speed'" in refused.output


def test_the_command_writes_json(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    result = CliRunner().invoke(
        main, ["bench", "streaming", "--quick", "--model", str(small_model(tmp_path)), "--json", str(out)]
    )
    assert result.exit_code == 0, result.output
    report = json.loads(out.read_text())
    assert report["quick"] is True
    assert report["machine"]["cores"] == machine.cores() and report["machine"]["model_sha256"]
    assert [entry["name"] for entry in report["results"]] == ["streaming"]
    assert "met" in result.output


def test_quick_without_names_takes_what_fits_into_two_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def measure(name: str, *_: object) -> Result:
        taken.append(name)
        return Result(name)

    monkeypatch.setattr("bridge.bench.supervised.measure", measure)
    assert CliRunner().invoke(main, ["bench", "--quick"]).exit_code == 0
    assert taken == [name for name, measurement in MEASUREMENTS.items() if measurement.quick] != []
    taken.clear()
    CliRunner().invoke(main, ["bench", "--quick", "memory"])
    assert taken == ["memory"]
    taken.clear()
    CliRunner().invoke(main, ["bench"])
    assert taken == list(MEASUREMENTS)


def test_a_measurement_that_fails_is_no_success(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["bench", "step", "--model", str(tmp_path)])
    assert result.exit_code == 1 and "failed" in result.output


def test_a_measurement_this_machine_cannot_take_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(main, ["bench", "harmonize"])
    assert result.exit_code == 0 and "skipped" in result.output
