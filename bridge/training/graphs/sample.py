"""`sample.onnx`: from hidden states to one event each, each field given those before it. The same for all families.

N candidates are drawn at once, each with G guides: one, or one without and one with its controls, whose difference is
emphasised. Everything that a later field needs of an earlier one's choice is looked up when that choice is made.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from bridge.engine.manifest import Weights
from bridge.training.families import Config
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.parameters import Parameters
from bridge.training.graphs.past import GraphPast
from bridge.training.network import DRUM_OFFSET, EMPHASIS, GUIDE_OFFSETS
from bridge.training.recalling import COUNTED, SOURCES, STEPS
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZE

_COUNT: Final = len(codec.FIELDS)


def build_sample(parameters: Parameters, config: Config, weights: Weights = "float32") -> onnx.ModelProto:
    """Hidden state, what is told, constraints, guides, known classes and random numbers in, events and logits out."""
    return _Sample(parameters, config, weights).build()


class _Sample:
    """The graph while it is built: `taken` are the classes so far, int64 [N, 1] each."""

    def __init__(self, parameters: Parameters, config: Config, weights: Weights) -> None:
        self.g = LayerBuilder(parameters, weights)
        self.config = config
        self.taken: dict[str, str] = {}

    def build(self) -> onnx.ModelProto:
        g = self.g
        h = g.inward(g.input("hidden", TensorProto.FLOAT, ["N", self.config.width]))
        past = GraphPast(g) if self.config.echo else None
        uniform, temperature, top_p = (
            self._split(name, TensorProto.FLOAT) for name in ("uniform", "temperature", "top_p")
        )
        masks = self._masks()
        h, self.mix = self._guided(h)
        given = g.input("given", TensorProto.INT64, ["N", _COUNT])
        known = self._parts(g.op("GreaterOrEqual", given, g.integers(0)))
        givens = self._parts(given)
        self.never = g.constant("never", -np.inf, np.float32)
        by_voice: dict[str, str] = {}
        every_masked = []
        for i, name in enumerate(codec.FIELDS):
            read = None if past is None else past.read(name, by_voice)
            h = h if read is None else g.op("Add", h, read)
            logits = self._logits(h, name, past, by_voice)
            mask = masks[name]
            if name == "pitch":
                mask = g.op("GatherND", mask, self.taken["voice"], batch_dims=1)
            masked = g.op("Where", mask, logits, self.never)
            every_masked.append(masked)
            drawn = self._draw(masked, codec.SIZES[i], uniform[i], temperature[i], top_p[i])
            self.taken[name] = g.op("Where", known[i], givens[i], drawn)
            if i == _COUNT - 1:
                break
            if past is not None:
                past.take(name, self.taken)
                by_voice = past.by_voice(self.taken["voice"]) if name == "voice" else by_voice
            h = g.op("Add", h, self._embedding(name))
        event = g.op("Concat", *(self.taken[name] for name in codec.FIELDS), axis=1)
        g.output(event, "event", TensorProto.INT64, ["N", _COUNT])
        logits = g.op("Concat", *every_masked, axis=1)
        g.output(logits, "logits", TensorProto.FLOAT, ["N", sum(codec.SIZES)])
        return g.model("sample")

    def _split(self, name: str, dtype: int) -> list[str]:
        """Declare an input of one number for each field; its parts, [N, 1] each."""
        return self._parts(self.g.input(name, dtype, ["N", _COUNT]))

    def _parts(self, value: str) -> list[str]:
        return self.g.ops("Split", _COUNT, value, axis=1, num_outputs=_COUNT)

    def _masks(self) -> dict[str, str]:
        """Declare the inputs that say which classes are allowed."""
        masks = {}
        for name, size in zip(codec.FIELDS, codec.SIZES, strict=True):
            shape: list[int | str] = ["N", codec.SIZES[1], size] if name == "pitch" else ["N", size]
            masks[name] = self.g.input(f"{name}_mask", TensorProto.BOOL, shape)
        return masks

    def _guided(self, h: str) -> tuple[str, str]:
        """Declare the input `guide` and take it in, as `bridge.training.network.Head.guided` does: [N, G, width].

        And how the G logits are mixed, float32 [G]: as `network.Head.emphasised`.
        """
        g = self.g
        guide = g.input("guide", TensorProto.INT64, ["N", "G", GUIDE_SIZE])
        rows = g.op("Add", guide, g.constant("head.guide.offsets", GUIDE_OFFSETS, np.int64))
        said = g.op("ReduceSum", g.op("Gather", g.table("head.guide.weight"), rows, axis=0), g.integers(2), keepdims=0)
        h = g.op("Add", g.op("Unsqueeze", h, g.integers(1)), said)
        inner = g.op("Gelu", g.linear(g.norm(h, "head.mix_norm", self.config.norm_epsilon), "head.mix_up"))
        count = g.op("Shape", guide, start=1, end=2)
        weights = g.constant("head.emphasis", [1.0, 1.0 - EMPHASIS, EMPHASIS], np.float32)
        first = g.op("Sub", count, g.integers(1))  # one guide: [1]; two: what is behind it
        mix = g.op("Slice", weights, first, g.op("Add", first, count))
        return g.op("Add", h, g.linear(inner, "head.mix_down")), mix

    def _logits(self, h: str, field: str, past: GraphPast | None, by_voice: dict[str, str]) -> str:
        """Logits of a field, float32 [N, n], whatever the weights, and so is all that follows them."""
        g = self.g
        normed = g.norm(h, f"head.norms.{field}", self.config.norm_epsilon)
        size = codec.SIZES[codec.FIELDS.index(field)]
        if past is None:
            inner = g.op("Gelu", g.linear(normed, f"head.inner.{field}"))
            return self._mixed(g.linear(inner, f"head.outer.{field}"))
        heard = [f"head.copy.listen.{field}"]
        heard += [f"head.recall.listen.{field}"] if field in SOURCES else []
        boost = past.boost(field)
        favours = field in COUNTED
        heard += [f"head.recall.favour.{field}"] if favours else []
        listens = sum(len(g.parameters[f"{name}.weight"]) for name in heard)
        together = g.linear(normed, f"head.inner.{field}", *heard)
        inner, listened = g.ops("Split", 2, together, g.integers(self.config.width, listens), axis=2)
        inner, listened = g.op("Gelu", inner), self._mixed(listened)
        matrices = [f"head.outer.{field}", *(["head.recall.step"] if field == "pitch" else [])]
        every = [g.parameters[f"{name}.weight"] for name in matrices]
        bias = g.parameters[f"head.outer.{field}.bias"]
        steps_without = np.zeros(sum(map(len, every)) - size, np.float32)
        name = g.numbers(f"head.outer.{field}.bias", np.concatenate([bias, steps_without]))
        logits = self._mixed(g.product(inner, matrices, np.concatenate(every), name))
        if field == "pitch":
            logits, steps = g.ops("Split", 2, logits, g.integers(size, STEPS), axis=1)
            logits = past.step(logits, steps, by_voice)
        if favours:
            listened, favour = g.ops("Split", 2, listened, g.integers(listens - 1, 1), axis=1)
            logits = past.counted(logits, favour, field)
        return past.copied(logits, listened, boost)

    def _mixed(self, every: str) -> str:
        """[N, G, n] to float32 [N, n]: emphasised where there are two guides."""
        return self.g.op("MatMul", self.mix, self.g.outward(every))

    def _embedding(self, field: str) -> str:
        """The taken class's row, [N, 1, width]; drum pitches have rows of their own."""
        g, row = self.g, self.taken[field]
        if field == "pitch":
            offsets = [DRUM_OFFSET * (voice == codec.DRUMS) for voice in range(codec.SIZES[1])]
            table = g.constant("head.drum_offsets", offsets, np.int64)
            row = g.op("Add", row, g.op("Gather", table, self.taken["voice"], axis=0))
        return g.op("Gather", g.table(f"head.embed.{field}.weight"), row, axis=0)

    def _draw(self, masked: str, size: int, uniform: str, temperature: str, top_p: str) -> str:
        """One class, int64 [N, 1], of masked logits [N, n] (-inf where forbidden).

        In order of falling probability p, the kept classes are those that have less than top_p ahead of them, and
        drawn is the first whose running sum is above uniform * (the last sum). The sum grows only at classes of
        p > 0 that are kept, and the last sum is above that product (uniform is at most 1 - 2 ** -20), so no rounding
        reaches another one.
        """
        g = self.g
        logits, order = g.ops("TopK", 2, masked, g.integers(size), axis=1)
        p = g.op("Softmax", g.op("Div", logits, temperature), axis=1)
        axis = g.constant("class_axis", 1, np.int64)
        before = g.op("CumSum", p, axis, exclusive=1)
        kept = g.op("Where", g.op("Less", before, top_p), p, g.constant("no_boost", 0.0, np.float32))
        upto = g.op("CumSum", kept, axis)
        aim = g.op("Mul", uniform, g.op("ReduceMax", upto, g.integers(1), keepdims=1))
        reached = g.op("Cast", g.op("Greater", upto, aim), to=TensorProto.INT32)
        return g.op("GatherElements", order, g.op("ArgMax", reached, axis=1, keepdims=1), axis=1)
