"""`feed.onnx` of each family: events in, hidden states out, and the memory that is carried between.

transformer  keys and values of every layer in rings
gru          one vector for each layer, replaced at every event
convolution  what every layer heard lately, in a ring
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto

from bridge.engine.manifest import StateKind, StateTensor, Weights
from bridge.engine.repetition import STREAM_SIZE, VIEWS
from bridge.training.echoing import follow_offsets, gate_offsets
from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.families.gru import GruConfig
from bridge.training.families.transformer import TransformerConfig
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.parameters import Parameters, gates
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


def transformer_feed(parameters: Parameters, config: TransformerConfig, rewind: int, weights: Weights) -> Feed:
    """T events into rings of S slots, hidden states out."""
    slots = config.window + rewind
    g = LayerBuilder(parameters, weights)
    x = g.op("Unsqueeze", read_events(g), g.integers(0))
    write_index = g.input("write_index", TensorProto.INT64, [1])
    turns = [angles(g, name, config.head_dim) for name in ("cos", "sin")]
    mask = g.input("mask", TensorProto.BOOL, ["T", "S"])
    turned, kept = (config.heads + config.kv_heads) * config.head_dim, config.kv_heads * config.head_dim
    state: list[StateTensor] = []
    for layer in range(config.layers):
        rings = [state_tensor(g, f"{kind}{layer}", "ring", (1, slots, kept), free=1) for kind in "kv"]
        name = f"backbone.blocks.{layer}"
        projected = g.linear(g.norm(x, f"{name}.attention_norm", config.norm_epsilon), f"{name}.qkv")
        both, value = g.ops("Split", 2, projected, g.integers(turned, kept), axis=2)
        both = g.op("RotaryEmbedding", both, *turns, num_heads=config.heads + config.kv_heads)
        query, key = g.ops("Split", 2, both, g.integers(turned - kept, kept), axis=2)
        written = [
            g.op("TensorScatter", ring.name, rows, write_index, axis=1, mode="linear")
            for ring, rows in zip(rings, (key, value), strict=True)
        ]
        scale, heads = 1.0 / math.sqrt(config.head_dim), {"q_num_heads": config.heads, "kv_num_heads": config.kv_heads}
        mixed = g.op("Attention", query, *written, mask, scale=scale, **heads)
        x = g.op("Add", x, g.linear(mixed, f"{name}.output"))
        inner = g.linear(g.norm(x, f"{name}.mlp_norm", config.norm_epsilon), f"{name}.up")
        x = g.op("Add", x, g.linear(g.op("Gelu", inner), f"{name}.down"))
        for ring, rows in zip(rings, written, strict=True):
            write_state(g, ring, rows, free=1)
        state += rings
    entries = {"window": config.window, "rotary": {"head_dim": config.head_dim, "base": config.rotary_base}}
    return Feed(finish(g, g.op("Squeeze", x, g.integers(0)), config.width, config.norm_epsilon), tuple(state), entries)


def angles(g: LayerBuilder, name: str, head_dim: int) -> str:
    """Declare rotary angles [T, head_dim / 2]; the same for a batch of one."""
    given = g.input(name, TensorProto.FLOAT, ["T", head_dim // 2])
    return g.inward(g.op("Unsqueeze", given, g.integers(0)))


def gru_feed(parameters: Parameters, config: GruConfig, weights: Weights) -> Feed:
    """One event into each layer's memory, hidden state out; T rows are T musics, each with a memory of its own."""
    g = LayerBuilder(parameters, weights)
    x = read_events(g)
    state: list[StateTensor] = []
    for layer in range(config.layers):
        memory = state_tensor(g, f"h{layer}", "snapshot", (1, config.units), free=0)
        name = f"backbone.layers.{layer}"
        normed = g.norm(x, f"{name}.norm", config.norm_epsilon)
        step = _step_by_products if weights == "int8" else _step
        after = step(g, f"{name}.gru", normed, memory.name, config.units)
        x = g.op("Add", x, g.linear(after, f"{name}.output"))
        write_state(g, memory, after, free=0)
        state.append(memory)
    return Feed(finish(g, x, config.width, config.norm_epsilon), tuple(state), {})


def _step(g: LayerBuilder, name: str, x: str, memory: str, units: int) -> str:
    """The operator GRU over one event of each music, x [T, width]: the memory after it, [T, units]."""
    constants = [g.numbers(constant, array) for constant, array in gates(g.parameters, name).items()]
    before = g.op("Unsqueeze", memory, g.integers(0))
    # PyTorch multiplies by the reset gate after the product, hence linear_before_reset.
    _, after = g.ops(
        "GRU", 2, g.op("Unsqueeze", x, g.integers(0)), *constants, "", before, hidden_size=units, linear_before_reset=1
    )
    return g.op("Squeeze", after, g.integers(0))


def _step_by_products(g: LayerBuilder, name: str, x: str, memory: str, units: int) -> str:
    """The same in products that can hold their weights in 8 bits."""
    opening, offered = [], []
    for kind, value in (("ih", x), ("hh", memory)):
        matrix = f"{name}.weight_{kind}_l0"
        product = g.product(value, [matrix], g.parameters[matrix])
        summed = g.op("Add", product, g.table(f"{name}.bias_{kind}_l0"))
        both_gates, new = g.ops("Split", 2, summed, g.integers(2 * units, units), axis=1)
        opening.append(both_gates)
        offered.append(new)
    reset, update = g.ops("Split", 2, g.op("Sigmoid", g.op("Add", *opening)), axis=1, num_outputs=2)
    new = g.op("Tanh", g.op("Add", offered[0], g.op("Mul", reset, offered[1])))
    return g.op("Add", new, g.op("Mul", update, g.op("Sub", memory, new)))


def convolution_feed(parameters: Parameters, config: ConvolutionConfig, rewind: int, weights: Weights) -> Feed:
    """T events into rings of S slots, hidden states out."""
    slots = config.window + rewind + 1  # the last is never written: who looks there finds nothing
    g = LayerBuilder(parameters, weights)
    x = g.op("Unsqueeze", read_events(g), g.integers(0))
    write_index = g.input("write_index", TensorProto.INT64, [1])
    back = g.input("back", TensorProto.INT64, [len(config.dilations), "T"])
    state: list[StateTensor] = []
    for layer in range(len(config.dilations)):
        ring = state_tensor(g, f"past{layer}", "ring", (1, slots, config.width), free=1)
        name = f"backbone.layers.{layer}"
        now = g.norm(x, f"{name}.norm", config.norm_epsilon)
        written = g.op("TensorScatter", ring.name, now, write_index, axis=1, mode="linear")
        slot = g.op("Gather", back, g.constant(f"layer{layer}", layer, np.int64), axis=0)
        before = g.op("Gather", written, slot, axis=1)
        mixed = g.linear(g.op("Concat", before, now, axis=2), f"{name}.taps")
        value, gate = g.ops("Split", 2, mixed, axis=2, num_outputs=2)
        x = g.op("Add", x, g.linear(g.op("Mul", value, g.op("Sigmoid", gate)), f"{name}.output"))
        write_state(g, ring, written, free=1)
        state.append(ring)
    entries = {"window": config.window, "reaches": list(config.dilations)}
    return Feed(finish(g, g.op("Squeeze", x, g.integers(0)), config.width, config.norm_epsilon), tuple(state), entries)
