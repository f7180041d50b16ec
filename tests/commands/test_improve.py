"""`antiphon improve` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx")

from click.testing import CliRunner
from small_networks import export_small
from training_corpus import write_corpus

from bridge.commands.improve import command
from bridge.data.corpus import Corpus


def test_answers_are_written_that_a_configuration_can_name(tmp_path: Path) -> None:
    phrases = [(6.0 * p + i / 2, 0.5, 0, 60 + (p + i) % 12, 70) for p in range(30) for i in range(8)]
    data = write_corpus(tmp_path / "data", [("songs", "train", phrases)])
    arguments = [str(export_small(tmp_path)), "--data", str(data), "-o", str(tmp_path / "answers"),
                 "--phrases", "4", "--answers", "2"]  # fmt: skip
    outcome = CliRunner().invoke(command, arguments)
    assert outcome.exit_code == 0, outcome.output
    assert "the first scored" in outcome.output
    assert all(piece.heard for piece in Corpus(tmp_path / "answers").split("train"))


def test_errors_are_sentences(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(command, ["nobody", "--data", str(tmp_path), "-o", str(tmp_path / "answers")])
    assert outcome.exit_code == 1 and "nobody" in outcome.output
