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
