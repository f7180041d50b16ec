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
    """T events into rings of `config.window + rewind` slots, hidden states out."""
    slots = config.window + rewind
    g = LayerBuilder(parameters, weights)
    x = read_events(g)
    write_index = g.input("write_index", TensorProto.INT64, [1])
    angles = [_angles(g, name, config.head_dim) for name in ("cos", "sin")]
    mask = g.input("mask", TensorProto.BOOL, ["T", slots])
    state: list[StateTensor] = []
    for layer in range(config.layers):
        shape = (1, config.kv_heads, slots, config.head_dim)
        rings = [state_tensor(g, f"{kind}{layer}", "ring", shape) for kind in "kv"]
        name = f"backbone.blocks.{layer}"
        normed = g.norm(x, f"{name}.attention_norm", config.norm_epsilon)
        query, *new = _heads(g, config, g.linear(normed, f"{name}.qkv"), angles)
        written = [
            g.op("TensorScatter", ring.name, rows, write_index, axis=2, mode="circular")
            for ring, rows in zip(rings, new, strict=True)
        ]
        mixed = g.op("Attention", query, *written, mask, scale=1.0 / math.sqrt(config.head_dim))
        mixed = g.op(
            "Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), g.integers(-1, config.heads * config.head_dim)
        )
        x = g.op("Add", x, g.linear(mixed, f"{name}.output"))
        inner = g.linear(g.norm(x, f"{name}.mlp_norm", config.norm_epsilon), f"{name}.up")
        x = g.op("Add", x, g.linear(g.op("Gelu", inner), f"{name}.down"))
        for ring, value in zip(rings, written, strict=True):
            write_state(g, ring, value)
        state += rings
    entries = {"window": config.window, "rotary": {"head_dim": config.head_dim, "base": config.rotary_base}}
    return Feed(finish(g, x, config.width, config.norm_epsilon), tuple(state), entries)


def _angles(g: LayerBuilder, name: str, head_dim: int) -> str:
    """Declare rotary angles [T, head_dim / 2]; the same for a batch of one."""
    angles = g.input(name, TensorProto.FLOAT, ["T", head_dim // 2])
    return g.inward(g.op("Unsqueeze", angles, g.integers(0)))


def _heads(g: LayerBuilder, config: TransformerConfig, projected: str, angles: list[str]) -> list[str]:
    """Query, key and value, each [1, heads, T, head_dim], the first two turned by their positions."""
    heads, kv_heads = config.heads, config.kv_heads
    by_head = g.op("Reshape", projected, g.integers(1, -1, heads + 2 * kv_heads, config.head_dim))
    by_head = g.op("Transpose", by_head, perm=[0, 2, 1, 3])
    turned, value = g.ops("Split", 2, by_head, g.integers(heads + kv_heads, kv_heads), axis=1)
    turned = g.op("RotaryEmbedding", turned, *angles)
    query, key = g.ops("Split", 2, turned, g.integers(heads, kv_heads), axis=1)
    return [query, key, value]
