"""`sample.onnx`: from a hidden state to one event, each field given those before it. The same for all families."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from bridge.engine.manifest import Weights
from bridge.training.families import Config
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.parameters import Parameters
from bridge.training.graphs.past import Told, copied, declare_hidden, read, suggested
from bridge.training.network import DRUM_OFFSET, EMPHASIS, GUIDE_OFFSETS
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZE

_ALTERNATIVES: Final = 4


def build_sample(parameters: Parameters, config: Config, weights: Weights = "float32") -> onnx.ModelProto:
    """Hidden state, constraints, guide, known classes and random numbers in, one event and its odds out."""
    g = LayerBuilder(parameters, weights)
    fields = codec.FIELDS
    h, told = declare_hidden(g, config)
    h = g.inward(h)
    per_field = {name: _split(g, name, TensorProto.FLOAT) for name in ("uniform", "temperature", "top_p")}
    masks = _masks(g)
    h = _guided(g, h, config.norm_epsilon)
    given = _split(g, "given", TensorProto.INT64)
    g.constant("never", -np.inf, np.float32)
    taken: dict[str, str] = {}
    every_masked = []
    for i, name in enumerate(fields):
        if told is not None:
            h = read(g, h, told, taken, name)
        logits = _emphasised(g, _logits(g, h, told, taken, name, config.norm_epsilon))
        mask = g.op("Gather", masks[name], taken["voice"], axis=0) if name == "pitch" else masks[name]
        masked = g.op("Where", mask, logits, "never")
        every_masked.append(masked)
        drawn = _draw(g, masked, *(per_field[kind][i] for kind in ("uniform", "temperature", "top_p")))
        known = g.op("GreaterOrEqual", given[i], g.integers(0))
        taken[name] = g.op("Where", known, given[i], drawn)
        if i < len(fields) - 1:
            h = g.op("Add", h, _embedding(g, name, taken))
    event = g.op("Concat", *(taken[name] for name in fields), axis=0)
    g.output(event, "event", TensorProto.INT64, [len(fields)])
    _report(g, every_masked, "event")
    return g.model("sample")


def _split(g: LayerBuilder, name: str, dtype: int) -> list[str]:
    """Declare an input of one number for each field; its parts, [1] each."""
    count = len(codec.FIELDS)
    return g.ops("Split", count, g.input(name, dtype, [count]), axis=0, num_outputs=count)


def _masks(g: LayerBuilder) -> dict[str, str]:
    """Declare the inputs that say which classes are allowed."""
    masks = {}
    for name, size in zip(codec.FIELDS, codec.SIZES, strict=True):
        shape: list[int | str] = [codec.SIZES[1], size] if name == "pitch" else [size]
        masks[name] = g.input(f"{name}_mask", TensorProto.BOOL, shape)
    return masks


def _guided(g: LayerBuilder, h: str, epsilon: float) -> str:
    """Declare the input `guide` and take it in, as `bridge.training.network.Head.guided` does: two rows, [2, width].

    The first without its controls, the second with them: from here on everything is computed for both.
    """
    guide = g.input("guide", TensorProto.INT64, [GUIDE_SIZE])
    told = np.ones((2, GUIDE_SIZE), np.int64)
    told[0, len(codec.VOICES) :] = 0
    both = g.op("Mul", guide, g.constant("head.guide.told", told, np.int64))
    rows = g.op("Add", both, g.constant("head.guide.offsets", GUIDE_OFFSETS, np.int64))
    table = g.numbers("head.guide.weight", g.parameters["head.guide.weight"])
    said = g.op("ReduceSum", g.op("Gather", table, rows, axis=0), g.integers(1), keepdims=0)
    h = g.op("Add", h, said)
    inner = g.op("Gelu", g.linear(g.norm(h, "head.mix_norm", epsilon), "head.mix_up"))
    return g.op("Add", h, g.linear(inner, "head.mix_down"))


def _emphasised(g: LayerBuilder, both: str) -> str:
    """Logits [1, n] from those without and with the controls [2, n], as `network.Head.emphasised`."""
    plain, told = g.ops("Split", 2, both, axis=0, num_outputs=2)
    change = g.op("Mul", g.op("Sub", told, plain), g.constant("head.emphasis", EMPHASIS, np.float32))
    return g.op("Add", plain, change)


def _logits(g: LayerBuilder, h: str, told: Told | None, taken: Mapping[str, str], field: str, epsilon: float) -> str:
    """Logits of a field, [2, n]; in float32, whatever the weights, and so is all that follows them."""
    normed = g.norm(h, f"head.norms.{field}", epsilon)
    inner = g.op("Gelu", g.linear(normed, f"head.inner.{field}"))
    logits = g.outward(g.linear(inner, f"head.outer.{field}"))
    if told is None:
        return logits
    return suggested(g, copied(g, logits, normed, told, taken, field), normed, inner, told, taken, field)


def _embedding(g: LayerBuilder, field: str, taken: Mapping[str, str]) -> str:
    """The taken class's row, [1, width]; drum pitches have rows of their own."""
    row = taken[field]
    if field == "pitch":
        offsets = [DRUM_OFFSET * (voice == codec.DRUMS) for voice in range(codec.SIZES[1])]
        table = g.constant("head.drum_offsets", offsets, np.int64)
        row = g.op("Add", row, g.op("Gather", table, taken["voice"], axis=0))
    name = f"head.embed.{field}.weight"
    return g.op("Gather", g.numbers(name, g.parameters[name]), row, axis=0)


def _draw(g: LayerBuilder, masked: str, uniform: str, temperature: str, top_p: str) -> str:
    """One class, int64 [1], of masked logits [1, n] (-inf where forbidden).

    In order of falling probability p, with `before` the probability of all classes ahead: the kept ones are those with
    before < top_p, and drawn is the last of them with before <= uniform * (probability kept). A class of p = 0 is
    never kept, so no rounding of the sums can reach a forbidden one; the first always is.
    """
    size = g.op("Shape", masked, start=1)
    logits, order = g.ops("TopK", 2, masked, size, axis=1)
    p = g.op("Softmax", g.op("Div", logits, temperature), axis=1)
    before = g.op("CumSum", p, g.constant("class_axis", 1, np.int64), exclusive=1)
    nothing = g.constant("zero_probability", 0.0, np.float32)
    kept = g.op("Where", g.op("Less", before, top_p), p, nothing)
    reached = g.op("LessOrEqual", before, g.op("Mul", uniform, g.op("ReduceSum", kept, g.integers(1), keepdims=1)))
    candidates = g.op("And", reached, g.op("Greater", kept, nothing))
    place = g.op("ArgMax", g.op("Cast", candidates, to=TensorProto.INT32), axis=1, keepdims=0, select_last_index=1)
    return g.op("Gather", g.op("Reshape", order, g.integers(-1)), place, axis=0)


def _report(g: LayerBuilder, every_masked: list[str], event: str) -> None:
    """log_prob, alternatives and their probabilities, for all fields at once: rows padded with -inf to one length."""
    longest = max(codec.SIZES)
    rows = [
        g.op("Pad", masked, g.integers(0, 0, 0, longest - size), "never") if size < longest else masked
        for masked, size in zip(every_masked, codec.SIZES, strict=True)
    ]
    joined = g.op("Concat", *rows, axis=0)
    # A given voice may have no pitch that is allowed: where nothing is, the sum of nothing would make NaN.
    log_probs = g.op("Where", g.op("IsInf", joined), "never", g.op("LogSoftmax", joined, axis=1))
    log_prob = g.op("GatherElements", log_probs, g.op("Unsqueeze", event, g.integers(1)), axis=1)
    best, classes = g.ops("TopK", 2, log_probs, g.integers(_ALTERNATIVES), axis=1)
    count = len(codec.FIELDS)
    g.output(g.op("Squeeze", log_prob, g.integers(1)), "log_prob", TensorProto.FLOAT, [count])
    g.output(classes, "alternatives", TensorProto.INT64, [count, _ALTERNATIVES])
    g.output(g.op("Exp", best), "alternative_probs", TensorProto.FLOAT, [count, _ALTERNATIVES])
