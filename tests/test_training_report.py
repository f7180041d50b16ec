"""The report of a run: figures for held-out pieces and a picture."""

import json
from pathlib import Path

from click.testing import CliRunner
from test_training_train import QUIET, TINY, settings
from test_training_train import data as data  # the fixture

from bridge.training.report import main
from bridge.training.train import train


def test_report_writes_figures_and_a_curve(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 20), TINY, QUIET)
    outcome = CliRunner().invoke(main, [str(tmp_path / "run"), str(data)])
    assert outcome.exit_code == 0, outcome.output
    assert "keys" in outcome.output
    result = json.loads((tmp_path / "run" / "evaluation.json").read_text())
    assert result["steps"] == 20 and list(result["bits_per_note"]) == ["valid"]
    assert result["bits_per_note"]["valid"]["unigram"]["all"]["notes"] == 59
    assert (tmp_path / "run" / "loss_curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_folder_without_a_checkpoint_is_refused(data: Path, tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, [str(tmp_path), str(data)])
    assert outcome.exit_code == 1 and "not a checkpoint" in outcome.output
