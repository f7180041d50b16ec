"""A run draws its curve when it ends."""

from pathlib import Path

from test_training_train import QUIET, TINY, settings
from test_training_train import data as data  # the fixture

from bridge.training.train import train


def test_a_run_leaves_a_curve(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 20), TINY, QUIET)
    assert (tmp_path / "run" / "loss_curve.png").read_bytes().startswith(b"\x89PNG")
