"""The sliding-window transformer over note events, as `docs/model-contract.md` describes it.

One event is one position. `Transformer.forward` is the full pass that training uses; the exported
graph computes the same numbers one event at a time from a ring of keys and values.

Shapes: `B` pieces, `T` events, `H` = `Config.width`, fields in the order of `codec.FIELDS`.
The names of the parameters are the interface to the exporter: a rename breaks old checkpoints.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge import codec

IGNORE: Final = -1
"""A target that does not count: past the end of a piece, or a velocity that the file does not know."""

_DRUM_OFFSET: Final = 128  # Drum keys are not pitches: they have embeddings of their own.
_QUERY_BLOCK: Final = 256
# Classes that can be *read*, field by field: pitch twice (drums apart), velocity and duration with UNKNOWN.
_READ_SIZES: Final = (
    codec.SIZES[0],
    codec.SIZES[1],
    2 * _DRUM_OFFSET,
    codec.SIZES[3] + 1,
    codec.SIZES[4] + 1,
)


@dataclass(frozen=True, slots=True)
class Config:
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

    def __post_init__(self) -> None:
        if self.heads % self.kv_heads:
            raise ValueError(f"heads={self.heads} is not a multiple of kv_heads={self.kv_heads}: change one of them")
        if self.head_dim % 2:
            raise ValueError(f"head_dim={self.head_dim} is odd; rotary positions need an even one")
        if self.window < 1:
            raise ValueError(f"window={self.window}: an event attends at least to itself, so window must be >= 1")


def rotary_angles(positions: Tensor, head_dim: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosines and sines, float32 [T, head_dim / 2], of integer `positions` [T]; angles in float64."""
    frequency = base ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    angle = positions.to(torch.float64)[:, None] * frequency
    return angle.cos().float(), angle.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions, half-split (not interleaved): dimension i is paired with i + head_dim / 2.

    `x` is [..., T, head_dim]; `cos` and `sin` are [T, head_dim / 2].
    """
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


def _read_indices(events: Tensor) -> Tensor:
    """Rows of the embedding tables for `events` [..., 5]: the classes, drum pitches moved up by 128."""
    drums = (events[..., 1] == codec.DRUMS).to(events.dtype) * _DRUM_OFFSET
    return torch.stack([events[..., i] + drums if name == "pitch" else events[..., i]
                        for i, name in enumerate(codec.FIELDS)], dim=-1)  # fmt: skip


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
        age = torch.arange(start, stop)[:, None] - torch.arange(oldest, stop)[None, :]
        mask = (age >= 0) & (age < window)
        reach = slice(oldest, stop)
        parts.append(F.scaled_dot_product_attention(
            query[:, :, start:stop], key[:, :, reach], value[:, :, reach], attn_mask=mask.to(query.device)
        ))  # fmt: skip
    return torch.cat(parts, dim=2)


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)); no biases."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.attention_norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        # Rows: all query heads, then all key heads, then all value heads.
        self.qkv = nn.Linear(config.width, (config.heads + 2 * config.kv_heads) * config.head_dim, bias=False)
        self.output = nn.Linear(config.heads * config.head_dim, config.width, bias=False)
        self.mlp_norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        self.up = nn.Linear(config.width, config.mlp_width, bias=False)
        self.down = nn.Linear(config.mlp_width, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """`x` [B, T, H] to the same shape."""
        c = self.config
        batch, length, _ = x.shape
        heads: Tensor = self.qkv(self.attention_norm(x))
        heads = heads.view(batch, length, c.heads + 2 * c.kv_heads, c.head_dim).transpose(1, 2)
        query, key, value = torch.split(heads, [c.heads, c.kv_heads, c.kv_heads], dim=1)
        mixed = windowed_attention(rotate(query, cos, sin), rotate(key, cos, sin), value, c.window)
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, length, c.heads * c.head_dim))
        out: Tensor = x + self.down(F.gelu(self.up(self.mlp_norm(x))))
        return out


class Head(nn.Module):
    """From hidden state to the next event, one field given those before it.

    For each field: logits = outer(gelu(inner(norm(h)))); then h = h + embed(the value of the field).
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        sizes = dict(zip(codec.FIELDS, codec.SIZES, strict=True))
        read = dict(zip(codec.FIELDS[:-1], _READ_SIZES, strict=False))  # Nothing comes after the duration.
        self.norms = nn.ModuleDict({n: nn.RMSNorm(config.width, eps=config.norm_epsilon) for n in sizes})
        self.inner = nn.ModuleDict({n: nn.Linear(config.width, config.width, bias=False) for n in sizes})
        self.outer = nn.ModuleDict({n: nn.Linear(config.width, size) for n, size in sizes.items()})
        self.embed = nn.ModuleDict({n: nn.Embedding(size, config.width) for n, size in read.items()})

    def logits(self, h: Tensor, field: str) -> Tensor:
        """Logits [..., n_classes] of one field from the running state `h` [..., H]."""
        out: Tensor = self.outer[field](F.gelu(self.inner[field](self.norms[field](h))))
        return out

    def forward(self, hidden: Tensor, events: Tensor) -> list[Tensor]:
        """Teacher-forced logits of all fields: `hidden` [..., H], the true next `events` [..., 5]."""
        rows = _read_indices(events)
        h, out = hidden, []
        for i, name in enumerate(codec.FIELDS):
            out.append(self.logits(h, name))
            if name in self.embed:
                h = h + self.embed[name](rows[..., i])
        return out


class Transformer(nn.Module):
    """Embeddings of the fields and the context, blocks, a last norm, and the factored head."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.ModuleDict(
            {n: nn.Embedding(size, config.width) for n, size in zip(codec.FIELDS, _READ_SIZES, strict=True)}
        )
        self.embed_context = nn.Linear(codec.CONTEXT_SIZE, config.width, bias=False)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        self.head = Head(config)
        self._initialise()

    def _initialise(self) -> None:
        residual = 1.0 / math.sqrt(2 * max(self.config.layers, 1))
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                scale = 0.3 if "embed" in name else parameter.shape[1] ** -0.5
                shrink = residual if name.endswith(("output.weight", "down.weight")) else 1.0
                nn.init.normal_(parameter, std=scale * shrink * (0.1 if ".outer." in name else 1.0))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, events: Tensor, context: Tensor) -> Tensor:
        """`events` int64 [B, T, 5] and `context` float32 [B, T, 29] to hidden float32 [B, T, H]."""
        rows = _read_indices(events)
        x: Tensor = self.embed_context(context)
        for i, name in enumerate(codec.FIELDS):
            x = x + self.embed[name](rows[..., i])
        positions = torch.arange(events.shape[1])
        cos, sin = (a.to(x.device) for a in rotary_angles(positions, self.config.head_dim, self.config.rotary_base))
        for block in self.blocks:
            x = block(x, cos, sin)
        hidden: Tensor = self.norm(x)
        return hidden

    def losses(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """Negative log-likelihood in nats, [B, T, 5], of the next events `targets` int64 [B, T, 5].

        A field that is IGNORE costs 0; an ignored velocity conditions the duration as UNKNOWN does.
        """
        given = targets.clone()
        given[..., 3] = torch.where(given[..., 3] == IGNORE, codec.UNKNOWN_VELOCITY, given[..., 3])
        every_logits = self.head(hidden, given.clamp_min(0))
        columns = [
            F.cross_entropy(logits.flatten(0, -2), targets[..., i].flatten(), ignore_index=IGNORE, reduction="none")
            for i, logits in enumerate(every_logits)
        ]
        return torch.stack(columns, dim=-1).view(targets.shape)

    def size(self) -> int:
        """How many parameters there are."""
        return sum(p.numel() for p in self.parameters())
