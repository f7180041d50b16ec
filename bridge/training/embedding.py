"""Learning an ear for likeness: a small head over a model's hidden states that puts the phrases of one piece together.

Two phrases of one piece belong together, one of them transposed, at another tempo and with other voices; phrases of
different pieces do not. The loss is InfoNCE (van den Oord, Li and Vinyals 2018, arXiv:1807.03748) in both directions;
the network that hears stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch
from bridge.evaluation.chunks import as_written, choose
from bridge.library.phrases import Hearer, hear, phrases_of, pooled
from bridge.training.graphs.builder import GraphBuilder
from bridge.training.variation import transpose
from bridge.vocabulary.codec import DRUMS, VOICES

WIDTH: Final = 64
_INNER: Final = 256
_TEMPERATURE: Final = 0.07
_STEPS: Final = 1500
_BATCH: Final = 192  # pieces
_RATE: Final = 2e-3
_DECAY: Final = 1e-2
_DROPOUT: Final = 0.1
_FEWEST: Final = 2  # phrases of a piece
_PITCHED: Final = np.array([voice for voice in range(len(VOICES)) if voice != DRUMS])

Rows = npt.NDArray[np.float32]


class EmbeddingHead(nn.Module):
    """Pooled hidden states [N, 2 H] to unit vectors [N, WIDTH]."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.mean: Tensor
        self.scale: Tensor
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("scale", torch.ones(inputs))
        self.inner = nn.Linear(inputs, _INNER)
        self.outer = nn.Linear(_INNER, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """Unit vectors."""
        x = (x - self.mean) / self.scale
        x = F.dropout(F.gelu(self.inner(x)), _DROPOUT, self.training)
        return F.normalize(self.outer(x), dim=-1)


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


def learn(found: list[tuple[Rows, Rows]], tell: Callable[[float], None], seed: int = 0) -> EmbeddingHead:
    """Teach a head. Raises ValueError for too few pieces."""
    if len(found) < 8:
        raise ValueError(f"{len(found)} pieces of two phrases or more are too few to learn from: 8 at least")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows = torch.from_numpy(np.concatenate([part for pair in found for part in pair]))
    head = EmbeddingHead(rows.shape[1])
    head.mean.copy_(rows.mean(dim=0))
    head.scale.copy_(rows.std(dim=0).clamp_min(1e-3))
    optimizer = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _STEPS)
    for step in range(_STEPS):
        places = rng.choice(len(found), min(_BATCH, len(found)), replace=False)
        first, second = [], []
        for place in places.tolist():
            one, other = found[place]
            a, b = rng.choice(len(one), 2, replace=False)
            first.append(one[a])
            second.append(other[b])
        x, y = (head(torch.from_numpy(np.stack(part))) for part in (first, second))
        likeness = x @ y.T / _TEMPERATURE
        truth = torch.arange(len(places))
        loss = F.cross_entropy(likeness, truth) + F.cross_entropy(likeness.T, truth)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        tell((step + 1) / _STEPS)
    return head.eval()


def build_embedding(head: EmbeddingHead, hidden: int) -> onnx.ModelProto:
    """`embedding.onnx`: hidden states float32 [T, H] of a phrase to its vector [WIDTH], as `pooled` and the head."""
    g = GraphBuilder()
    rows = g.input("hidden", TensorProto.FLOAT, ["T", hidden])
    middle = g.op("ReduceMean", rows, g.integers(0), keepdims=1)
    apart = g.op("Sub", rows, middle)
    spread = g.op("Sqrt", g.op("ReduceMean", g.op("Mul", apart, apart), g.integers(0), keepdims=1))
    x = g.op("Concat", middle, spread, axis=1)
    weights = {name: value.detach().numpy() for name, value in head.state_dict().items()}
    x = g.op("Sub", x, g.constant("mean", weights["mean"], np.float32))
    x = g.op("Div", x, g.constant("scale", weights["scale"], np.float32))
    for name in ("inner", "outer"):
        x = g.op("MatMul", x, g.constant(f"{name}.weight", weights[f"{name}.weight"].T, np.float32))
        x = g.op("Add", x, g.constant(f"{name}.bias", weights[f"{name}.bias"], np.float32))
        if name == "inner":
            x = g.op("Gelu", x)
    length = g.op("Sqrt", g.op("ReduceSum", g.op("Mul", x, x), g.integers(1), keepdims=1))
    length = g.op("Max", length, g.constant("shortest", 1e-12, np.float32))
    unit = g.op("Squeeze", g.op("Div", x, length), g.integers(0))
    g.output(unit, "vector", TensorProto.FLOAT, [WIDTH])
    return g.model("embedding")
