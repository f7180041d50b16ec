"""Sliding-window transformer: every event attends to itself and the `window - 1` events before it.

Grouped queries, rotary positions, RMS norms before each half of a block, no biases. Streaming keeps the keys and
values of the window in a ring.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_QUERY_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Everything that fixes the network's shape; written beside the weights as JSON."""

    width: int = 256
    layers: int = 4
    heads: int = 8
    kv_heads: int = 2
    head_dim: int = 32
    mlp_width: int = 1024
    window: int = 512
    rotary_base: float = 10000.0
    norm_epsilon: float = 1e-6
    echo: bool = False  # whether it listens to the echo (bridge.engine.repetition)

    def __post_init__(self) -> None:
        if self.heads % self.kv_heads:
            raise ValueError(f"heads={self.heads} is not a multiple of kv_heads={self.kv_heads}: change one of them")
        if self.head_dim % 2:
            raise ValueError(f"head_dim={self.head_dim} is odd; rotary positions need an even one")
        if self.window < 1:
            raise ValueError(f"window={self.window}: an event attends at least to itself, so window must be >= 1")


def rotary_angles(positions: Tensor, head_dim: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosines and sines, float32 [T, head_dim / 2], of integer `positions` [T]; angles in float64."""
    frequency = base ** (-torch.arange(0, head_dim, 2, dtype=torch.float64, device=positions.device) / head_dim)
    angle = positions.to(torch.float64)[:, None] * frequency
    return angle.cos().float(), angle.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions, half-split (not interleaved): dimension i is paired with i + head_dim / 2.

    `x` is [..., T, head_dim]; `cos` and `sin` are [T, head_dim / 2].
    """
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


def windowed_attention(query: Tensor, key: Tensor, value: Tensor, window: int) -> Tensor:
    """Causal attention to the event itself and the `window - 1` before it.

    `query` [B, heads, T, d], `key` and `value` [B, kv_heads, T, d]; query head i reads key head
    i // (heads / kv_heads). Works block by block, so that keys out of every query's reach cost nothing.
    """
    group = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(group, dim=1), value.repeat_interleave(group, dim=1)
    length = query.shape[2]
    parts = []
    for start in range(0, length, _QUERY_BLOCK):
        stop, oldest = min(start + _QUERY_BLOCK, length), max(0, start - window + 1)
        places = torch.arange(oldest, stop, device=query.device)  # made there: a copy would wait for all that runs
        age = places[start - oldest :, None] - places[None, :]
        mask = (age >= 0) & (age < window)
        reach = slice(oldest, stop)
        parts.append(F.scaled_dot_product_attention(
            query[:, :, start:stop], key[:, :, reach], value[:, :, reach], attn_mask=mask
        ))  # fmt: skip
    return torch.cat(parts, dim=2)


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x))."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.attention_norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        # Rows: all query heads, then all key heads, then all value heads.
        self.qkv = nn.Linear(config.width, (config.heads + 2 * config.kv_heads) * config.head_dim, bias=False)
        self.output = nn.Linear(config.heads * config.head_dim, config.width, bias=False)
        self.mlp_norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        self.up = nn.Linear(config.width, config.mlp_width, bias=False)
        self.down = nn.Linear(config.mlp_width, config.width, bias=False)
        self.dropout = nn.Dropout(0.0)  # how much, a training run says

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape."""
        c = self.config
        batch, length, _ = x.shape
        heads: Tensor = self.qkv(self.attention_norm(x))
        heads = heads.view(batch, length, c.heads + 2 * c.kv_heads, c.head_dim).transpose(1, 2)
        query, key, value = torch.split(heads, [c.heads, c.kv_heads, c.kv_heads], dim=1)
        mixed = windowed_attention(rotate(query, cos, sin), rotate(key, cos, sin), value, c.window)
        x = x + self.dropout(self.output(mixed.transpose(1, 2).reshape(batch, length, c.heads * c.head_dim)))
        out: Tensor = x + self.dropout(self.down(F.gelu(self.up(self.mlp_norm(x)))))
        return out


class Transformer(nn.Module):
    """The blocks, one after the other."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        shrink = 1.0 / math.sqrt(2 * max(config.layers, 1))
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                residual = name.endswith(("output.weight", "down.weight"))
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5 * (shrink if residual else 1.0))

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape."""
        positions = torch.arange(x.shape[1], device=x.device)
        cos, sin = rotary_angles(positions, self.config.head_dim, self.config.rotary_base)
        for block in self.blocks:
            x = block(x, cos, sin)
        return x
