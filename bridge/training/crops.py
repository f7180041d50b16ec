"""Prepared data to training batches: stretches of events, varied anew each time they are drawn.

Batch number i is a function of the seed and i alone, so that training resumes exactly where it was. A batch is of long
rows, stretches of pieces that are packed end to end, or of many short ones, each a phrase that is all there is to
remember and what follows it (`bridge.training.turns`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.encode import IGNORE, Ints, Stretch, encode, in_playing_order, stretch_of, targets_of, ticks_of
from bridge.data.guides import control_classes, controls_ahead
from bridge.engine.repetition import NOTHING_TOLD, told
from bridge.training import turns as turn_taking
from bridge.training import variation
from bridge.training.pieces import Pieces
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROLS, ENDING_ENTRY, FREE, GUIDE_SIZE, HUMAN, MACHINE, SILENT, UNKNOWN

_SHORTEST_SEGMENT: Final = 32
_SEARCHED: Final = 8  # times the notes wanted, among which turns look for their voice and their phrases


class TrainingBatch(NamedTuple):
    """Inputs and targets of one step: at each place what was heard, what comes next, and what was said about it.

    events int64 [B, T, 5], context float32 [B, T, 29], targets int64 [B, T, 5], guide int64 [B, T, GUIDE_SIZE], told
    int16 [B, T, TOLD_SIZE] (nothing, for a network that does not listen to the echo; of all this it is the most).
    """

    events: Ints
    context: npt.NDArray[np.float32]
    targets: Ints
    guide: Ints
    told: npt.NDArray[np.int16]


class _Segment(NamedTuple):
    """A stretch as events int64 [N, 5], context [N, 29], targets [N, 5], and the guide [N, 11] after each event."""

    events: Ints
    context: npt.NDArray[np.float32]
    targets: Ints
    guide: Ints

    def first(self, count: int) -> _Segment:
        """The first `count` events."""
        return _Segment(self.events[:count], self.context[:count], self.targets[:count], self.guide[:count])


def told_for(events: Ints, wanted: bool) -> Ints:
    """`repetition.told` of passages int64 [..., N, 5], or as often that there is nothing to tell."""
    if wanted:
        return told(events)
    return np.tile(NOTHING_TOLD, (*events.shape[:-2], events.shape[-2] - 1, 1))


class CropSampler:
    """Draws training batches of `batch` rows of `length` events, or of as many events in rows of `turn_length`.

    `turns` is the share of batches of the second kind. Pieces come as `bridge.training.pieces` says. With `echo` the
    batches hold it. With `answers`, phrases with the model's own best answers to them
    (`bridge.training.best_answers`), `answer_share` of the short rows begin with one.
    """

    def __init__(
        self,
        corpus: Corpus,
        batch: int,
        length: int,
        seed: int = 0,
        emphasis: Mapping[str, float] | None = None,
        echo: bool = False,
        turns: float = 0.0,
        turn_length: int = 128,
        answers: Corpus | None = None,
        answer_share: float = 0.0,
    ) -> None:
        self.batch, self.length, self.seed, self.echo = batch, length, seed, echo
        self.turns, self.turn_length = turns, min(turn_length, length)
        self._pieces = Pieces(corpus, emphasis)
        self._answers = answers
        self._answered = [] if answers is None else answers.split("train")
        self._answer_share = answer_share if self._answered else 0.0

    def draw(self, number: int, rank: int = 0, count: int = 1) -> TrainingBatch:
        """Batch `number`, always the same for the same corpus and seed; of its rows every `count`th from `rank` on."""
        short = np.random.default_rng((self.seed, number)).random() < self.turns
        length = self.turn_length if short else self.length
        segment = self._turns if short else self._stretch
        how_many = self.batch * self.length // length
        rows = [
            _row(length, segment, np.random.default_rng((self.seed, number, row)))
            for row in range(rank, how_many, count)
        ]
        events = np.stack([row.events for row in rows])
        return TrainingBatch(
            events[:, :-1],
            np.stack([row.context[:-1] for row in rows]),
            np.stack([row.targets[1:] for row in rows]),
            np.stack([row.guide[:-1] for row in rows]),
            told_for(events, self.echo).astype(np.int16),
        )

    def _stretch(self, rng: np.random.Generator, most: int) -> _Segment:
        """Some `most` notes in a row of a piece, all of its voices or some."""
        piece = self._pieces.draw(rng)
        notes = self._pieces.notes(piece, rng, most)
        free = not piece.has_beats or rng.random() < 0.3
        if not free and self._pieces.kind(piece) == "sheet" and rng.random() < 0.6:
            notes = self._pieces.with_drums(notes, rng)[:most]
        stretch = stretch_of(notes, free=free, tempo=rng.uniform(0.8, 1.25) if free else 1.0)
        if free:
            variation.loosen(stretch, rng)
        elif rng.random() < 0.15:
            variation.forget_bars(stretch)
        variation.revoice(stretch, rng)
        variation.transpose(stretch, rng)
        variation.scale_velocity(stretch, rng)
        stretch = in_playing_order(variation.with_late_entries(stretch, rng), rng)
        roles = drawn_roles(stretch.voice, rng)
        hidden = variation.hidden_durations(stretch.voice, roles, rng)
        return _encoded(stretch, hidden, guide_of_stretch(stretch, roles, rng), rng)

    def _turns(self, rng: np.random.Generator, most: int) -> _Segment:
        """A phrase and what follows it, at most `most` notes, from an empty memory."""
        if rng.random() < self._answer_share:
            return self._answer(rng)
        piece = self._pieces.draw(rng)
        notes = self._pieces.notes(piece, rng, _SEARCHED * most)
        free = not piece.has_beats or rng.random() < 0.5
        stretch = stretch_of(notes, free=free, tempo=rng.uniform(0.75, 1.35) if free else 1.0)
        stretch = turn_taking.part_of(stretch, self._pieces.kind(piece), rng)
        if free:
            variation.loosen(stretch, rng)
        elif rng.random() < 0.25:
            variation.forget_bars(stretch)
        variation.transpose(stretch, rng)
        variation.scale_velocity(stretch, rng)
        cut = turn_taking.in_turns(in_playing_order(stretch, rng), most, rng)
        if rng.random() < 0.4:
            cut = turn_taking.thinned(cut, rng)
        who = str(rng.choice(["machine", "turns", "voices", "unsaid"], p=[0.6, 0.1, 0.1, 0.2]))
        if who == "voices":
            cut = turn_taking.answered_elsewhere(cut, rng)
        guide = turn_taking.guide_in_turns(cut, who, rng)
        return _encoded(cut.stretch, turn_taking.held_keys(cut, rng), guide, rng)

    def _answer(self, rng: np.random.Generator) -> _Segment:
        """A phrase and an answer to it that was found good: only the answer is learnt."""
        assert self._answers is not None
        piece = self._answered[rng.integers(len(self._answered))]
        stretch = stretch_of(np.array(self._answers.notes(piece)), free=not piece.has_beats)
        variation.transpose(stretch, rng)
        variation.scale_velocity(stretch, rng)
        turn = (np.arange(len(stretch.onset)) >= piece.heard).astype(np.int64)
        both = turn_taking.Turns(stretch, turn, ended=True)
        guide = turn_taking.guide_in_turns(both, str(rng.choice(["machine", "unsaid"], p=[0.8, 0.2])), rng)
        segment = _encoded(stretch, turn_taking.held_keys(both, rng), guide, rng)
        segment.targets[: piece.heard] = IGNORE
        return segment


def _row(length: int, segment: Callable[[np.random.Generator, int], _Segment], rng: np.random.Generator) -> _Segment:
    """`length` + 1 events: as many segments as fit, each after a long rest that costs nothing."""
    parts: list[_Segment] = []
    room = length + 1
    while room > 0:
        part = segment(rng, max(room, _SHORTEST_SEGMENT))
        if parts:
            part.targets[0] = IGNORE
            part.events[0, 0] = rng.integers(codec.SIZES[0] - 24, codec.SIZES[0])
        parts.append(part.first(room))
        room -= len(part.events)
    return _Segment(
        np.concatenate([part.events for part in parts]),
        np.concatenate([part.context for part in parts]),
        np.concatenate([part.targets for part in parts]),
        np.concatenate([part.guide for part in parts]),
    )


def _encoded(stretch: Stretch, hidden: npt.NDArray[np.bool_], guide: Ints, rng: np.random.Generator) -> _Segment:
    """`hidden` [N]: whose durations are not told."""
    events, context = encode(stretch)
    targets = targets_of(events)
    variation.vary_velocity_known(events, rng)
    events[hidden, 4] = codec.UNKNOWN_DURATION
    return _Segment(events, context, targets, guide)


# --- what the model is told: who plays, what the next notes are like -------------------------------------


def drawn_roles(voice: Ints, rng: np.random.Generator) -> Ints:
    """Who is said to play which of the voices, [7]: nothing of a third of the stretches, else all of them or some."""
    roles = np.full(len(codec.VOICES), UNKNOWN, np.int64)
    if rng.random() < 0.35:
        return roles
    present = np.unique(voice)
    if rng.random() < 0.7:
        roles[:] = SILENT
    roles[present] = HUMAN
    roles[present if rng.random() < 0.5 else _some(present, rng)] = MACHINE
    if rng.random() < 0.25:
        roles[present[rng.random(len(present)) < 0.5]] = UNKNOWN
    return roles


def _some(present: Ints, rng: np.random.Generator) -> Ints:
    """Some of the voices but not all (unless there is but one): one stays the human's, or only one does not."""
    if len(present) < 2:
        return present
    one = rng.choice(present)
    return present[present != one] if rng.random() < 0.5 else np.array([one])


def guide_of_stretch(stretch: Stretch, roles: Ints, rng: np.random.Generator) -> Ints:
    """The guide at each event of a stretch in which nobody changes, [N, GUIDE_SIZE]: `roles`, and mostly some controls.

    The controls are measured over all notes that are not said to be the human's.
    """
    out = np.zeros((len(stretch.onset), GUIDE_SIZE), np.int64)
    out[:, : len(codec.VOICES)] = roles
    if rng.random() < 0.75:
        onset, offset = ticks_of(stretch.onset), ticks_of(stretch.offset)
        ahead = control_classes(controls_ahead(stretch, onset, offset, roles[stretch.voice] != HUMAN))
        told = rng.random(len(CONTROLS)) < 0.5
        out[:, len(codec.VOICES) : ENDING_ENTRY] = np.where(told, ahead, FREE)
    return out
