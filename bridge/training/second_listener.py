"""A second listener, which reads the notes themselves: a small network over a phrase and what may be its answer.

It is taught on train phrases, the human's continuation against the model's answer, and shares neither measures nor
pieces with the critic that chose that answer: whoever learnt the measures cannot please it by them alone. Its figure is
the area under its curve on phrases of another split.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from bridge.data.corpus import Corpus
from bridge.engine.model import Model
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing.excerpts import Excerpt, Style, phrases
from bridge.evaluation.playing.listener import area_of, equally_long
from bridge.evaluation.playing.machine import answer, play, users_settings
from bridge.performer.phrase_measures import Notes
from bridge.training.critic import PARTS, part_of

Progress = Callable[[float], None]

INPUTS: Final = 11  # numbers for each note
_WIDTH: Final = 48
_EPOCHS: Final = 30
_BATCH: Final = 32
_RATE: Final = 3e-3
_DECAY: Final = 1e-2
_DROPOUT: Final = 0.3
_OFF: Final = 0.05  # how far the numbers of a note are off in teaching, at random


class SecondListener(nn.Module):
    """A gated recurrent network over the notes both ways; the logit of "a human played this answer"."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = nn.GRU(INPUTS, _WIDTH, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(_DROPOUT)
        self.out = nn.Linear(4 * _WIDTH, 1)

    def forward(self, notes: Tensor, answered: Tensor) -> Tensor:
        """`notes` [B, T, INPUTS], `answered` [B, T] 1 where a note is the answer's, 0 elsewhere; logits [B]."""
        hidden, _ = self.notes(notes)
        weight = answered[..., None]
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        most = hidden.masked_fill(weight == 0, -1.0).amax(1)
        logit: Tensor = self.out(self.drop(torch.cat([mean, most], 1)))[:, 0]
        return logit


def teach(corpus: Corpus, model: Model, style: Style, count: int, tell: Progress, seed: int = 0) -> SecondListener:
    """A listener taught on `count` phrases of the train split that the critic has not seen. ValueError for too few."""
    found = phrases(corpus, style, "train", count, seed, lambda piece: part_of(piece) == PARTS - 1)
    pairs: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
    for place, excerpt in enumerate(found):
        played = answer(play(model, excerpt, users_settings(seed=seed + place)))
        if len(played.onset):
            pairs.append(read_both(excerpt, excerpt.human, played))
        tell((place + 1) / len(found))
    if len(pairs) < _BATCH:
        raise ValueError(f"{len(pairs)} answered phrases in the style {style.name}: a listener needs {_BATCH}")
    return _fit([(row, 1.0) for row, _ in pairs] + [(row, 0.0) for _, row in pairs], seed)


def ask(listener: SecondListener, found: Sequence[Excerpt], human: Sequence[Notes], other: Sequence[Notes]) -> Interval:
    """The area under its curve on these phrases, with its interval over pieces; phrases without an answer are left."""
    rows: list[npt.NDArray[np.float32]] = []
    pieces: list[str] = []
    for excerpt, one, two in zip(found, human, other, strict=True):
        if len(two.onset):
            rows += read_both(excerpt, one, two)
            pieces += [excerpt.piece.name] * 2
    if not rows:
        return Interval(math.nan, math.nan, math.nan)
    with torch.no_grad():
        scores = listener.eval()(*_batch(rows)).numpy()
    return area_of(np.tile([1, 0], len(rows) // 2), scores, pieces)


def read_both(excerpt: Excerpt, first: Notes, second: Notes) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Two continuations with their phrase as the network reads them, as long as the shorter one: each [T, INPUTS]."""
    phrase, first, second = equally_long(excerpt, first, second)
    return _read(excerpt, phrase, first), _read(excerpt, phrase, second)


def _read(excerpt: Excerpt, phrase: Notes, after: Notes) -> npt.NDArray[np.float32]:
    onset, offset, pitch, velocity, drum = (
        np.concatenate([getattr(phrase, name), getattr(after, name)]) for name in Notes.__slots__
    )
    answered = np.repeat([0.0, 1.0], [len(phrase.onset), len(after.onset)])
    # How long was waited for the answer says nothing about it.
    wait = np.where(np.diff(answered, prepend=0.0) > 0, 0.0, np.diff(onset, prepend=onset[0]))
    step = np.diff(pitch, prepend=pitch[0]) / 12
    middle = phrase.pitch.mean()
    loud = (velocity - phrase.velocity.mean()) / 32 if excerpt.loud else np.zeros(len(onset))
    bar = np.zeros((3, len(onset)))
    if excerpt.bars is not None:
        phase = 2 * np.pi * (onset - excerpt.bars.line) / excerpt.bars.length
        bar = np.stack([np.ones(len(onset)), np.sin(phase), np.cos(phase)])
    held = np.where(drum, 0.25, offset - onset)
    columns = [
        np.log2(1 + 4 * np.clip(wait, 0, 16)) / 3, np.log2(1 + 4 * np.clip(held, 0, 16)) / 3, (pitch - middle) / 12,
        np.clip(step, -2, 2), wait < 1 / 12, loud, answered, drum, *bar,
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


def _batch(rows: Sequence[npt.NDArray[np.float32]]) -> tuple[Tensor, Tensor]:
    """Rows of different lengths in one: what is filled up is nobody's and counts for nothing."""
    out = np.zeros((len(rows), max(len(row) for row in rows), INPUTS), np.float32)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row
    notes = torch.from_numpy(out)
    return notes, notes[..., 6]


def _fit(examples: Sequence[tuple[npt.NDArray[np.float32], float]], seed: int) -> SecondListener:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = SecondListener().train()
        optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
        rounds = _EPOCHS * math.ceil(len(examples) / _BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, rounds)
        for _ in range(_EPOCHS):
            order = torch.randperm(len(examples)).tolist()
            for begin in range(0, len(order), _BATCH):
                chosen = [examples[place] for place in order[begin : begin + _BATCH]]
                notes, answered = _batch([row for row, _ in chosen])
                truth = torch.tensor([label for _, label in chosen])
                logits = network(notes + _OFF * torch.randn_like(notes), answered)
                loss = nn.functional.binary_cross_entropy_with_logits(logits, truth)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
    return network
