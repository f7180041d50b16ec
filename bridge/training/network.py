"""A whole model: how events are read, a backbone of one of the families, and how the next event is predicted.

One event is one position. `Network.forward` is the full pass that training uses; the exported graphs compute the
same numbers one event at a time.

Shapes: `B` pieces, `T` events, `H` = width, fields in the order of `codec.FIELDS`, guides as in
`bridge.vocabulary.guide`. The names of the parameters are the interface to the exporter: a rename breaks old
checkpoints.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.data.encode import IGNORE
from bridge.engine.repetition import NOTHING_TOLD, STREAM_SIZE, TOLD_SIZE
from bridge.training.echoing import EchoCopy, EchoEmbedding, by_view
from bridge.training.families import Config, backbone
from bridge.training.recalling import RecallNetwork
from bridge.vocabulary import codec
from bridge.vocabulary.guide import FREE, GUIDE_SIZES

DRUM_OFFSET: Final = 128  # Drum keys are not pitches: they have embeddings of their own.
# Classes that can be *read*, field by field: pitch twice (drums apart), velocity and duration with UNKNOWN.
READ_SIZES: Final = (
    codec.SIZES[0],
    codec.SIZES[1],
    2 * DRUM_OFFSET,
    codec.SIZES[3] + 1,
    codec.SIZES[4] + 1,
)
# A player who turns a knob wants to hear it; training taught how music goes on the average of such places.
EMPHASIS: Final = 2.5
GUIDE_OFFSETS: Final = tuple(np.cumsum((0, *GUIDE_SIZES[:-1])).tolist())


def _read_indices(events: Tensor) -> Tensor:
    """Rows of the embedding tables for `events` [..., 5]: the classes, drum pitches moved up by 128."""
    drums = (events[..., 1] == codec.DRUMS).to(events.dtype) * DRUM_OFFSET
    return torch.stack([events[..., i] + drums if name == "pitch" else events[..., i]
                        for i, name in enumerate(codec.FIELDS)], dim=-1)  # fmt: skip


class Head(nn.Module):
    """From hidden state and guide to the next event, one field given those before it.

    First the guide is taken in: h = h + guide, then h = h + down(gelu(up(norm(h)))). Then for each field
    logits = outer(gelu(inner(norm(h)))) and h = h + embed(the value of the field). With `echo` the last TOLD_SIZE
    numbers of a hidden state are what is told of the past (`bridge.engine.repetition`): what followed the last time is
    made likelier, and what the note's own line and key say is taken in.
    """

    def __init__(self, width: int, epsilon: float, echo: bool = False) -> None:
        super().__init__()
        self.copy = EchoCopy(width) if echo else None
        self.recall = RecallNetwork(width) if echo else None
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
        self.register_load_state_dict_pre_hook(_with_every_guide_entry)  # type: ignore[no-untyped-call]

    def guided(self, hidden: Tensor, guide: Tensor) -> Tensor:
        """`hidden` [..., H] with `guide` int64 [..., GUIDE_SIZE] taken in."""
        h = hidden + self.guide(guide + self._guide_offsets).sum(dim=-2)
        out: Tensor = h + self.mix_down(F.gelu(self.mix_up(self.mix_norm(h))))
        return out

    def forward(self, hidden: Tensor, events: Tensor, guide: Tensor) -> list[Tensor]:
        """Teacher-forced logits of all fields: `hidden`, the true next `events` [..., 5], `guide`."""
        if self.copy is None or self.recall is None:
            return self._predict(hidden, events, guide, None)
        return self._predict(hidden[..., :-TOLD_SIZE], events, guide, hidden[..., -TOLD_SIZE:].long())

    def _predict(self, hidden: Tensor, events: Tensor, guide: Tensor, told: Tensor | None) -> list[Tensor]:
        rows = _read_indices(events)
        h, out = self.guided(hidden, guide), []
        for i, name in enumerate(codec.FIELDS):
            if self.recall is not None and told is not None:
                h = self.recall.read(h, told[..., STREAM_SIZE:], events, name)
            normed = self.norms[name](h)
            inner = F.gelu(self.inner[name](normed))
            logits = self.outer[name](inner)
            if self.copy is not None and self.recall is not None and told is not None:
                logits = self.copy(logits, normed, told, events, i)
                logits = self.recall.suggest(logits, normed, inner, told[..., STREAM_SIZE:], events, name)
            out.append(logits)
            if name in self.embed:
                h = h + self.embed[name](rows[..., i])
        return out

    def emphasised(self, hidden: Tensor, events: Tensor, guide: Tensor) -> list[Tensor]:
        """The logits that exported models draw from: what the controls of the guide change, EMPHASIS times.

        Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598). The roles are the same on both sides; without
        controls these are the logits of `forward`.
        """
        quiet = guide.clone()
        quiet[..., len(codec.VOICES) :] = FREE
        both = zip(self(hidden, events, quiet), self(hidden, events, guide), strict=True)
        return [plain + EMPHASIS * (told - plain) for plain, told in both]


def _with_every_guide_entry(head: nn.Module, state: dict[str, Tensor], prefix: str, *_: Any) -> None:
    """Weights from before a guide's last entries existed: those entries say nothing, and the model is what it was."""
    name = f"{prefix}guide.weight"
    if name in state and len(state[name]) < sum(GUIDE_SIZES):
        missing = sum(GUIDE_SIZES) - len(state[name])
        state[name] = F.pad(state[name], (0, 0, 0, missing))


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
        self.dropout = nn.Dropout(0.0)  # how much, a training run says
        self.head = Head(width, config.norm_epsilon, config.echo)
        self._initialise()
        self.echo = EchoEmbedding(width, READ_SIZES) if config.echo else None
        self.backbone = backbone(config)

    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if ".copy." in name or ".recall." in name:
                continue  # which begin as they should
            if parameter.ndim == 2:
                scale = 0.3 if "embed" in name else parameter.shape[1] ** -0.5
                nn.init.normal_(parameter, std=scale * (0.1 if ".outer." in name else 1.0))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        # A guide begins as a whisper and its mixing as nothing: an older model goes on as it was.
        nn.init.normal_(self.head.guide.weight, std=0.02)
        nn.init.zeros_(self.head.mix_down.weight)

    def forward(self, events: Tensor, context: Tensor, told: Tensor | None = None) -> Tensor:
        """`events` int64 [B, T, 5] and `context` float32 [B, T, 29] to hidden float32 [B, T, H].

        A network that listens to the echo takes what is told of the past too, int64 [B, T, TOLD_SIZE] (without it hears
        nothing), and hands it on at the end of the hidden state, [B, T, H + TOLD_SIZE].
        """
        rows = _read_indices(events)
        x: Tensor = self.embed_context(context)
        for i, name in enumerate(codec.FIELDS):
            x = x + self.embed[name](rows[..., i])
        if self.echo is None:
            hidden: Tensor = self.dropout(self.norm(self.backbone(self.dropout(x))))
            return hidden
        if told is None:
            told = torch.from_numpy(NOTHING_TOLD).to(events.device).expand(*events.shape[:-1], TOLD_SIZE)
        follow, lengths = by_view(told)
        hidden = self.dropout(self.norm(self.backbone(self.dropout(x + self.echo(_read_indices(follow), lengths)))))
        # In float32, whatever the network works in: bf16 knows whole numbers up to 256 only.
        return torch.cat((hidden.float(), told.float()), dim=-1)

    def logits(self, hidden: Tensor, targets: Tensor, guide: Tensor) -> list[Tensor]:
        """Teacher-forced logits of all fields of the next events `targets` int64 [B, T, 5].

        An ignored velocity conditions the duration as UNKNOWN does.
        """
        given = targets.clone()
        given[..., 3] = torch.where(given[..., 3] == IGNORE, codec.UNKNOWN_VELOCITY, given[..., 3])
        every_logits: list[Tensor] = self.head(hidden, given.clamp_min(0), guide)
        return every_logits

    def losses(self, hidden: Tensor, targets: Tensor, guide: Tensor) -> Tensor:
        """Negative log-likelihood in nats, [B, T, 5], of the next events; a field that is IGNORE costs 0."""
        return nats_of(self.logits(hidden, targets, guide), targets)

    def set_dropout(self, share: float) -> None:
        """In training, drop this share of what is read, of what each block adds, and of what is understood."""
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = share

    def size(self) -> int:
        """How many parameters there are."""
        return sum(p.numel() for p in self.parameters())


def nats_of(every_logits: list[Tensor], targets: Tensor) -> Tensor:
    """Negative log-likelihood in nats, [B, T, 5], of `targets` int64 [B, T, 5]; a field that is IGNORE costs 0."""
    columns = [
        F.cross_entropy(logits.flatten(0, -2), targets[..., i].flatten(), ignore_index=IGNORE, reduction="none")
        for i, logits in enumerate(every_logits)
    ]
    return torch.stack(columns, dim=-1).view(targets.shape)
