"""`antiphon doctor`, for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import only_models_in

from bridge.bench.live import LiveDaemon, free_port
from bridge.cli import main


def test_a_set_that_plays_is_asked_why_it_may_not_be_heard() -> None:
    with LiveDaemon("--dry", "--mode", "off") as daemon:
        result = CliRunner().invoke(main, ["doctor", "--json", "--osc-port", str(daemon.port)])
        (told,) = json.loads(result.output)["sets"]
        shown = CliRunner().invoke(main, ["doctor", "--osc-port", str(daemon.port)])
    verdicts = {found["subject"]: found["verdict"] for found in told["findings"]}
    assert result.exit_code == shown.exit_code == 1  # it only listens
    assert verdicts["mode"] == "fail" and verdicts["last note in"] == "warn" and verdicts["last error"] == "ok"
    assert told["osc"] == ["127.0.0.1", daemon.port]
    assert "Why do I hear nothing?" in " ".join(shown.output.split()) and "/antiphon/mode respond" in shown.output


def test_doctor_as_json(no_midi: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_models_in(tmp_path, monkeypatch)
    result = CliRunner().invoke(main, ["doctor", "--json", "--osc-port", str(free_port())])
    report = json.loads(result.output)
    assert result.exit_code == 1 and report["playing_possible"] is False
    assert {finding["verdict"] for finding in report["findings"]} <= {"ok", "warn", "fail"}


def test_doctor_for_people(no_midi: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_models_in(tmp_path, monkeypatch)
    result = CliRunner().invoke(main, ["doctor", "--osc-port", str(free_port())])
    assert result.exit_code == 1
    assert "not possible yet" in result.output and "antiphon export" in result.output
