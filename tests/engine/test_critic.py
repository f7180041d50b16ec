"""The critic of a folder: loaded, scored, refused where it breaks its word."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from engine_graphs import graph
from engine_models import change_manifest, load, write_model

from bridge.engine.errors import ModelError
from bridge.engine.fake import FakeModel

NAMES = ("motif", "leap", "ending")
WEIGHTS = np.array([[1.0], [-0.5], [2.0]], dtype=np.float32)


def critic(weights: np.ndarray = WEIGHTS, before: str = "", output: str = "score") -> bytes:
    text = f"""critic (float[N,{len(weights)}] features) => (float[N] {output}) {{
    {before}
    column = MatMul ({"bent" if before else "features"}, weights)
    {output} = Squeeze (column, last)
    }}"""
    data: bytes = graph(text, {"weights": weights, "last": np.array([1])}).SerializeToString()
    return data


def give(folder: Path, data: bytes, features: Sequence[Any] = NAMES) -> None:
    (folder / "critic.onnx").write_bytes(data)
    entry = {"file": "critic.onnx", "sha256": hashlib.sha256(data).hexdigest(), "features": list(features)}
    change_manifest(folder, critic=entry)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "small")


def test_a_folder_without_one_has_none(folder: Path) -> None:
    assert load(folder).critic is None
    assert FakeModel().critic is None


def test_it_scores_each_candidate(folder: Path) -> None:
    plain = load(folder).manifest.digest
    give(folder, critic())
    model = load(folder)
    assert model.critic is not None and model.critic.features == NAMES
    assert model.manifest.digest != plain
    features = np.random.default_rng(0).random((130, 3), dtype=np.float32)
    for count in (0, 1, 5, 130):
        expected = (features[:count] @ WEIGHTS)[:, 0]
        np.testing.assert_allclose(model.critic.score(features[:count]), expected, rtol=1e-5)


def test_features_that_do_not_fit_are_refused(folder: Path) -> None:
    give(folder, critic())
    judge = load(folder).critic
    assert judge is not None
    with pytest.raises(ValueError, match=r"features are float32\[2, 4\]: float32 \[N, 3\]"):
        judge.score(np.zeros((2, 4), dtype=np.float32))
    with pytest.raises(ValueError, match="features are float64"):
        judge.score(np.zeros((2, 3)))  # type: ignore[arg-type]
    broken = np.zeros((2, 3), dtype=np.float32)
    broken[1, 2] = np.nan
    with pytest.raises(ValueError, match="feature ending of candidate 1 is nan"):
        judge.score(broken)


@pytest.mark.parametrize(
    ("data", "features", "message"),
    [
        (critic(), NAMES[:2], r"critic.onnx: input 'features' is .*the contract says tensor\(float\) \['T', 2\]"),
        (critic(output="odds"), NAMES, "output 'odds' is not in the contract"),
        (critic(), [], r"critic.features are \[\]: one or more names"),
        (critic(), ["motif", "motif", "leap"], "critic.features name one twice"),
        (critic(), ["motif", 3, "leap"], "critic.features are .*names are needed"),
        (critic(before="bent = Log (features)"), NAMES, "its critic scores .*export it again"),
        (b"no graph", NAMES, "refuses it"),
    ],
)
def test_a_broken_critic_is_refused(folder: Path, data: bytes, features: Sequence[Any], message: str) -> None:
    give(folder, data, features)
    with pytest.raises(ModelError, match=message):
        load(folder)


def test_a_changed_critic_is_refused(folder: Path) -> None:
    give(folder, critic())
    (folder / "critic.onnx").write_bytes(critic(2 * WEIGHTS))
    with pytest.raises(ModelError, match="sha256"):
        load(folder)


def test_an_exported_model_is_given_a_critic_and_keeps_it(folder: Path) -> None:
    pytest.importorskip("torch")
    from bridge.training.export import _carry_over, add_critic

    add_critic(folder, critic(), NAMES)
    add_critic(folder, critic(3 * WEIGHTS), NAMES)
    assert len(list(folder.glob("critic*.onnx"))) == 1
    judge = load(folder).critic
    assert judge is not None
    assert judge.score(np.ones((1, 3), dtype=np.float32)).tolist() == [7.5]
    with pytest.raises(ModelError, match="refuses it"):
        add_critic(folder, b"no graph", NAMES)
    assert load(folder).critic is not None and len(list(folder.glob("critic*.onnx"))) == 1

    again = write_model(folder.parent / "again")
    _carry_over(folder, again)
    kept = load(again).critic
    assert kept is not None and kept.features == NAMES
