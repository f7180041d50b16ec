"""`antiphon train` from the command line."""

from pathlib import Path

from click.testing import CliRunner
from tiny_training import logged

from bridge.commands.train import command
from bridge.training import checkpoint
from bridge.training.families.transformer import TransformerConfig

SMALL = ["--set", "network.width=32", "--set", "network.layers=1", "--set", "network.head_dim=8",
         "--set", "length=32", "--set", "batch=1"]  # fmt: skip


def test_a_shipped_configuration_is_trained(data: Path, tmp_path: Path) -> None:
    arguments = ["tiny", "--data", str(data), "--out", str(tmp_path / "run"), "--steps", "2", *SMALL]
    outcome = CliRunner().invoke(command, arguments)
    assert outcome.exit_code == 0, outcome.output
    model, _, progress = checkpoint.load(tmp_path / "run" / "checkpoint")
    expected = TransformerConfig(32, 1, 4, 2, 8, 256, 128)
    assert (model.config, progress.step) == (expected, 2)
    assert logged(tmp_path / "run", "start")[0]["settings"]["length"] == 32


def test_errors_are_sentences(data: Path, tmp_path: Path) -> None:
    def error(*arguments: str) -> str:
        outcome = CliRunner().invoke(command, list(arguments))
        assert outcome.exit_code == 1, outcome.output
        return outcome.output

    here = ("--data", str(tmp_path), "--out", str(tmp_path / "run"))
    assert "there are" in error("nothing") or "configurations" in error("nothing")
    assert "does not say data" in error("tiny")
    assert "antiphon prepare" in error("tiny", *here)
    assert "write NAME=VALUE" in error("tiny", *here, "--set", "batch")
    assert "did you mean 'batch'" in error("tiny", *here, "--set", "bach=3")
    assert "it must be int" in error("tiny", *here, "--set", "batch=six")
    assert "split 'train' is empty" in error("tiny", "--data", str(data), "--out", str(tmp_path), "--leave-out", "mine")
