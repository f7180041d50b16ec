"""A run draws its curve when it ends."""

from pathlib import Path

from tiny_training import QUIET, TINY, settings

from bridge.training.train import train


def test_a_run_leaves_a_curve(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 20), TINY["transformer"], QUIET)
    assert (tmp_path / "run" / "loss_curve.png").read_bytes().startswith(b"\x89PNG")
