"""`feed.onnx` of the transformer: keys and values of every layer in rings."""

from __future__ import annotations

import math

from onnx import TensorProto

from bridge.engine.manifest import StateTensor, Weights
from bridge.training.families.transformer import TransformerConfig
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.feed import Feed, finish, read_events, state_tensor, write_state
from bridge.training.graphs.parameters import Parameters


def build_feed(parameters: Parameters, config: TransformerConfig, rewind: int, weights: Weights) -> Feed:
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
