"""What the graphs of all families that hear events have in common: how events go in, and what is said of the state."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto

from bridge.engine.manifest import StateKind, StateTensor
from bridge.engine.repetition import ECHO_SIZE, STREAM_SIZE, VIEWS
from bridge.training.echoing import follow_offsets, gate_offsets
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.parameters import TABLES, tables
from bridge.training.network import DRUM_OFFSET, READ_SIZES
from bridge.vocabulary import codec

_VOICE: Final = codec.FIELDS.index("voice")
_PITCH: Final = codec.FIELDS.index("pitch")


class Feed(NamedTuple):
    """`feed.onnx`, the state it carries, and what else the manifest says of it."""

    graph: onnx.ModelProto
    state: tuple[StateTensor, ...]
    entries: dict[str, Any]


def state_tensor(g: LayerBuilder, name: str, kind: StateKind, shape: tuple[int, ...]) -> StateTensor:
    """Declare the graph's input `name`: a tensor of memory, of the type that the graph computes in."""
    g.input(name, g.number, list(shape))
    return StateTensor(name, kind, "float16" if g.weights == "float16" else "float32", shape)


def write_state(g: LayerBuilder, tensor: StateTensor, value: str) -> None:
    """Declare `value` the graph's output of that state."""
    g.output(value, f"{tensor.name}_out", g.number, list(tensor.shape))


def read_events(g: LayerBuilder) -> str:
    """Declare events and context; the sum of all their embeddings, [T, width].

    One lookup in one table of all fields' rows: a field's begin at an offset, those of drum pitches 128 further on.
    """
    events = g.input("events", TensorProto.INT64, ["T", len(codec.FIELDS)])
    context = g.input("context", TensorProto.FLOAT, ["T", codec.CONTEXT_SIZE])
    rows_of_fields = tables(g.parameters)
    table = g.numbers(TABLES, np.concatenate(rows_of_fields))
    by_voice = np.zeros((codec.SIZES[_VOICE], len(codec.FIELDS)), dtype=np.int64)
    by_voice[:] = np.cumsum([0] + [len(rows) for rows in rows_of_fields[:-1]])
    by_voice[codec.DRUMS, _PITCH] += DRUM_OFFSET
    voice = g.op("Gather", events, g.constant("voice_column", _VOICE, np.int64), axis=1)
    rows = g.op("Add", events, g.op("Gather", g.constant("embed.offsets", by_voice, np.int64), voice, axis=0))
    fields = g.op("ReduceSum", g.op("Gather", table, rows, axis=0), g.integers(1), keepdims=0)
    x = g.op("Add", fields, g.linear(g.inward(context), "embed_context"))
    return g.op("Add", x, _read_echo(g)) if listens(g) else x


def listens(g: LayerBuilder) -> bool:
    """Whether the network listens to the echo."""
    return "echo.gate.weight" in g.parameters


def _read_echo(g: LayerBuilder) -> str:
    """Declare the echo; its embedding, [T, width], as `network.EchoEmbedding`."""
    views, fields = len(VIEWS), len(codec.FIELDS)
    echo = g.input("echo", TensorProto.INT64, ["T", ECHO_SIZE])
    stream = g.op("Slice", echo, g.integers(0), g.integers(STREAM_SIZE), g.integers(1))
    by_view = g.op("Reshape", stream, g.integers(-1, views, fields + 1))
    follow, length = g.ops("Split", 2, by_view, g.integers(fields, 1), axis=2)
    by_voice = np.tile(np.array(follow_offsets(READ_SIZES)), (codec.SIZES[_VOICE], 1, 1))
    by_voice[codec.DRUMS, :, _PITCH] += DRUM_OFFSET
    voice = g.op("Gather", follow, g.constant("voice_column", _VOICE, np.int64), axis=2)
    # Of every view the row for its own voice: offsets lie as [voice * view, field].
    place = g.op("Mul", voice, g.constant("echo.views", views, np.int64))
    place = g.op("Add", place, g.constant("echo.view", np.arange(views), np.int64))
    offsets = g.constant("echo.offsets", by_voice.reshape(-1, fields), np.int64)
    rows = g.op("Add", follow, g.op("Gather", offsets, place, axis=0))
    table = g.numbers("echo.follow.weight", g.parameters["echo.follow.weight"])
    followed = g.op("ReduceSum", g.op("Gather", table, rows, axis=0), g.integers(2), keepdims=0)
    opened = g.op("Add", g.op("Squeeze", length, g.integers(2)), g.constant("echo.gates", gate_offsets(), np.int64))
    gate = g.op("Gather", g.numbers("echo.gate.weight", g.parameters["echo.gate.weight"]), opened, axis=0)
    return g.op("ReduceSum", g.op("Mul", followed, gate), g.integers(1), keepdims=0)


def finish(g: LayerBuilder, x: str, width: int, epsilon: float) -> onnx.ModelProto:
    """The last norm, and the finished graph with its output `hidden` [T, width]; behind it the echo, where heard."""
    hidden = g.outward(g.norm(x, "norm", epsilon))
    if listens(g):
        hidden = g.op("Concat", hidden, g.op("Cast", "echo", to=TensorProto.FLOAT), axis=1)
        width += ECHO_SIZE
    g.output(hidden, "hidden", TensorProto.FLOAT, ["T", width])
    return g.model("feed")
