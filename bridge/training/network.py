"""A whole model: how events are read, a backbone of one of the families, and how the next event is predicted.

One event is one position. `Network.forward` is the full pass that training uses; the exported graphs compute the
same numbers one event at a time.

Shapes: `B` pieces, `T` events, `H` = width, fields in the order of `codec.FIELDS`, guides as `bridge.guide` says.
The names of the parameters are the interface to the exporter: a rename breaks old checkpoints.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge import codec
from bridge.data.encode import IGNORE
from bridge.echo import LONGEST, VIEWS
from bridge.guide import GUIDE_SIZES
from bridge.training.families import Config, backbone

DRUM_OFFSET: Final = 128  # Drum keys are not pitches: they have embeddings of their own.
# Classes that can be *read*, field by field: pitch twice (drums apart), velocity and duration with UNKNOWN.
READ_SIZES: Final = (
    codec.SIZES[0],
    codec.SIZES[1],
    2 * DRUM_OFFSET,
    codec.SIZES[3] + 1,
    codec.SIZES[4] + 1,
)
GUIDE_OFFSETS: Final = tuple(np.cumsum((0, *GUIDE_SIZES[:-1])).tolist())
# Where the rows of each view and field begin, and those of each view's run lengths.
FOLLOW_OFFSETS: Final = (
    np.arange(len(VIEWS))[:, None] * sum(READ_SIZES) + np.cumsum((0, *READ_SIZES[:-1]))[None, :]
).tolist()
GATE_OFFSETS: Final = (np.arange(len(VIEWS)) * (LONGEST + 1)).tolist()


def _read_indices(events: Tensor) -> Tensor:
    """Rows of the embedding tables for `events` [..., 5]: the classes, drum pitches moved up by 128."""
    drums = (events[..., 1] == codec.DRUMS).to(events.dtype) * DRUM_OFFSET
    return torch.stack([events[..., i] + drums if name == "pitch" else events[..., i]
                        for i, name in enumerate(codec.FIELDS)], dim=-1)  # fmt: skip


class Head(nn.Module):
    """From hidden state and guide to the next event, one field given those before it.

    First the guide is taken in: h = h + guide, then h = h + down(gelu(up(norm(h)))). Then for each field
    logits = outer(gelu(inner(norm(h)))) and h = h + embed(the value of the field).
    """

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        sizes = dict(zip(codec.FIELDS, codec.SIZES, strict=True))
        read = dict(zip(codec.FIELDS[:-1], READ_SIZES, strict=False))  # Nothing comes after the duration.
        self.guide = nn.Embedding(sum(GUIDE_SIZES), width)  # all entries' tables, end to end
        self.mix_norm = nn.RMSNorm(width, eps=epsilon)
        self.mix_up = nn.Linear(width, 2 * width, bias=False)
        self.mix_down = nn.Linear(2 * width, width, bias=False)
        self.norms = nn.ModuleDict({n: nn.RMSNorm(width, eps=epsilon) for n in sizes})
        self.inner = nn.ModuleDict({n: nn.Linear(width, width, bias=False) for n in sizes})
        self.outer = nn.ModuleDict({n: nn.Linear(width, size) for n, size in sizes.items()})
        self.embed = nn.ModuleDict({n: nn.Embedding(size, width) for n, size in read.items()})
        self._guide_offsets: Tensor
        self.register_buffer("_guide_offsets", torch.tensor(GUIDE_OFFSETS), persistent=False)

    def guided(self, hidden: Tensor, guide: Tensor) -> Tensor:
        """`hidden` [..., H] with `guide` int64 [..., GUIDE_SIZE] taken in."""
        h = hidden + self.guide(guide + self._guide_offsets).sum(dim=-2)
        out: Tensor = h + self.mix_down(F.gelu(self.mix_up(self.mix_norm(h))))
        return out

    def logits(self, h: Tensor, field: str) -> Tensor:
        """Logits [..., n_classes] of one field from the running state `h` [..., H]."""
        out: Tensor = self.outer[field](F.gelu(self.inner[field](self.norms[field](h))))
        return out

    def forward(self, hidden: Tensor, events: Tensor, guide: Tensor) -> list[Tensor]:
        """Teacher-forced logits of all fields: `hidden` [..., H], the true next `events` [..., 5], `guide`."""
        rows = _read_indices(events)
        h, out = self.guided(hidden, guide), []
        for i, name in enumerate(codec.FIELDS):
            out.append(self.logits(h, name))
            if name in self.embed:
                h = h + self.embed[name](rows[..., i])
        return out


class EchoEmbedding(nn.Module):
    """For each view the sum of what followed, field by field, times a gate that the run's length opens."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.follow = nn.Embedding(len(VIEWS) * sum(READ_SIZES), width)  # all views' and fields' tables, end to end
        self.gate = nn.Embedding(len(VIEWS) * (LONGEST + 1), width)
        # Closed gates: a network that learnt without the echo goes on as it was.
        nn.init.normal_(self.follow.weight, std=0.3)
        nn.init.zeros_(self.gate.weight)
        self._follow_offsets: Tensor
        self._gate_offsets: Tensor
        self.register_buffer("_follow_offsets", torch.tensor(FOLLOW_OFFSETS), persistent=False)
        self.register_buffer("_gate_offsets", torch.tensor(GATE_OFFSETS), persistent=False)

    def forward(self, echo: Tensor) -> Tensor:
        """`echo` int64 [B, T, ECHO_SIZE] to float32 [B, T, H]."""
        views = echo.view(*echo.shape[:-1], len(VIEWS), len(codec.FIELDS) + 1)
        follow = self.follow(_read_indices(views[..., :-1]) + self._follow_offsets).sum(dim=-2)
        out: Tensor = (follow * self.gate(views[..., -1] + self._gate_offsets)).sum(dim=-2)
        return out


class Network(nn.Module):
    """Embeddings of fields, context and (where it listens) echo, a backbone, a last norm, and the factored head."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.ModuleDict(
            {n: nn.Embedding(size, width) for n, size in zip(codec.FIELDS, READ_SIZES, strict=True)}
        )
        self.embed_context = nn.Linear(codec.CONTEXT_SIZE, width, bias=False)
        self.norm = nn.RMSNorm(width, eps=config.norm_epsilon)
        self.head = Head(width, config.norm_epsilon)
        self._initialise()
        self.echo = EchoEmbedding(width) if config.echo else None
        self.backbone = backbone(config)

    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                scale = 0.3 if "embed" in name else parameter.shape[1] ** -0.5
                nn.init.normal_(parameter, std=scale * (0.1 if ".outer." in name else 1.0))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        # A guide begins as a whisper and its mixing as nothing: an older model goes on as it was.
        nn.init.normal_(self.head.guide.weight, std=0.02)
        nn.init.zeros_(self.head.mix_down.weight)

    def forward(self, events: Tensor, context: Tensor, echo: Tensor | None = None) -> Tensor:
        """`events` int64 [B, T, 5] and `context` float32 [B, T, 29] to hidden float32 [B, T, H].

        `echo` int64 [B, T, ECHO_SIZE] for a network that listens to it; without one it hears none.
        """
        rows = _read_indices(events)
        x: Tensor = self.embed_context(context)
        for i, name in enumerate(codec.FIELDS):
            x = x + self.embed[name](rows[..., i])
        if self.echo is not None and echo is not None:
            x = x + self.echo(echo)
        hidden: Tensor = self.norm(self.backbone(x))
        return hidden

    def losses(self, hidden: Tensor, targets: Tensor, guide: Tensor) -> Tensor:
        """Negative log-likelihood in nats, [B, T, 5], of the next events `targets` int64 [B, T, 5].

        A field that is IGNORE costs 0; an ignored velocity conditions the duration as UNKNOWN does.
        """
        given = targets.clone()
        given[..., 3] = torch.where(given[..., 3] == IGNORE, codec.UNKNOWN_VELOCITY, given[..., 3])
        every_logits = self.head(hidden, given.clamp_min(0), guide)
        columns = [
            F.cross_entropy(logits.flatten(0, -2), targets[..., i].flatten(), ignore_index=IGNORE, reduction="none")
            for i, logits in enumerate(every_logits)
        ]
        return torch.stack(columns, dim=-1).view(targets.shape)

    def size(self) -> int:
        """How many parameters there are."""
        return sum(p.numel() for p in self.parameters())
