"""The exported ear is the head that was learnt, and what it learns tells pieces apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from engine_models import change_manifest
from evaluation_music import line, stretch
from library_ear import some_projection
from small_networks import WIDTH as HIDDEN
from small_networks import export_small

from bridge.engine.embedding import Embedding
from bridge.engine.errors import ModelError
from bridge.engine.manifest import load_manifest
from bridge.library.phrases import Span, pooled
from bridge.system.plain_files import write_plain
from bridge.training import embedding, export
from bridge.training.export import add_embedding


def lessons(count: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pieces whose phrases are alike but for noise, in pooled numbers."""
    out = []
    for _ in range(count):
        middle = rng.normal(size=2 * HIDDEN)
        out.append(tuple((middle + rng.normal(size=(4, 2 * HIDDEN))).astype(np.float32) for _ in range(2)))
    return out


class Killed(BaseException):
    """The program is gone, without a chance to tidy up."""


def killed_at(moment: int) -> Callable[[Path, bytes | str], None]:
    """Writes files until it is killed: by an even `moment` before a file is written, by an odd one after it."""
    left = iter(range(moment // 2))

    def write(path: Path, data: bytes | str) -> None:
        last = next(left, None) is None
        if not last or moment % 2:
            write_plain(path, data)
        if last:
            raise Killed

    return write


def test_an_ear_that_takes_the_place_of_another_is_whole_whenever_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export_small(tmp_path, "gru")
    graphs = [embedding.build_embedding(some_projection(seed)).SerializeToString() for seed in range(3)]
    add_embedding(folder, graphs[0], embedding.WIDTH)
    for before, graph in pairwise(graphs):
        for moment in range(4):  # two files are written
            with monkeypatch.context() as patch, pytest.raises(Killed):
                patch.setattr(export, "write_plain", killed_at(moment))
                add_embedding(folder, graph, embedding.WIDTH)
            manifest = load_manifest(folder)
            Embedding(manifest)
            assert manifest.embedding is not None
            is_new = moment == 3  # the manifest was there
            assert manifest.embedding.graph.sha256 == hashlib.sha256(graph if is_new else before).hexdigest()
        add_embedding(folder, graph, embedding.WIDTH)
        Embedding(load_manifest(folder))


def test_it_learns_and_is_exported_as_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    projection = embedding.learn(lessons(40, rng))
    folder = export_small(tmp_path)
    before = load_manifest(folder)
    with pytest.raises(ValueError, match="antiphon embedding teaches it"):
        Embedding(before)
    graph = embedding.build_embedding(projection).SerializeToString()
    add_embedding(folder, graph, embedding.WIDTH)
    manifest = load_manifest(folder)
    assert manifest.digest == before.digest
    ear = Embedding(manifest)
    for length in (1, 2, 9):
        hidden = rng.normal(size=(length, HIDDEN)).astype(np.float32)
        np.testing.assert_allclose(ear.of(hidden), projection.of(pooled(hidden, [Span(0, length)]))[0], atol=1e-5)
    with pytest.raises(ValueError, match="T above 0"):
        ear.of(np.zeros((0, HIDDEN), np.float32))
    new = lessons(20, rng)
    first, second = (projection.of(np.stack([pair[side][0] for pair in new])) for side in (0, 1))
    found = (first @ second.T).argmax(axis=1) == np.arange(20)
    assert found.mean() >= 0.8  # by chance 0.05
    change_manifest(folder, embedding={"file": "embedding.onnx", "sha256": manifest.embedding.graph.sha256, "width": 3})
    with pytest.raises(ModelError, match="vector"):
        Embedding(load_manifest(folder))


def test_what_differs_within_pieces_counts_for_little() -> None:
    rng = np.random.default_rng(2)
    noisy = np.where(np.arange(8) < 4, 10.0, 0.1)  # within a piece; between pieces all eight differ alike
    pieces = []
    for _ in range(60):
        middle = rng.normal(size=8)
        pieces.append(tuple((middle + noisy * rng.normal(size=(4, 8))).astype(np.float32) for _ in range(2)))
    matrix = embedding.learn(pieces).matrix
    assert matrix.shape == (8, embedding.WIDTH) and not matrix[:, 8:].any()
    assert np.abs(matrix[4:, :4]).max() > 20 * np.abs(matrix[:4, :4]).max()


def test_too_few_pieces_are_refused() -> None:
    with pytest.raises(ValueError, match="too few to learn from"):
        embedding.learn(lessons(3, np.random.default_rng(0)))


def test_variations_are_of_the_same_notes() -> None:
    music = stretch(line([60, 64, 67, 72] * 4))
    rng = np.random.default_rng(1)
    for _ in range(10):
        other = embedding.varied(music, rng)
        assert len(set((other.pitch - music.pitch).tolist())) == 1
        np.testing.assert_allclose(np.diff(other.onset) / np.diff(music.onset), other.onset[1] / music.onset[1])
