"""The two ONNX graphs of the transformer, built straight from its weights: standard operators of opset 24 only.

Written by hand and not traced, so that the state is a plain input and output of the graph, the names are ours, and
a person can read the graph as the network it is. `docs/model-contract.md` says what goes in and out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from bridge import codec
from bridge.training.transformer import Config

OPSET: Final = 24
_IR_VERSION: Final = 11  # The oldest that may hold opset 24's operators: older runtimes refuse newer ones unread.
_DRUM_OFFSET: Final = 128
_ALTERNATIVES: Final = 4

Weights = Mapping[str, npt.NDArray[np.float32]]


def state_names(config: Config) -> list[str]:
    """Names of the ring tensors, a key and a value for each layer."""
    return [f"{kind}{layer}" for layer in range(config.layers) for kind in "kv"]


class GraphBuilder:
    """Collects nodes and constants; `op` returns the name of a node's (first) output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, dtype: int, shape: list[int | str]) -> str:
        """Declare a graph input."""
        self._inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, value: str, name: str, dtype: int, shape: list[int | str]) -> None:
        """Declare a graph output: the node that makes `value` makes it under `name` instead."""
        self._outputs.append(helper.make_tensor_value_info(name, dtype, shape))
        for node in self._nodes:
            for names in (node.input, node.output):
                for i, old in enumerate(names):
                    if old == value:
                        names[i] = name

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """Add a constant tensor (once for each name)."""
        if name not in self._constants:
            array = np.array(value, dtype=dtype, order="C")
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def integers(self, *values: int) -> str:
        """A constant int64 vector, named after its values."""
        return self.constant("int_" + "_".join(str(v) for v in values), list(values), np.int64)

    def number(self, value: float) -> str:
        """A constant float32 scalar, named after its value."""
        return self.constant(f"float_{value:g}", value, np.float32)

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node with one output."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, count: int, *inputs: str, **attributes: object) -> list[str]:
        """Add a node with `count` outputs."""
        name = f"{kind}_{len(self._nodes)}"
        outputs = [name] if count == 1 else [f"{name}_{i}" for i in range(count)]
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, name=name, **attributes))
        return outputs

    def model(self, name: str) -> onnx.ModelProto:
        """The finished, checked model."""
        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=list(self._constants.values())
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION, producer_name="antiphon"
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def build_feed(weights: Weights, config: Config, rewind: int) -> onnx.ModelProto:
    """`feed.onnx`: T events into the ring of `config.window + rewind` slots, hidden states out."""
    slots = config.window + rewind
    g = GraphBuilder()
    events = g.input("events", TensorProto.INT64, ["T", len(codec.FIELDS)])
    context = g.input("context", TensorProto.FLOAT, ["T", codec.CONTEXT_SIZE])
    write_index = g.input("write_index", TensorProto.INT64, [1])
    cos = g.input("cos", TensorProto.FLOAT, ["T", config.head_dim // 2])
    sin = g.input("sin", TensorProto.FLOAT, ["T", config.head_dim // 2])
    mask = g.input("mask", TensorProto.BOOL, ["T", slots])
    batch_axis = g.integers(0)
    angles = (g.op("Unsqueeze", cos, batch_axis), g.op("Unsqueeze", sin, batch_axis))
    x = _embed(g, weights, events, context)
    state_shape: list[int | str] = [1, config.kv_heads, slots, config.head_dim]
    for layer in range(config.layers):
        ring = tuple(g.input(f"{kind}{layer}", TensorProto.FLOAT, state_shape) for kind in "kv")
        x, written = _block(g, weights, config, layer, x, angles, ring, write_index, mask)
        for kind, value in zip("kv", written, strict=True):
            g.output(value, f"{kind}{layer}_out", TensorProto.FLOAT, state_shape)
    hidden = _norm(g, weights, "norm", config, x)
    g.output(hidden, "hidden", TensorProto.FLOAT, ["T", config.width])
    return g.model("feed")


def build_sample(weights: Weights, config: Config) -> onnx.ModelProto:
    """`sample.onnx`: hidden state, constraints and random numbers in, one event and its odds out."""
    g = GraphBuilder()
    fields = codec.FIELDS
    h = g.input("hidden", TensorProto.FLOAT, [1, config.width])
    per_field = {}
    for name in ("uniform", "temperature", "top_p"):
        vector = g.input(name, TensorProto.FLOAT, [len(fields)])
        per_field[name] = g.ops("Split", len(fields), vector, axis=0, num_outputs=len(fields))
    masks = {}
    for name, size in zip(fields, codec.SIZES, strict=True):
        shape: list[int | str] = [codec.SIZES[1], size] if name == "pitch" else [size]
        masks[name] = g.input(f"{name}_mask", TensorProto.BOOL, shape)
    g.constant("never", -np.inf, np.float32)
    drawn: dict[str, str] = {}
    every_masked = []
    for i, name in enumerate(fields):
        logits = _head_logits(g, weights, config, name, h)
        mask = g.op("Gather", masks[name], drawn["voice"], axis=0) if name == "pitch" else masks[name]
        masked = g.op("Where", mask, logits, "never")
        every_masked.append(masked)
        drawn[name] = _draw(g, masked, *(per_field[kind][i] for kind in ("uniform", "temperature", "top_p")))
        if i < len(fields) - 1:
            h = g.op("Add", h, _head_embedding(g, weights, name, drawn))
    event = g.op("Concat", *(drawn[name] for name in fields), axis=0)
    g.output(event, "event", TensorProto.INT64, [len(fields)])
    _report(g, every_masked, "event")
    return g.model("sample")


def _matrix(g: GraphBuilder, weights: Weights, name: str) -> str:
    """A Linear's weight, transposed for x @ W."""
    return g.constant(f"{name}.transposed", weights[f"{name}.weight"].T, np.float32)


def _norm(g: GraphBuilder, weights: Weights, name: str, config: Config, x: str) -> str:
    scale = g.constant(f"{name}.weight", weights[f"{name}.weight"], np.float32)
    return g.op("RMSNormalization", x, scale, axis=-1, epsilon=config.norm_epsilon)


def _embed(g: GraphBuilder, weights: Weights, events: str, context: str) -> str:
    """Sum of the fields' embeddings and the context's: one lookup in one table of all fields' rows.

    Field i's rows begin at an offset; drum pitches have rows of their own, 128 further on.
    """
    tables = [weights[f"embed.{name}.weight"] for name in codec.FIELDS]
    offsets = np.cumsum([0] + [len(table) for table in tables[:-1]])
    table = g.constant("embed.tables", np.concatenate(tables), np.float32)
    by_voice = np.zeros((codec.SIZES[1], len(codec.FIELDS)), dtype=np.int64)
    by_voice[:] = offsets
    by_voice[codec.DRUMS, codec.FIELDS.index("pitch")] += _DRUM_OFFSET
    voice = g.op("Gather", events, g.constant("voice_column", codec.FIELDS.index("voice"), np.int64), axis=1)
    rows = g.op("Add", events, g.op("Gather", g.constant("embed.offsets", by_voice, np.int64), voice, axis=0))
    fields = g.op("ReduceSum", g.op("Gather", table, rows, axis=0), g.integers(1), keepdims=0)
    return g.op("Add", fields, g.op("MatMul", context, _matrix(g, weights, "embed_context")))


def _block(
    g: GraphBuilder,
    weights: Weights,
    config: Config,
    layer: int,
    x: str,
    angles: tuple[str, str],
    ring: tuple[str, ...],
    write_index: str,
    mask: str,
) -> tuple[str, list[str]]:
    """One block: x [T, H] to x, and the ring's keys and values with the new ones written."""
    name = f"blocks.{layer}"
    heads, kv_heads, head_dim = config.heads, config.kv_heads, config.head_dim
    projected = g.op(
        "MatMul", _norm(g, weights, f"{name}.attention_norm", config, x), _matrix(g, weights, f"{name}.qkv")
    )
    by_head = g.op("Reshape", projected, g.integers(1, -1, heads + 2 * kv_heads, head_dim))
    by_head = g.op("Transpose", by_head, perm=[0, 2, 1, 3])
    turned, value = g.ops("Split", 2, by_head, g.integers(heads + kv_heads, kv_heads), axis=1)
    turned = g.op("RotaryEmbedding", turned, *angles)
    query, key = g.ops("Split", 2, turned, g.integers(heads, kv_heads), axis=1)
    written = [
        g.op("TensorScatter", past, new, write_index, axis=2, mode="circular")
        for past, new in zip(ring, (key, value), strict=True)
    ]
    mixed = g.op("Attention", query, *written, mask, scale=1.0 / math.sqrt(head_dim))
    mixed = g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), g.integers(-1, heads * head_dim))
    x = g.op("Add", x, g.op("MatMul", mixed, _matrix(g, weights, f"{name}.output")))
    inner = g.op("MatMul", _norm(g, weights, f"{name}.mlp_norm", config, x), _matrix(g, weights, f"{name}.up"))
    out = g.op("MatMul", g.op("Gelu", inner), _matrix(g, weights, f"{name}.down"))
    return g.op("Add", x, out), written


def _head_logits(g: GraphBuilder, weights: Weights, config: Config, field: str, h: str) -> str:
    inner = g.op(
        "MatMul", _norm(g, weights, f"head.norms.{field}", config, h), _matrix(g, weights, f"head.inner.{field}")
    )
    outer = _matrix(g, weights, f"head.outer.{field}")
    bias = g.constant(f"head.outer.{field}.bias", weights[f"head.outer.{field}.bias"], np.float32)
    return g.op("Gemm", g.op("Gelu", inner), outer, bias)


def _head_embedding(g: GraphBuilder, weights: Weights, field: str, drawn: Mapping[str, str]) -> str:
    """The drawn class's row, [1, H]; drum pitches have rows of their own."""
    row = drawn[field]
    if field == "pitch":
        offsets = [_DRUM_OFFSET * (voice == codec.DRUMS) for voice in range(codec.SIZES[1])]
        table = g.constant("head.drum_offsets", offsets, np.int64)
        row = g.op("Add", row, g.op("Gather", table, drawn["voice"], axis=0))
    return g.op(
        "Gather",
        g.constant(f"head.embed.{field}.weight", weights[f"head.embed.{field}.weight"], np.float32),
        row,
        axis=0,
    )


def _draw(g: GraphBuilder, masked: str, uniform: str, temperature: str, top_p: str) -> str:
    """One class, int64 [1], of masked logits [1, n] (-inf where forbidden).

    In order of falling probability p, with `before` the probability of all classes ahead: the kept ones are those with
    before < top_p, and drawn is the last of them with before <= uniform * (probability kept). A class of p = 0 is
    never kept, so no rounding of the sums can reach a forbidden one; the first always is.
    """
    size = g.op("Shape", masked, start=1)
    logits, order = g.ops("TopK", 2, masked, size, axis=1)
    p = g.op("Softmax", g.op("Div", logits, temperature), axis=1)
    before = g.op("CumSum", p, g.constant("class_axis", 1, np.int64), exclusive=1)
    kept = g.op("Where", g.op("Less", before, top_p), p, g.number(0.0))
    reached = g.op("LessOrEqual", before, g.op("Mul", uniform, g.op("ReduceSum", kept, g.integers(1), keepdims=1)))
    candidates = g.op("And", reached, g.op("Greater", kept, g.number(0.0)))
    place = g.op("ArgMax", g.op("Cast", candidates, to=TensorProto.INT32), axis=1, keepdims=0, select_last_index=1)
    return g.op("Gather", g.op("Reshape", order, g.integers(-1)), place, axis=0)


def _report(g: GraphBuilder, every_masked: list[str], event: str) -> None:
    """log_prob, alternatives and their probabilities, for all fields at once: rows padded with -inf to one length."""
    longest = max(codec.SIZES)
    rows = [
        g.op("Pad", masked, g.integers(0, 0, 0, longest - size), "never") if size < longest else masked
        for masked, size in zip(every_masked, codec.SIZES, strict=True)
    ]
    log_probs = g.op("LogSoftmax", g.op("Concat", *rows, axis=0), axis=1)
    log_prob = g.op("GatherElements", log_probs, g.op("Unsqueeze", event, g.integers(1)), axis=1)
    best, classes = g.ops("TopK", 2, log_probs, g.integers(_ALTERNATIVES), axis=1)
    count = len(codec.FIELDS)
    g.output(g.op("Squeeze", log_prob, g.integers(1)), "log_prob", TensorProto.FLOAT, [count])
    g.output(classes, "alternatives", TensorProto.INT64, [count, _ALTERNATIVES])
    g.output(g.op("Exp", best), "alternative_probs", TensorProto.FLOAT, [count, _ALTERNATIVES])
