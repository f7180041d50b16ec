"""A second listener, which reads the notes themselves: a small network over a phrase and what may be its answer.

It learns what people go on to play from thousands of train phrases, each with the human's continuation and with what no
human played: random tones of the key, a Continuator, another piece's continuation, the human's own in a wrong key, with
its pitches in another order or its rhythm shaken. Beside these, and more often than there are of them, it is shown the
model's answers to some of the phrases. It shares neither measures nor pieces with the critic that chose those answers:
whoever learnt the measures cannot please it by them alone. Its figure is the area under its curve on phrases of another
split; what it makes of the trivial players there says how good a judge it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from bridge.data.corpus import Corpus
from bridge.engine.model import Model
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing.excerpts import Excerpt, Style, phrases
from bridge.evaluation.playing.listener import area_of, equally_long
from bridge.evaluation.playing.machine import answer, play, users_settings
from bridge.evaluation.playing.trivial import continuator, random_in_key
from bridge.performer.phrase_measures import Notes
from bridge.training.critic import PARTS, part_of, spoiled

Progress = Callable[[float], None]
Row = npt.NDArray[np.float32]

PLAIN: Final = 13  # numbers for each note beside those of its pitch class
INPUTS: Final = PLAIN + 12
_ANSWERED: Final = 6  # which of them says whether a note is the answer's
PHRASES: Final = 3000
"""Train phrases whose human continuation it learns by; of them only some are answered by the model."""

_OF_A_PIECE: Final = 16  # phrases of a piece, at most: more are much the same
_WIDTH: Final = 48
_EPOCHS: Final = 3
_BATCH: Final = 16  # pairs
_FEWEST: Final = 32  # answers of the model
_RATE: Final = 3e-3
_DECAY: Final = 1e-2
_DROPOUT: Final = 0.2
_OFF: Final = 0.05  # how far the numbers of a note are off in teaching, at random
# Share of the pairs of a round that are with the model's answers: with more it learns these by heart, and nothing else.
_MACHINE: Final = 0.1
_SORTED: Final = 16  # batches within which rows of about one length come together
_TELL_PLAYING: Final = 0.8  # of the time, or so, is the model's playing


@dataclass(frozen=True, slots=True)
class Pair:
    """A human's continuation and another of the same phrase, as the network reads them: each [T, INPUTS]."""

    human: Row
    other: Row


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


def teach(
    corpus: Corpus,
    model: Model,
    style: Style,
    count: int,
    tell: Progress,
    seed: int = 0,
    *,
    among: int = PHRASES,
) -> SecondListener:
    """A listener taught on `among` phrases of the train split that the critic has not seen, `count` of them answered.

    ValueError where fewer than _FEWEST of them had an answer.
    """
    pieces = sum(part_of(piece) == PARTS - 1 for piece in corpus.split("train"))
    many = max(min(among, _OF_A_PIECE * pieces), count)
    found = phrases(corpus, style, "train", many, seed, lambda piece: part_of(piece) == PARTS - 1)
    machine: list[Pair] = []
    for place, excerpt in enumerate(found[:count]):
        played = answer(play(model, excerpt, users_settings(seed=seed + place)))
        if len(played.onset):
            machine.append(Pair(*read_both(excerpt, excerpt.human, played)))
        tell(_TELL_PLAYING * (place + 1) / min(count, len(found)))
    if len(machine) < _FEWEST:
        raise ValueError(f"{len(machine)} answered phrases in the style {style.name}: a listener needs {_FEWEST}")
    return fit(machine, no_humans(found, seed), seed, lambda done: tell(_TELL_PLAYING + (1 - _TELL_PLAYING) * done))


def no_humans(found: Sequence[Excerpt], seed: int) -> list[Pair]:
    """The human's continuation of each phrase beside some that no human played there; one pair a kind and phrase."""
    rng = np.random.default_rng(seed)
    pairs: list[Pair] = []
    for place, excerpt in enumerate(found):
        other = found[(place + 1 + int(rng.integers(max(len(found) - 1, 1)))) % len(found)]
        player = random_in_key if place % 2 else continuator
        for notes in (player(excerpt, rng), *(notes for _, notes in spoiled(excerpt, other, rng))):
            if len(notes.onset) > 1:
                pairs.append(Pair(*read_both(excerpt, excerpt.human, notes)))
    return pairs


def ask(listener: SecondListener, found: Sequence[Excerpt], human: Sequence[Notes], other: Sequence[Notes]) -> Interval:
    """The area under its curve on these phrases, with its interval over pieces; phrases without an answer are left."""
    rows: list[Row] = []
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


def read_both(excerpt: Excerpt, first: Notes, second: Notes) -> tuple[Row, Row]:
    """Two continuations with their phrase as the network reads them, as long as the shorter one: each [T, INPUTS]."""
    phrase, first, second = equally_long(excerpt, first, second)
    return _read(excerpt, phrase, first), _read(excerpt, phrase, second)


def _read(excerpt: Excerpt, phrase: Notes, after: Notes) -> Row:
    """Each note as INPUTS numbers: time, pitch, loudness, whose it is, and its pitch class from the phrase's chief one.

    The chief pitch class is the one that sounds longest in the phrase: so read, music is the same in every key.
    """
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
    sounding = np.bincount(phrase.pitch % 12, phrase.offset - phrase.onset, 12)
    classes = np.eye(12)[(pitch - int(sounding.argmax())) % 12] * ~drum[:, None]
    columns = [
        np.log2(1 + 4 * np.clip(wait, 0, 16)) / 3, np.log2(1 + 4 * np.clip(held, 0, 16)) / 3, (pitch - middle) / 12,
        np.clip(step, -2, 2), wait < 1 / 12, loud, answered, drum, *bar,
        np.minimum(4 * sounding[pitch % 12] / max(float(sounding.sum()), 1e-6), 2.0), np.isin(pitch, phrase.pitch),
        *classes.T,
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


def _batch(rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
    """Rows of different lengths in one: what is filled up is nobody's and counts for nothing."""
    out = np.zeros((len(rows), max(len(row) for row in rows), INPUTS), np.float32)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row
    notes = torch.from_numpy(out)
    return notes, notes[..., _ANSWERED]


def fit(
    machine: Sequence[Pair], others: Sequence[Pair], seed: int, tell: Progress = lambda done: None
) -> SecondListener:
    """A network that tells the humans of these pairs from the rest; `machine` comes back to be _MACHINE of all."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        rng = np.random.default_rng(seed)
        network = SecondListener().train()
        optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
        size = max(round(len(others) * _MACHINE / (1 - _MACHINE)), len(machine))
        rounds = _EPOCHS * math.ceil((len(others) + size) / _BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, rounds)
        for epoch in range(_EPOCHS):
            pairs = [*others, *(machine[i] for i in rng.permutation(np.arange(size) % len(machine)).tolist())]
            for chosen in _batches(pairs, rng):
                notes, answered = _batch([pair.human for pair in chosen] + [pair.other for pair in chosen])
                noise = _OFF * torch.randn_like(notes)
                noise[..., PLAIN:] = 0.0
                human, other = network(notes + noise, answered).split(len(chosen))
                # Each as what it is, and the human's as more of a human's than the other.
                loss = (softplus(-human) + softplus(other) + softplus(other - human)).mean()
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
            tell((epoch + 1) / _EPOCHS)
    return network


def _batches(pairs: Sequence[Pair], rng: np.random.Generator) -> list[list[Pair]]:
    """All pairs in a random order, those of about one length together: little is filled up."""
    order = rng.permutation(len(pairs)).tolist()
    out: list[list[Pair]] = []
    for begin in range(0, len(order), _SORTED * _BATCH):
        near = sorted(order[begin : begin + _SORTED * _BATCH], key=lambda place: len(pairs[place].other))
        out += [[pairs[place] for place in near[at : at + _BATCH]] for at in range(0, len(near), _BATCH)]
    return [out[place] for place in rng.permutation(len(out)).tolist()]
