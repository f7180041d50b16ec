"""What fewer bits of weight bring and cost: time and bits per note, measured beside the same network in float32."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bridge.data.corpus import Corpus
from bridge.engine.manifest import Weights
from bridge.engine.model import Model
from bridge.engine.step_timer import measure_step
from bridge.engine.streaming import StreamingModel
from bridge.evaluation.bits import BitsTally
from bridge.evaluation.chunks import Chunk, chunks
from bridge.evaluation.model_predictor import ModelPredictor
from bridge.training import network
from bridge.training.export import export_model
from bridge.vocabulary import codec

_TIMED: Final = 200
_WARM: Final = 20
_UNDISTURBED: Final = 0.2
_PIECES: Final = 12
_NOTES: Final = 100


class Comparison(NamedTuple):
    """Seconds a note takes (hear one, draw one) and bits per note, each of float32 and of `weights`."""

    weights: Weights
    seconds: tuple[float, float]
    bits: tuple[float, float] | None

    def metrics(self) -> dict[str, float]:
        """For a manifest. Seconds are left out: they are of the machine that measured."""
        if self.bits is None:
            return {}
        plain, fewer = self.bits
        return {
            "excerpt_float32_bits_per_note": round(plain, 3),
            f"excerpt_{self.weights}_bits_per_note": round(fewer, 3),
        }

    def __str__(self) -> str:
        plain, fewer = self.seconds
        said = (
            f"{self.weights} on this CPU, one thread: {fewer * 1e3:.2f} ms a note, float32 {plain * 1e3:.2f}: "
            f"{plain / fewer:.2f} times as fast"
        )
        if self.bits is None:
            return f"{said}; bits per note not measured: give --data"
        return f"{said}; {self.bits[1] / self.bits[0] - 1:+.3%} bits per note ({self.bits[1]:.3f}, {self.bits[0]:.3f})"


def compare(model: network.Network, weights: Weights, corpus: Corpus | None) -> Comparison:
    """Export `model` both ways, out of the way, and measure; bits on excerpts of the split `valid` of `corpus`."""
    with tempfile.TemporaryDirectory() as place:
        plain, fewer = (
            StreamingModel.load(export_model(model, Path(place), kind, weights=kind), provider="cpu")
            for kind in ("float32", weights)
        )
    seconds = times(plain, fewer, plain.manifest.window)
    bits = None if corpus is None else (streamed_bits(plain, corpus), streamed_bits(fewer, corpus))
    return Comparison(weights, seconds, bits)


def times(one: Model, other: Model, window: int) -> tuple[float, float]:
    """Seconds a note of each model, their memories of `window` events full.

    In turns, and of each the time that a fifth of the notes kept: other work on the machine, which comes and goes,
    disturbs both alike and little.
    """
    random = np.random.default_rng(0)
    count = window + _WARM + _TIMED
    events = np.stack([random.integers(0, size, count) for size in codec.SIZES], axis=1)
    for model in (one, other):
        model.reset()
        model.feed(events[:window], np.zeros((window, codec.CONTEXT_SIZE), dtype=np.float32))
    turns = [[measure_step(model, events[i : i + 1])[0] for model in (one, other)] for i in range(window, count)]
    first, second = np.quantile(turns[_WARM:], _UNDISTURBED, axis=0).tolist()
    return first, second


def streamed_bits(model: Model, corpus: Corpus) -> float:
    """Bits per note on excerpts of the split `valid`, heard and scored one by one as in live use."""
    pieces = corpus.split("valid")
    tally, predictor = BitsTally(), ModelPredictor(model)
    for piece in pieces[:: max(1, len(pieces) // _PIECES)][:_PIECES]:
        whole = next(chunks(corpus, [piece]), None)
        if whole is not None:
            excerpt = Chunk(
                piece, whole.stretch.reordered(np.arange(len(whole.events))[:_NOTES]), whole.events[:_NOTES]
            )
            tally.add(predictor.nats([excerpt])[0], excerpt.targets)
    return float(tally.nats.sum()) / max(float(tally.counts[0]), 1.0) / math.log(2)
