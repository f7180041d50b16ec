"""`feed.onnx` of the dilated convolution: what every layer heard lately, in a ring."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from bridge.engine.manifest import StateTensor, Weights
from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.feed import Feed, finish, read_events, state_tensor, write_state
from bridge.training.graphs.parameters import Parameters


def build_feed(parameters: Parameters, config: ConvolutionConfig, rewind: int, weights: Weights) -> Feed:
    """T events into rings of `config.window + rewind` slots, hidden states out."""
    slots = config.window + rewind
    g = LayerBuilder(parameters, weights)
    x = read_events(g)
    write_index = g.input("write_index", TensorProto.INT64, [1])
    mask = g.input("mask", TensorProto.BOOL, ["T", slots])
    count = g.op("Squeeze", g.op("Shape", mask, end=1))
    ages = g.op("Range", g.constant("zero", 0, np.int64), count, g.constant("one", 1, np.int64))
    places = g.op("Add", ages, write_index)
    state: list[StateTensor] = []
    for layer, dilation in enumerate(config.dilations):
        ring = state_tensor(g, f"past{layer}", "ring", (1, 1, slots, config.width))
        name = f"backbone.layers.{layer}"
        now = g.norm(x, f"{name}.norm", config.norm_epsilon)
        rows = g.op("Unsqueeze", now, g.integers(0, 1))
        written = g.op("TensorScatter", ring.name, rows, write_index, axis=2, mode="circular")
        slot = g.op("Mod", g.op("Sub", places, g.integers(dilation)), g.integers(slots))
        before = _where_seen(g, written, slot, mask)
        mixed = g.linear(g.op("Concat", before, now, axis=1), f"{name}.taps")
        value, gate = g.ops("Split", 2, mixed, axis=1, num_outputs=2)
        x = g.op("Add", x, g.linear(g.op("Mul", value, g.op("Sigmoid", gate)), f"{name}.output"))
        write_state(g, ring, written)
        state.append(ring)
    return Feed(finish(g, x, config.width, config.norm_epsilon), tuple(state), {"window": config.window})


def _where_seen(g: LayerBuilder, ring: str, slot: str, mask: str) -> str:
    """The rows of `ring` in `slot` [T], zeros where `mask` says that nothing had been heard there; [T, width]."""
    rows = g.op("Squeeze", g.op("Gather", ring, slot, axis=2), g.integers(0, 1))
    seen = g.op("GatherElements", mask, g.op("Unsqueeze", slot, g.integers(1)), axis=1)
    return g.op("Where", seen, rows, g.numbers("nothing", 0.0))
