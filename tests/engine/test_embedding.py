"""A phrase's vector, and folders that cannot make one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from engine_models import change_manifest
from library_ear import some_projection
from small_networks import WIDTH, export_small

from bridge.engine.embedding import Embedding
from bridge.engine.errors import ModelError
from bridge.engine.manifest import load_manifest
from bridge.training.embedding import build_embedding
from bridge.training.export import add_embedding


def test_vectors_have_length_one_and_others_are_refused(tmp_path: Path) -> None:
    folder = export_small(tmp_path, "gru")
    with pytest.raises(ValueError, match="antiphon embedding teaches it"):
        Embedding(load_manifest(folder))
    add_embedding(folder, build_embedding(some_projection()).SerializeToString(), 64)
    ear = Embedding(load_manifest(folder))
    hidden = np.random.default_rng(0).normal(size=(5, WIDTH)).astype(np.float32)
    assert np.linalg.norm(ear.of(hidden)) == pytest.approx(1.0)
    assert ear.of(hidden[:1]).shape == (64,)
    with pytest.raises(ValueError, match="T above 0"):
        ear.of(hidden[:0])
    (folder / "embedding.onnx").write_bytes(b"another")
    with pytest.raises(ModelError, match="sha256"):
        Embedding(load_manifest(folder))
    change_manifest(folder, embedding={"file": "embedding.onnx"})
    with pytest.raises(ModelError, match="embedding"):
        load_manifest(folder)
