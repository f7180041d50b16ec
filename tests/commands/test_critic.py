"""`antiphon critic`: what is learnt is written into the model's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("onnx")
pytest.importorskip("torch")
pytest.importorskip("sklearn")

import numpy as np
from evaluation_music import line, prepared
from sklearn.ensemble import HistGradientBoostingClassifier

from bridge.cli import main
from bridge.engine.critic import load_critic
from bridge.engine.manifest import load_manifest
from bridge.evaluation.bootstrap import Interval
from bridge.performer.phrase_features import FEATURES
from bridge.training.critic import Learnt, forest_graph


def critic(*words: object) -> Result:
    return CliRunner().invoke(main, ["critic", *map(str, words)])


def test_a_folder_has_what_was_learnt_from_the_pieces_that_were_not_left_out(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = prepared(tmp_path / "data", {name: [("train", line([60, 62, 64] * 6))] for name in ("mine", "theirs")})
    rows = np.random.default_rng(0).normal(size=(60, len(FEATURES))).astype(np.float32)
    forest = HistGradientBoostingClassifier(max_iter=3, random_state=0).fit(rows, rows[:, 0] > 0)
    asked = []

    def learn(corpus: Any, loaded: Any, tell: object, *, count: int, seed: int) -> Learnt:
        asked.append(([piece.source for piece in corpus.split("train")], loaded.name, count, seed))
        return Learnt(forest_graph(forest, len(FEATURES)), {"wrong key": Interval(0.9, 0.85, 0.95)}, 12)

    monkeypatch.setattr("bridge.training.critic.learn_critic", learn)
    done = critic(model, "--data", data, "--phrases", 60, "--seed", 3, "--leave-out", "theirs")
    assert done.exit_code == 0, done.output
    assert asked == [(["mine"], "small", 60, 3)]
    assert "human against wrong key: 0.90 (0.85 to 0.95)" in done.output and "from 12 pieces" in done.output
    manifest = load_manifest(model)
    assert manifest.critic is not None
    scorer = load_critic(manifest)
    assert scorer.score(rows).shape == (60,)


def test_a_model_or_data_that_are_not_there_are_named(model: Path, tmp_path: Path) -> None:
    for words, message in (
        ((tmp_path / "nowhere", "--data", tmp_path), "nowhere"),
        ((model, "--data", tmp_path / "gone"), "gone"),
    ):
        done = critic(*words)
        assert done.exit_code == 1 and message in done.output.replace("\n", "")
    assert critic(model).exit_code == 2
