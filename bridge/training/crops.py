"""Prepared data to training batches: stretches of events, varied anew each time they are drawn.

Batch number i is a function of the seed and i alone, so that training resumes exactly where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.encode import (
    FREE_BEATS_PER_SECOND,
    IGNORE,
    Ints,
    Stretch,
    encode,
    in_playing_order,
    stretch_of,
    targets_of,
    ticks_of,
)
from bridge.data.guides import control_classes, controls_ahead
from bridge.data.notes import NoteArray, Piece
from bridge.engine.repetition import NOTHING_TOLD, told
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROLS, ENDING_ENTRY, FREE, GUIDE_SIZE, HUMAN, MACHINE, SILENT, UNKNOWN

_BASS_BELOW: Final = 50
_DRUM_SOURCE: Final = "groove-midi"
_DRUM_BAR: Final = 4.0  # beats
_SHORTEST_SEGMENT: Final = 32
_FEWEST_LEFT: Final = 16  # notes in a stretch after a voice was left out


class Batch(NamedTuple):
    """Inputs and targets of one step: at each place what was heard, what comes next, and what was said about it.

    events int64 [B, T, 5], context float32 [B, T, 29], targets int64 [B, T, 5], guide int64 [B, T, GUIDE_SIZE], told
    int64 [B, T, TOLD_SIZE] (nothing, for a network that does not listen to the echo).
    """

    events: Ints
    context: npt.NDArray[np.float32]
    targets: Ints
    guide: Ints
    told: Ints


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
    """`echo.told` of a passage int64 [N, 5], or as often that there is nothing to tell."""
    return told(events) if wanted else np.tile(NOTHING_TOLD, (len(events) - 1, 1))


class CropSampler:
    """Draws training batches of `batch` rows of `length` events; rows are packed with pieces end to end.

    A source is drawn in proportion to the square root of its notes times its `emphasis`, 1 where it is not named.
    With `echo` the batches hold it.
    """

    def __init__(
        self,
        corpus: Corpus,
        batch: int,
        length: int,
        seed: int = 0,
        emphasis: Mapping[str, float] | None = None,
        echo: bool = False,
    ) -> None:
        self.corpus, self.batch, self.length, self.seed, self.echo = corpus, batch, length, seed, echo
        self._by_source: dict[str, list[Piece]] = {}
        for piece in corpus.split("train"):
            self._by_source.setdefault(piece.source, []).append(piece)
        self._sources = sorted(self._by_source)
        sizes = {s: np.array([p.stop - p.start for p in self._by_source[s]], float) for s in self._sources}
        weights = np.array([sizes[s].sum() ** 0.5 * (emphasis or {}).get(s, 1.0) for s in self._sources])
        self._weights = weights / weights.sum()
        self._piece_weights = {s: n / n.sum() for s, n in sizes.items()}

    def draw(self, number: int, rank: int = 0, count: int = 1) -> Batch:
        """Batch `number`, always the same for the same corpus and seed; of its rows every `count`th from `rank` on."""
        rows = [self._row(np.random.default_rng((self.seed, number, row))) for row in range(rank, self.batch, count)]
        return Batch(
            np.stack([row.events[:-1] for row in rows]),
            np.stack([row.context[:-1] for row in rows]),
            np.stack([row.targets[1:] for row in rows]),
            np.stack([row.guide[:-1] for row in rows]),
            np.stack([told_for(row.events, self.echo) for row in rows]),
        )

    def _row(self, rng: np.random.Generator) -> _Segment:
        """`length` + 1 events: as many segments as fit, each after a long rest that costs nothing."""
        parts: list[_Segment] = []
        room = self.length + 1
        while room > 0:
            segment = self._segment(rng, max(room, _SHORTEST_SEGMENT))
            if parts:
                segment.targets[0] = IGNORE
                segment.events[0, 0] = rng.integers(codec.SIZES[0] - 24, codec.SIZES[0])
            parts.append(segment.first(room))
            room -= len(segment.events)
        return _Segment(
            np.concatenate([part.events for part in parts]),
            np.concatenate([part.context for part in parts]),
            np.concatenate([part.targets for part in parts]),
            np.concatenate([part.guide for part in parts]),
        )

    def _notes(self, rng: np.random.Generator, most: int) -> tuple[NoteArray, Piece]:
        source = self._sources[rng.choice(len(self._sources), p=self._weights)]
        pieces = self._by_source[source]
        piece = pieces[rng.choice(len(pieces), p=self._piece_weights[source])]
        notes = self.corpus.notes(piece)
        first = int(rng.integers(0, max(len(notes) - most // 2, 1)))
        return np.array(notes[first : first + most]), piece

    def _with_drums(self, notes: NoteArray, rng: np.random.Generator) -> NoteArray:
        """A drummer under a bass that has none: real drumming in 4/4, repeated bar upon bar. Only beats hold after."""
        voices = np.unique(notes["voice"])
        alone = codec.VOICES.index("bass") in voices and codec.DRUMS not in voices
        if not alone or (notes["beats_per_bar"] != _DRUM_BAR).any() or _DRUM_SOURCE not in self._by_source:
            return notes
        pieces = self._by_source[_DRUM_SOURCE]
        drums = self.corpus.notes(pieces[rng.choice(len(pieces), p=self._piece_weights[_DRUM_SOURCE])])
        if (drums["beats_per_bar"] != _DRUM_BAR).any():
            return notes
        length = np.ceil(drums["onset_beats"][-1] / _DRUM_BAR) * _DRUM_BAR
        begin = notes["onset_beats"][0] - notes["bar_beat"][0]
        copies = int(np.ceil((notes["onset_beats"][-1] - begin) / length)) if length > 0 else 0
        loop = [notes]
        for i in range(copies):
            copy = np.array(drums)
            copy["onset_beats"] += begin + i * length
            copy["offset_beats"] += begin + i * length
            loop.append(copy[copy["onset_beats"] <= notes["onset_beats"][-1]])
        both = np.concatenate(loop)
        return both[np.argsort(both["onset_beats"], kind="stable")]

    def _segment(self, rng: np.random.Generator, most: int) -> _Segment:
        notes, piece = self._notes(rng, most)
        free = not piece.has_beats or rng.random() < 0.3
        if not free and rng.random() < 0.6:
            notes = self._with_drums(notes, rng)[:most]
        stretch = stretch_of(notes, free=free, tempo=rng.uniform(0.8, 1.25) if free else 1.0)
        if free:
            _loosen(stretch, rng)
        _revoice(stretch, rng)
        _transpose(stretch, rng)
        _scale_velocity(stretch, rng)
        stretch = in_playing_order(_with_late_entries(stretch, rng), rng)
        events, context = encode(stretch)
        targets = targets_of(events)
        roles = _roles(stretch.voice, rng)
        _vary_velocity_known(events, rng)
        events[_hidden_durations(stretch.voice, roles, rng), 4] = codec.UNKNOWN_DURATION
        return _Segment(events, context, targets, _guide(stretch, roles, rng))


def _roles(voice: Ints, rng: np.random.Generator) -> Ints:
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


def _guide(stretch: Stretch, roles: Ints, rng: np.random.Generator) -> Ints:
    """What the model is told at each event, [N, GUIDE_SIZE]: the roles, and mostly some controls.

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


def _with_late_entries(stretch: Stretch, rng: np.random.Generator) -> Stretch:
    """At times voices are left out, to the end or up to a moment: so that a voice never heard may yet come in.

    Some of the voices but never all, each from a moment of its own on or all from the same.
    """
    present = np.unique(stretch.voice)
    if len(present) < 2 or rng.random() > 0.3:
        return stretch
    together = rng.choice(stretch.onset) if rng.random() < 0.5 else None
    kept = np.ones(len(stretch.onset), bool)
    for voice in rng.permutation(present)[: rng.integers(1, len(present))]:
        enters = rng.choice(stretch.onset) if together is None else together
        if rng.random() < 0.3:
            enters = np.inf
        kept &= (stretch.voice != voice) | (stretch.onset >= enters)
    return stretch.reordered(np.flatnonzero(kept)) if kept.sum() >= _FEWEST_LEFT else stretch


def _loosen(stretch: Stretch, rng: np.random.Generator) -> None:
    """Half of the time, fingers that are not together: up to 12 ms (standard deviation) on each onset."""
    if rng.random() < 0.5:
        spread = rng.uniform(0.0, 0.012) * FREE_BEATS_PER_SECOND * codec.TICKS_PER_BEAT
        stretch.onset += rng.normal(0.0, spread, len(stretch.onset))
        stretch.offset = np.maximum(stretch.offset, stretch.onset + 0.5)


def _revoice(stretch: Stretch, rng: np.random.Generator) -> None:
    """Other instruments: a solo keyboard's low notes to the bass at times, or one pitched voice as another."""
    keys, bass = codec.VOICES.index("keys"), codec.VOICES.index("bass")
    present = np.unique(stretch.voice[stretch.voice != codec.DRUMS])
    if bass not in present and keys in present and rng.random() < 0.2:
        stretch.voice[(stretch.voice == keys) & (stretch.pitch < _BASS_BELOW)] = bass
    elif len(present) and rng.random() < 0.2:
        other = [v for v in range(len(codec.VOICES)) if v not in present and v not in (codec.DRUMS, bass)]
        if other:
            stretch.voice[stretch.voice == rng.choice(present)] = rng.choice(other)


def _transpose(stretch: Stretch, rng: np.random.Generator) -> None:
    pitched = stretch.voice != codec.DRUMS
    if pitched.any():
        lowest, highest = stretch.pitch[pitched].min(), stretch.pitch[pitched].max()
        stretch.pitch[pitched] += int(np.clip(rng.integers(-6, 7), -lowest, 127 - highest))


def _scale_velocity(stretch: Stretch, rng: np.random.Generator) -> None:
    known = stretch.velocity > 0
    factors = rng.uniform(0.85, 1.15) * rng.uniform(0.93, 1.07, len(codec.VOICES))
    scaled = np.rint(stretch.velocity * factors[stretch.voice]).astype(np.int64)
    stretch.velocity = np.where(known, np.clip(scaled, 1, 127), 0)


def _vary_velocity_known(events: Ints, rng: np.random.Generator) -> None:
    """Hide the velocities of one stretch in ten; make some up, for reading only, in half of those that have none.

    Whoever plays live is heard with velocities. Music that was only ever written flat would otherwise be known in
    a form in which it never comes.
    """
    unknown = events[:, 3] == codec.UNKNOWN_VELOCITY
    if not unknown.any():
        if rng.random() < 0.1:
            events[:, 3] = codec.UNKNOWN_VELOCITY
    elif rng.random() < 0.5:
        level = rng.uniform(10.0, 26.0, len(codec.VOICES))[events[:, 1]]
        touch = rng.normal(0.0, rng.uniform(0.5, 3.0), len(events))
        made_up = np.clip(np.rint(level + touch), 0, codec.VELOCITY_CLASSES - 1).astype(np.int64)
        events[:, 3] = np.where(unknown, made_up, events[:, 3])


def _hidden_durations(voice: Ints, roles: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Of which notes [N] the model is not told the duration, as it is not while a key is still down.

    Of none, of those that are said to be the human's (as live), of some voices, of all, or of 30 % anywhere.
    """
    choice = rng.choice(["none", "human", "voices", "all", "some"], p=[0.25, 0.25, 0.25, 0.15, 0.1])
    if choice == "none":
        return np.zeros(len(voice), bool)
    if choice == "all":
        return np.ones(len(voice), bool)
    if choice == "some":
        return rng.random(len(voice)) < 0.3
    if choice == "human" and (roles == HUMAN).any():
        return np.equal(roles[voice], HUMAN)
    return np.asarray(rng.random(len(codec.VOICES)) < 0.5)[voice]
