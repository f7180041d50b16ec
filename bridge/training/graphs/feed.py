"""What the graphs of all families that hear events have in common: how events go in, and what is said of the state."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto

from bridge.engine.manifest import StateKind, StateTensor
from bridge.engine.repetition import STREAM_SIZE, VIEWS
from bridge.training.echoing import follow_offsets, gate_offsets
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.network import DRUM_OFFSET, READ_SIZES
from bridge.vocabulary import codec

_FIELDS: Final = len(codec.FIELDS)
_VOICE: Final = codec.FIELDS.index("voice")
_PITCH: Final = codec.FIELDS.index("pitch")


class Feed(NamedTuple):
    """`feed.onnx`, the state it carries, and what else the manifest says of it."""

    graph: onnx.ModelProto
    state: tuple[StateTensor, ...]
    entries: dict[str, Any]


def state_tensor(g: LayerBuilder, name: str, kind: StateKind, shape: tuple[int, ...], free: int) -> StateTensor:
    """Declare the graph's input `name`: a tensor of memory, of the type that the graph computes in.

    Its axis `free` is as long as the host likes: `shape` says how long it must be for one music.
    """
    g.input(name, g.number, _freed(shape, free))
    return StateTensor(name, kind, "float16" if g.weights == "float16" else "float32", shape)


def write_state(g: LayerBuilder, tensor: StateTensor, value: str, free: int) -> None:
    """Declare `value` the graph's output of that state."""
    g.output(value, f"{tensor.name}_out", g.number, _freed(tensor.shape, free))


def _freed(shape: tuple[int, ...], free: int) -> list[int | str]:
    return [("S" if free else "T") if axis == free else size for axis, size in enumerate(shape)]


def read_events(g: LayerBuilder) -> str:
    """Declare events, context and (where it is listened to) echo; the sum of all their embeddings, [T, width].

    One lookup in one table of all rows. Events and what followed in each view of the echo are read alike: the event as
    a first view, whose gate is always open.
    """
    events = g.input("events", TensorProto.INT64, ["T", _FIELDS])
    context = g.input("context", TensorProto.FLOAT, ["T", codec.CONTEXT_SIZE])
    names = [f"embed.{name}.weight" for name in codec.FIELDS]
    if not listens(g):
        rows = _rows(g, events, np.cumsum((0, *READ_SIZES[:-1])), axis=1)
        read = g.op("ReduceSum", g.op("Gather", g.table(*names), rows, axis=0), g.integers(1), keepdims=0)
        return g.op("Add", read, g.linear(g.inward(context), "embed_context"))
    views = len(VIEWS)
    echo = g.input("echo", TensorProto.INT64, ["T", STREAM_SIZE])
    now = g.op("Pad", events, g.integers(0, 0, 0, 1))  # a run of no length
    every = g.op("Reshape", g.op("Concat", now, echo, axis=1), g.integers(-1, 1 + views, _FIELDS + 1))
    classes, lengths = g.ops("Split", 2, every, g.integers(_FIELDS, 1), axis=2)
    begins = [np.cumsum((0, *READ_SIZES[:-1])), *(sum(READ_SIZES) + np.array(follow_offsets(READ_SIZES)))]
    rows = _rows(g, classes, np.array(begins), axis=2)
    table = g.table(*names, "echo.follow.weight")
    read = g.op("ReduceSum", g.op("Gather", table, rows, axis=0), g.integers(2), keepdims=1)
    gates = g.parameters["echo.gate.weight"]
    opened = g.numbers("echo.gate.weight", np.concatenate([gates, np.ones_like(gates[:1])]))
    first_gates = np.array([len(gates), *gate_offsets()])[:, None]
    gate = g.op("Gather", opened, g.op("Add", lengths, g.constant("echo.gates", first_gates, np.int64)), axis=0)
    read = g.op("ReduceSum", g.op("Mul", read, gate), g.integers(1, 2), keepdims=0)
    return g.op("Add", read, g.linear(g.inward(context), "embed_context"))


def _rows(g: LayerBuilder, classes: str, begins: npt.NDArray[Any], axis: int) -> str:
    """Rows of `classes`, fields along `axis`, in a table where each field's begin at `begins`; drum pitches 128 on."""
    drums = np.zeros((codec.SIZES[_VOICE], _FIELDS), dtype=np.int64)
    drums[codec.DRUMS, _PITCH] = DRUM_OFFSET
    voice = g.op("Gather", classes, g.constant("voice_column", _VOICE, np.int64), axis=axis)
    further = g.op("Gather", g.constant("embed.drums", drums, np.int64), voice, axis=0)
    return g.op("Add", g.op("Add", classes, g.constant("embed.begins", begins, np.int64)), further)


def listens(g: LayerBuilder) -> bool:
    """Whether the network listens to the echo."""
    return "echo.gate.weight" in g.parameters


def finish(g: LayerBuilder, x: str, width: int, epsilon: float) -> onnx.ModelProto:
    """The last norm, and the finished graph with its output `hidden` [T, width]."""
    g.output(g.outward(g.norm(x, "norm", epsilon)), "hidden", TensorProto.FLOAT, ["T", width])
    return g.model("feed")
