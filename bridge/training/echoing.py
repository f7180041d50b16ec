"""How a network listens to the echo (`bridge.engine.repetition`): in what it hears, and in what it predicts.

Shapes: `H` = width, `V` views. What is told comes as int64 [..., TOLD_SIZE]: the stream's echo, then RECALL.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from bridge.engine.repetition import LONGEST, STREAM_SIZE, VIEWS
from bridge.vocabulary import codec

FIELD_COUNT: Final = len(codec.FIELDS)
LENGTHS: Final = LONGEST + 1
# Trust is learnt in tenths of a logit: a few hundred steps must take it far.
TRUST_SCALE: Final = 10.0
# Fields by which a coming note shows, as far as they are decided, that it is the one that followed the last time.
TELLING: Final = tuple(codec.FIELDS.index(name) for name in ("dt", "voice", "pitch"))
_FIRST_TRUST: Final = 0.25  # logits for each event of the run, where the note agrees so far


def by_view(told: Tensor) -> tuple[Tensor, Tensor]:
    """Of what is told: what followed in the stream, [..., V, 5], and the lengths of the runs, [..., V]."""
    echo = told[..., :STREAM_SIZE]
    views = echo.reshape(*echo.shape[:-1], len(VIEWS), FIELD_COUNT + 1)
    return views[..., :FIELD_COUNT], views[..., FIELD_COUNT]


class EchoEmbedding(nn.Module):
    """For each view the sum of what followed, field by field, times a gate that the run's length opens."""

    def __init__(self, width: int, read_sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.follow = nn.Embedding(len(VIEWS) * sum(read_sizes), width)  # all views' and fields' tables, end to end
        self.gate = nn.Embedding(len(VIEWS) * LENGTHS, width)
        # Closed gates: a network that learnt without the echo goes on as it was.
        nn.init.normal_(self.follow.weight, std=0.3)
        nn.init.zeros_(self.gate.weight)
        self._follow_offsets: Tensor
        self._gate_offsets: Tensor
        self.register_buffer("_follow_offsets", torch.tensor(follow_offsets(read_sizes)), persistent=False)
        self.register_buffer("_gate_offsets", torch.tensor(gate_offsets()), persistent=False)

    def forward(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """Rows of what followed [..., V, 5] (drum keys moved) and run lengths [..., V] to float32 [..., H]."""
        follow = self.follow(rows + self._follow_offsets).sum(dim=-2)
        out: Tensor = (follow * self.gate(lengths + self._gate_offsets)).sum(dim=-2)
        return out


class EchoCopy(nn.Module):
    """Adds to the logit of the class that followed the last time: the trust in it, by view, run length and agreement.

    A network learns from this in minutes, for all classes at once, what by embeddings alone it would have to learn of
    each class (compare pointer networks, Vinyals et al. 2015, and copying, Gu et al. 2016).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.trust = nn.Embedding(FIELD_COUNT * len(VIEWS) * 2 * LENGTHS, 1)
        listen = {name: nn.Linear(width, len(VIEWS), bias=False) for name in codec.FIELDS}
        self.listen = nn.ModuleDict(listen)
        with torch.no_grad():
            first = self.trust.weight.view(FIELD_COUNT, len(VIEWS), 2, LENGTHS)
            first.zero_()
            first[:, :, 1] = _FIRST_TRUST / TRUST_SCALE * torch.arange(LENGTHS)
            for linear in listen.values():
                nn.init.zeros_(linear.weight)

    def forward(self, logits: Tensor, normed: Tensor, told: Tensor, events: Tensor, field: int) -> Tensor:
        """`logits` [..., n] of a field with what followed made likelier.

        `normed` [..., H] is what the logits were made of; of the note `events` [..., 5] only earlier fields are read.
        """
        follow, lengths = by_view(told)
        classes = follow[..., field]
        earlier = [place for place in TELLING if place < field]
        agree = (follow[..., earlier] == events[..., None, earlier]).all(dim=-1)
        view = torch.arange(len(VIEWS), device=lengths.device)
        rows = ((field * len(VIEWS) + view) * 2 + agree.long()) * LENGTHS + lengths
        boost = TRUST_SCALE * self.trust(rows)[..., 0] + self.listen[codec.FIELDS[field]](normed)
        # Nothing followed, or something that is never drawn (an unknown velocity or duration).
        said = (lengths > 0) & (classes < logits.shape[-1])
        return logits.scatter_add(-1, torch.where(said, classes, 0), torch.where(said, boost, 0.0).to(logits.dtype))


def follow_offsets(read_sizes: tuple[int, ...]) -> list[list[int]]:
    """Where the rows of each view and field begin."""
    views = np.arange(len(VIEWS))[:, None] * sum(read_sizes)
    return [[int(x) for x in row] for row in views + np.cumsum((0, *read_sizes[:-1]))[None, :]]


def gate_offsets() -> list[int]:
    """Where the gates of each view begin."""
    return [view * LENGTHS for view in range(len(VIEWS))]
