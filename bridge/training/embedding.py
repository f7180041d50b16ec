"""Learning an ear for likeness: the directions in a model's hidden states that differ between pieces, and not within.

Two phrases of one piece belong together, one of them transposed, at another tempo and with other voices. Along which
directions of the pooled states pieces differ most, measured by how much phrases of one piece differ, is Fisher's linear
discriminant (Bishop, "Pattern Recognition and Machine Learning", 2006, section 4.1.6): one decomposition of two
covariances, no rate and no passes. The network that hears stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch
from bridge.evaluation.chunks import as_written, choose
from bridge.library.phrases import Hearer, hear, phrases_of, pooled
from bridge.training.graphs.builder import GraphBuilder
from bridge.training.variation import transpose
from bridge.vocabulary.codec import DRUMS, VOICES

WIDTH: Final = 64
# The covariance within pieces is taken for so much more certain than it is: a part of its diagonal.
_RIDGE: Final = 0.01
_LEAST: Final = 1e-3  # a spread below which a number says nothing
_SHORTEST: Final = 1e-12
_FEWEST: Final = 2  # phrases of a piece
_PITCHED: Final = np.array([voice for voice in range(len(VOICES)) if voice != DRUMS])

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Projection:
    """Pooled hidden states to vectors: less `mean` float32 [2 H], times `matrix` float32 [2 H, WIDTH], length 1."""

    mean: Rows
    matrix: Rows

    def of(self, pooled: Rows) -> Rows:
        """The vectors of phrases, float32 [N, 2 H] to [N, WIDTH]."""
        rows = (pooled - self.mean) @ self.matrix
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _SHORTEST))


def varied(stretch: Stretch, rng: np.random.Generator) -> Stretch:
    """The same music in another key, at another tempo, perhaps with other voices."""
    out = replace(stretch, pitch=stretch.pitch.copy())
    transpose(out, rng)
    faster = (
        float(rng.choice([0.5, 1.0, 1.0, 2.0])) if not np.isnan(stretch.bar_beat).any() else rng.uniform(0.75, 1.33)
    )
    out = replace(out, onset=out.onset * faster, offset=out.offset * faster)
    if rng.random() < 0.5:
        to = np.arange(len(VOICES))
        to[_PITCHED] = rng.choice(_PITCHED) if rng.random() < 0.5 else rng.permutation(_PITCHED)
        out = replace(out, voice=to[out.voice])
    return out


def collect(
    corpus: Corpus, model: Hearer, count: int, notes: int, tell: Callable[[float], None], seed: int = 0
) -> list[tuple[Rows, Rows]]:
    """Of `count` pieces of the train split, so many notes of each: the phrases as written and varied, pooled."""
    rng = np.random.default_rng(seed)
    found = []
    pieces = [piece for piece in corpus.split("train") if piece.stop - piece.start >= 32]
    chosen = choose(pieces, min(count, len(pieces)), seed)
    for number, piece in enumerate(chosen):
        begin = int(rng.integers(0, max(piece.stop - piece.start - notes, 0) + 1))
        stretch = as_written(corpus, piece, slice(begin, begin + notes))
        spans = phrases_of(stretch)
        if len(spans) >= _FEWEST:
            other = varied(stretch, rng)
            found.append((pooled(hear(model, stretch), spans), pooled(hear(model, other), spans)))
        tell((number + 1) / len(chosen))
    return found


def learn(found: Sequence[tuple[Rows, Rows]]) -> Projection:
    """The projection for pieces given by their phrases as written and varied, pooled [phrases, 2 H] each.

    Raises ValueError for too few pieces.
    """
    if len(found) < 8:
        raise ValueError(f"{len(found)} pieces of two phrases or more are too few to learn from: 8 at least")
    pieces = [np.concatenate(pair).astype(np.float64) for pair in found]
    rows = np.concatenate(pieces)
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST)
    within = np.zeros((len(mean), len(mean)))
    for piece in pieces:
        apart = (piece - piece.mean(axis=0)) / scale
        within += apart.T @ apart
    within /= len(rows) - len(pieces)
    within += np.diag(_RIDGE * np.diag(within) + _LEAST**2)
    count = min(WIDTH, len(mean))
    total = np.cov(((rows - mean) / scale).T)
    # Where what differs within pieces differs by 1 in every direction, the directions of most difference are the ones.
    apart_by_one = np.linalg.inv(np.linalg.cholesky(within))
    _, directions = np.linalg.eigh(apart_by_one @ total @ apart_by_one.T)
    matrix = np.zeros((len(mean), WIDTH))
    matrix[:, :count] = (apart_by_one.T @ directions[:, ::-1][:, :count]) / scale[:, None]
    return Projection(mean.astype(np.float32), matrix.astype(np.float32))


def build_embedding(projection: Projection) -> onnx.ModelProto:
    """`embedding.onnx`: hidden states float32 [T, H] of a phrase to its vector [WIDTH], `pooled` and projected."""
    g = GraphBuilder()
    rows = g.input("hidden", TensorProto.FLOAT, ["T", len(projection.mean) // 2])
    middle = g.op("ReduceMean", rows, g.integers(0), keepdims=1)
    apart = g.op("Sub", rows, middle)
    spread = g.op("Sqrt", g.op("ReduceMean", g.op("Mul", apart, apart), g.integers(0), keepdims=1))
    x = g.op("Concat", middle, spread, axis=1)
    x = g.op("Sub", x, g.constant("mean", projection.mean, np.float32))
    x = g.op("MatMul", x, g.constant("matrix", projection.matrix, np.float32))
    length = g.op("Sqrt", g.op("ReduceSum", g.op("Mul", x, x), g.integers(1), keepdims=1))
    length = g.op("Max", length, g.constant("shortest", _SHORTEST, np.float32))
    unit = g.op("Squeeze", g.op("Div", x, length), g.integers(0))
    g.output(unit, "vector", TensorProto.FLOAT, [WIDTH])
    return g.model("embedding")
