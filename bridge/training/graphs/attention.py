"""`attention.onnx` of the transformer: a whole pass, for the attention that its last event pays to the others.

It is `feed.onnx` without a memory, from the same parameters, and is run for explanations alone: the note path knows
nothing of it.
"""

from __future__ import annotations

import math

import onnx
from onnx import TensorProto

from bridge.engine.manifest import Weights
from bridge.training.families.transformer import TransformerConfig
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.feed import angles, read_events
from bridge.training.graphs.parameters import Parameters


def build_attention(parameters: Parameters, config: TransformerConfig, weights: Weights) -> onnx.ModelProto:
    """T events, up to the window, to the last one's attention [layers, heads, T]; each head's sums to 1."""
    g = LayerBuilder(parameters, weights)
    x = g.op("Unsqueeze", read_events(g), g.integers(0))
    turns = [angles(g, name, config.head_dim) for name in ("cos", "sin")]
    turned, kept = (config.heads + config.kv_heads) * config.head_dim, config.kv_heads * config.head_dim
    paid: list[str] = []
    for layer in range(config.layers):
        name = f"backbone.blocks.{layer}"
        projected = g.linear(g.norm(x, f"{name}.attention_norm", config.norm_epsilon), f"{name}.qkv")
        both, value = g.ops("Split", 2, projected, g.integers(turned, kept), axis=2)
        both = g.op("RotaryEmbedding", both, *turns, num_heads=config.heads + config.kv_heads)
        query, key = g.ops("Split", 2, both, g.integers(turned - kept, kept), axis=2)
        paid.append(_last_row(g, query, key, config))
        if layer == config.layers - 1:
            break  # what comes of it is not asked for
        mixed = g.op(
            "Attention", query, key, value, is_causal=1, scale=1.0 / math.sqrt(config.head_dim),
            q_num_heads=config.heads, kv_num_heads=config.kv_heads,
        )  # fmt: skip
        x = g.op("Add", x, g.linear(mixed, f"{name}.output"))
        inner = g.linear(g.norm(x, f"{name}.mlp_norm", config.norm_epsilon), f"{name}.up")
        x = g.op("Add", x, g.linear(g.op("Gelu", inner), f"{name}.down"))
    rows = g.op("Concat", *paid, axis=0)
    g.output(g.outward(rows), "attention", TensorProto.FLOAT, [config.layers, config.heads, "T"])
    return g.model("attention")


def _last_row(g: LayerBuilder, query: str, key: str, config: TransformerConfig) -> str:
    """Softmax of the last query's products with all keys, [1, heads, T]; query head i reads key head i // group."""
    group = config.heads // config.kv_heads
    last = g.op("Gather", query, g.constant("last_event", -1, "int64"), axis=1)  # [1, heads * head_dim]
    last = g.op("Reshape", last, g.integers(config.kv_heads, group, config.head_dim))
    keys = g.op("Reshape", key, g.integers(-1, config.kv_heads, config.head_dim))
    keys = g.op("Transpose", keys, perm=[1, 2, 0])  # [kv_heads, head_dim, T]
    scale = g.numbers("attention_scale", 1.0 / math.sqrt(config.head_dim))
    products = g.op("Mul", g.op("MatMul", last, keys), scale)  # [kv_heads, group, T]
    return g.op("Reshape", g.op("Softmax", products, axis=-1), g.integers(1, config.heads, -1))
