"""`antiphon embedding`: an ear for likeness, learnt or measured."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("onnx")
pytest.importorskip("torch")

from evaluation_music import line, prepared
from library_ear import some_projection

from bridge.cli import main
from bridge.engine.embedding import Embedding
from bridge.engine.manifest import load_manifest


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return prepared(tmp_path / "data", {"mine": [("train", line([60, 62, 64] * 6)), ("valid", line([60] * 20))]})


def embedding(*words: object) -> Result:
    return CliRunner().invoke(main, ["embedding", *map(str, words)])


def test_it_learns_what_it_heard_and_the_folder_has_an_ear(
    model: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def collect(corpus: object, reader: Any, pieces: int, notes: int, tell: object, seed: int) -> list[object]:
        asked.append((reader.name, pieces, notes, seed))
        return [object()] * 9

    monkeypatch.setattr("bridge.training.embedding.collect", collect)
    monkeypatch.setattr("bridge.training.embedding.learn", lambda lessons: some_projection())
    done = embedding(model, "--data", data, "--pieces", 10, "--notes", 64, "--seed", 4)
    assert done.exit_code == 0, done.output
    assert asked == [("small", 10, 64, 4)] and "learnt from 9 pieces" in done.output
    assert Embedding(load_manifest(model)).width == 64


def test_a_model_without_an_ear_cannot_be_measured(model: Path, data: Path) -> None:
    done = embedding(model, "--data", data, "--measure")
    assert done.exit_code == 1 and "antiphon embedding teaches it" in done.output.replace("\n", " ")


def test_measuring_learns_nothing(model: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(recalls={"embedding": 0.25, "runs of steps": 0.125}, queries=8, phrases=80, pieces=7)
    monkeypatch.setattr("bridge.engine.embedding.Embedding", lambda manifest: object())
    monkeypatch.setattr("bridge.library.retrieval.retrieve", lambda *asked: found)
    monkeypatch.setattr("bridge.training.embedding.collect", lambda *asked: pytest.fail("learnt"))
    done = embedding(model, "--data", data, "--measure", "--split", "test")
    assert "embedding: recall at 10 0.250" in done.output and "runs of steps: recall at 10 0.125" in done.output
    assert "8 phrases looked for among 80 of 7 pieces" in done.output
