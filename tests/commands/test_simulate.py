"""`antiphon simulate`: says what broke, when, and how to play it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.performer.overload import KeepingUp
from bridge.sessions.log import read_log


def test_sets_in_which_all_holds(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["simulate", "--seeds", "3", "--hours", "0.01", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    assert "3" in next(line for line in done.output.splitlines() if line.strip().startswith("all"))


def test_what_broke_is_told_and_can_be_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeepingUp, "lookahead", lambda self, wanted: wanted + 3.0)
    arguments = ["simulate", "--seed", "3", "--seeds", "2", "--hours", "0.02", "--jobs", "1", "--logs", str(tmp_path)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1, done.output
    told = done.output.replace("\n", " ")
    assert "seed 3: plan within lookahead at " in told
    assert "antiphon simulate --seed 3 --hours 0.01" in told
    assert read_log(tmp_path / "seed-3" / "session.jsonl").outputs()
    again = CliRunner().invoke(main, ["simulate", "--seed", "3", "--hours", "0.01", "--logs", str(tmp_path)])
    moment = told.split("plan within lookahead at ")[1].split(" s:")[0]
    assert f"plan within lookahead at {moment} s" in again.output.replace("\n", " ")


def test_a_model_that_is_not_there_is_refused() -> None:
    done = CliRunner().invoke(main, ["simulate", "--model", "nobody"])
    assert done.exit_code == 1
    assert "nobody" in done.output
