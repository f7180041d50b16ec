"""How a network uses what is known of a note's own line and key (`bridge.engine.repetition.lines`), by field.

The hidden state was made before it was decided who plays; which bass note was the last, and how loud, is looked up
when it is the bass's turn. Shapes: `H` = width; what is recalled comes as int64 [..., RECALL_SIZE].
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from bridge.engine.repetition import LINE_VIEWS, NO_PITCH, RECALL, RECENT
from bridge.training.echoing import LENGTHS, TRUST_SCALE
from bridge.vocabulary import codec

DT, VOICE, PITCH = 0, 1, 2
STEPS: Final = 2 * codec.SIZES[PITCH] - 1  # from 127 down to 127 up
_FIRST_TRUST: Final = 0.1  # logits for each time in a row, or each note of a run


class RecallReading(NamedTuple):
    """A number of RECALL that a field's prediction reads: how many values it has, and whether drums have their own."""

    name: str
    values: int
    drums_apart: bool = False

    @property
    def column(self) -> int:
        """Its place in RECALL."""
        return RECALL.index(self.name)

    @property
    def rows(self) -> int:
        """Rows of its table."""
        return self.values * (2 if self.drums_apart else 1)


class RecallSource(NamedTuple):
    """A class that is made likelier: the columns of RECALL that say which, and how much speaks for it.

    `follows` is the column of the pitch that it came with, where it is of a note that followed; else -1.
    """

    name: str
    class_column: int
    count_column: int
    follows: int = -1


def _follower(view: str, field: str) -> RecallSource:
    name = f"line_{view}_{field}"
    pitch = -1 if field == "pitch" else RECALL.index(f"line_{view}_pitch")
    return RecallSource(name, RECALL.index(name), RECALL.index(f"line_{view}_length"), pitch)


def _habit(owner: str, field: str) -> RecallSource:
    return RecallSource(f"{owner}_{field}", RECALL.index(f"{owner}_{field}"), RECALL.index(f"{owner}_{field}_times"))


READINGS: Final = {
    "pitch": (RecallReading("line_pitch", NO_PITCH + 1, True), RecallReading("line_before", NO_PITCH + 1, True)),
    "velocity": tuple(RecallReading(f"{owner}_velocity", codec.UNKNOWN_VELOCITY + 1) for owner in ("line", "key")),
    "duration": tuple(RecallReading(f"{owner}_duration", codec.UNKNOWN_DURATION + 1) for owner in ("line", "key")),
}
SOURCES: Final = {
    "pitch": tuple(_follower(view, "pitch") for view in LINE_VIEWS),
    **{
        field: (_habit("line", field), _habit("key", field), *(_follower(view, field) for view in LINE_VIEWS))
        for field in ("velocity", "duration")
    },
}

# Fields of whose classes it is counted how often the line's last notes took them: where in RECALL the counts begin.
COUNTED: Final = {field: RECALL.index(f"line_{field}_count_0") for field in ("velocity", "duration")}


class RecallNetwork(nn.Module):
    """Of pitch, velocity and duration: reads the line and key, and makes likelier what they suggest.

    Reading adds embeddings to h. Pitches are also predicted by their step from the last of the line (not of drums).
    What was played last, or followed in the line, gains a trust by source, how often or how long it agreed, and
    whether the note is in a chord (of a note that followed: whether its pitch is the one that was taken). And every
    class gains by how many of the line's last notes took it.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        embed = {field: nn.Embedding(sum(r.rows for r in readings), width) for field, readings in READINGS.items()}
        trust = {field: nn.Embedding(len(sources) * 2 * LENGTHS, 1) for field, sources in SOURCES.items()}
        listen = {field: nn.Linear(width, len(sources), bias=False) for field, sources in SOURCES.items()}
        self.embed, self.trust, self.listen = nn.ModuleDict(embed), nn.ModuleDict(trust), nn.ModuleDict(listen)
        self.step = nn.Linear(width, STEPS, bias=False)
        counted = {field: nn.Embedding(2 * (RECENT + 1), 1) for field in COUNTED}
        self.counted_trust = nn.ModuleDict(counted)
        self.favour = nn.ModuleDict({field: nn.Linear(width, 1, bias=False) for field in COUNTED})
        # Some trust in what is suggested, and nothing read: a network that learnt without goes on as it was.
        first = torch.arange(LENGTHS) * (_FIRST_TRUST / TRUST_SCALE)
        for part in (self.embed, self.listen, self.step, self.counted_trust, self.favour):
            for parameter in part.parameters():
                nn.init.zeros_(parameter)
        with torch.no_grad():
            for field, table in trust.items():
                table.weight.copy_(first.repeat(len(SOURCES[field]) * 2)[:, None])

    def read(self, h: Tensor, recall: Tensor, events: Tensor, field: str) -> Tensor:
        """`h` [..., H] with what `field` reads added; of the note `events` [..., 5] only its voice is looked at."""
        if field not in READINGS:
            return h
        drums = (events[..., VOICE] == codec.DRUMS).long()
        rows, offset = [], 0
        for reading in READINGS[field]:
            row = recall[..., reading.column] + offset
            rows.append(row + drums * reading.values if reading.drums_apart else row)
            offset += reading.rows
        out: Tensor = h + self.embed[field](torch.stack(rows, dim=-1)).sum(dim=-2)
        return out

    def suggest(
        self, logits: Tensor, normed: Tensor, inner: Tensor, recall: Tensor, events: Tensor, field: str
    ) -> Tensor:
        """`logits` [..., n] of `field` with what the line and key suggest made likelier.

        `normed` and `inner` [..., H] are what the logits were made of; of the note only earlier fields are read.
        """
        if field not in SOURCES:
            return logits
        if field == "pitch":
            logits = logits + self._by_step(inner, recall, events)
        if field in COUNTED:
            logits = logits + self._by_count(normed, recall, events, field)
        sources = SOURCES[field]
        classes = recall[..., [s.class_column for s in sources]]
        counts = recall[..., [s.count_column for s in sources]]
        together = events[..., DT] == 0
        flags = [together if s.follows < 0 else recall[..., s.follows] == events[..., PITCH] for s in sources]
        place = torch.arange(len(sources), device=recall.device) * 2
        rows = (place + torch.stack(flags, dim=-1).long()) * LENGTHS + counts
        boost = TRUST_SCALE * self.trust[field](rows)[..., 0] + self.listen[field](normed)
        said = (counts > 0) & (classes < logits.shape[-1])
        return logits.scatter_add(-1, torch.where(said, classes, 0), torch.where(said, boost, 0.0).to(logits.dtype))

    def _by_count(self, normed: Tensor, recall: Tensor, events: Tensor, field: str) -> Tensor:
        """What the line's last notes add to the logit of every class that they took, [..., n]."""
        counts = recall[..., COUNTED[field] : COUNTED[field] + codec.SIZES[codec.FIELDS.index(field)]]
        together = (events[..., DT] == 0).long()[..., None]
        trust = TRUST_SCALE * self.counted_trust[field](together * (RECENT + 1) + counts)[..., 0]
        out: Tensor = trust + self.favour[field](normed) * torch.log1p(counts.to(normed.dtype))
        return out

    def _by_step(self, inner: Tensor, recall: Tensor, events: Tensor) -> Tensor:
        """What the step from the line's last pitch adds to the logit of every pitch, [..., 128]."""
        last = recall[..., RECALL.index("line_pitch")]
        known = (last < NO_PITCH) & (events[..., VOICE] != codec.DRUMS)
        pitches = torch.arange(codec.SIZES[PITCH], device=recall.device)
        steps = pitches - torch.where(known, last, 0)[..., None] + codec.SIZES[PITCH] - 1
        return torch.where(known[..., None], self.step(inner).gather(-1, steps), 0.0)
