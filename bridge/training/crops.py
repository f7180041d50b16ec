"""Prepared notes to what the network reads: stretches of events, varied anew each time they are drawn.

Batch number i is a function of the seed and i alone, so that training resumes exactly where it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge import codec
from bridge.training.data import NOTE, NoteArray, Piece
from bridge.training.transformer import IGNORE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# A source is drawn in proportion to the square root of its notes times this (1 where not named): bands
# and expressive playing up, the many quartets down.
EMPHASIS: Final[Mapping[str, float]] = {
    "pop909": 1.3,
    "giantmidi-sample": 1.5,
    "openscore-lieder": 0.6,
    "openscore-quartets": 0.25,
    "openewld-pd": 1.3,
    "groove-midi": 0.9,
    "freedoom": 1.5,
    "blasphemer": 0.8,
    "easyrpg-rtp": 0.7,
}
_FREE_BEATS_PER_SECOND: Final = 2.0  # Where no tempo is known a beat is half a second.
_BASS_BELOW: Final = 50
_DRUM_SOURCE: Final = "groove-midi"
_DRUM_BAR: Final = 4.0  # beats
_SHORTEST_SEGMENT: Final = 32
_DT_LIST: Final[list[int]] = codec.DT_TICKS.tolist()
_DT_CLASS: Final[list[int]] = codec.nearest_class(codec.DT_TICKS, np.arange(_DT_LIST[-1] + 1)).tolist()


@dataclass(slots=True)
class Stretch:
    """Consecutive notes on one time line, in the order in which the model hears them; every array is [N]."""

    onset: Floats  # ticks of 1/48 beat
    offset: Floats
    voice: Ints
    pitch: Ints
    velocity: Ints  # 0: unknown
    bar_beat: Floats  # nan: unknown
    beats_per_bar: Floats

    def reordered(self, order: Ints) -> Stretch:
        """The same notes in another order."""
        return Stretch(*(getattr(self, name)[order] for name in self.__slots__))


class Batch(NamedTuple):
    """Inputs and targets of one step: events int64 [B, T, 5], context float32 [B, T, 29], targets [B, T, 5]."""

    events: Ints
    context: npt.NDArray[np.float32]
    targets: Ints


def stretch_of(notes: NoteArray, *, free: bool, tempo: float = 1.0) -> Stretch:
    """Notes on the clock of their beats, or `free`: seconds as at 120 BPM, the bar unknown, `tempo` times as fast."""
    base, ticks = ("seconds", _FREE_BEATS_PER_SECOND / tempo) if free else ("beats", 1.0)
    ticks *= codec.TICKS_PER_BEAT
    unknown = np.full(len(notes), np.nan)
    return Stretch(
        notes[f"onset_{base}"] * ticks,
        notes[f"offset_{base}"] * ticks,
        notes["voice"].astype(np.int64),
        notes["pitch"].astype(np.int64),
        notes["velocity"].astype(np.int64),
        unknown if free else notes["bar_beat"].astype(np.float64),
        unknown if free else notes["beats_per_bar"].astype(np.float64),
    )


def dt_classes(onset: Ints) -> Ints:
    """Classes [N] of the time since the event before, for onsets in ticks; the first is 0.

    Each is counted from where the classes so far put the previous event, so that rounding does not pile up.
    After a rest longer than the longest class the count starts anew: a rest that long is only "long".
    """
    out = np.zeros(len(onset), np.int64)
    times: list[int] = onset.tolist()
    believed = times[0] if times else 0
    for i, time in enumerate(times):
        passed = time - believed
        if passed > _DT_LIST[-1]:
            out[i], believed = len(_DT_LIST) - 1, time
        elif passed > 0:
            out[i] = _DT_CLASS[passed]
            believed += _DT_LIST[out[i]]
    return out


def contexts(stretch: Stretch, onset: Ints, offset: Ints) -> npt.NDArray[np.float32]:
    """`codec.context` for every event at once, [N, 29]: of the events up to it, those that still sound at its onset."""
    count = len(onset)
    out = np.zeros((count, codec.CONTEXT_SIZE), np.float32)
    pitched = stretch.voice != codec.DRUMS
    # [event, earlier note]; a note sounds at its own onset, however short.
    held = np.tril(offset[None, :] > onset[:, None]) & pitched[None, :]
    held |= np.diag(pitched)
    classes = np.eye(12, dtype=np.float32)[stretch.pitch % 12]
    out[:, :12] = held.astype(np.float32) @ classes > 0
    lowest = np.where(held, stretch.pitch[None, :].astype(np.uint8), np.uint8(255)).min(axis=1, initial=255)
    something = np.flatnonzero(lowest < 255)
    out[something, 12 + lowest[something] % 12] = 1.0
    known = ~np.isnan(stretch.bar_beat)
    bar = 2 * np.pi * (stretch.bar_beat[known] / stretch.beats_per_bar[known] % 1.0)
    pulse = 2 * np.pi * (stretch.bar_beat[known] % 1.0)
    out[known, 24:29] = np.stack([np.ones_like(bar), np.sin(bar), np.cos(bar), np.sin(pulse), np.cos(pulse)], axis=1)
    return out


def event_classes(stretch: Stretch) -> Ints:
    """Events int64 [N, 5], every known field known."""
    velocity = np.where(stretch.velocity > 0, stretch.velocity // codec.VELOCITY_STEP, codec.UNKNOWN_VELOCITY)
    duration = codec.nearest_class(codec.DURATION_TICKS, stretch.offset - stretch.onset)
    return np.stack([dt_classes(_ticks(stretch.onset)), stretch.voice, stretch.pitch, velocity, duration], axis=1)


def encode(stretch: Stretch) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Events int64 [N, 5] and their contexts float32 [N, 29]; takes memory and time as N squared."""
    return event_classes(stretch), contexts(stretch, _ticks(stretch.onset), _ticks(stretch.offset))


def _ticks(time: Floats) -> Ints:
    return np.rint(time).astype(np.int64)


def in_playing_order(stretch: Stretch, rng: np.random.Generator | None = None) -> Stretch:
    """By onset tick, and within a chord by voice and pitch; with `rng`, every other chord at random."""
    tick = _ticks(stretch.onset)
    within = stretch.voice * 128 + stretch.pitch
    if rng is not None and len(tick):
        _, chord = np.unique(tick, return_inverse=True)
        shuffled = rng.random(chord.max() + 1)[chord] < 0.5
        within = np.where(shuffled, rng.integers(0, 1024, len(tick)), within)
    return stretch.reordered(np.lexsort((within, tick)))


def targets_of(events: Ints) -> Ints:
    """What the losses compare with, [N, 5]: the events, with IGNORE for a velocity that nobody knows."""
    targets = events.copy()
    targets[targets[:, 3] == codec.UNKNOWN_VELOCITY, 3] = IGNORE
    return targets


class Corpus:
    """The folder that `prepare` wrote, memory-mapped."""

    def __init__(self, folder: Path, leave_out: frozenset[str] = frozenset()) -> None:
        index = folder / "index.json"
        if not index.exists():
            raise ValueError(f"{folder}: no index.json, so this is not prepared data; run `antiphon prepare` into it")
        rows: list[dict[str, Any]] = json.loads(index.read_text(encoding="utf-8"))["pieces"]
        self.pieces = [Piece(**row) for row in rows if row["source"] not in leave_out]
        sources = sorted({piece.source for piece in self.pieces})
        self._notes: dict[str, NoteArray] = {s: np.load(folder / f"{s}.npy", mmap_mode="r") for s in sources}
        for source, notes in self._notes.items():
            if notes.dtype != NOTE:
                raise ValueError(f"{folder / source}.npy: written by another version; run `antiphon prepare` again")

    def split(self, name: str) -> list[Piece]:
        """The pieces of `train`, `valid` or `test`. ValueError when there are none."""
        pieces = [piece for piece in self.pieces if piece.split == name]
        if not pieces:
            raise ValueError(f"split {name!r} is empty; splits here: {sorted({p.split for p in self.pieces})}")
        return pieces

    def notes(self, piece: Piece) -> NoteArray:
        """NOTE [N] of one piece, read on use."""
        return self._notes[piece.source][piece.start : piece.stop]


class CropSampler:
    """Draws training batches of `batch` rows of `length` events; rows are packed with pieces end to end."""

    def __init__(self, corpus: Corpus, batch: int, length: int, seed: int = 0) -> None:
        self.corpus, self.batch, self.length, self.seed = corpus, batch, length, seed
        self._by_source: dict[str, list[Piece]] = {}
        for piece in corpus.split("train"):
            self._by_source.setdefault(piece.source, []).append(piece)
        self._sources = sorted(self._by_source)
        sizes = {s: np.array([p.stop - p.start for p in self._by_source[s]], float) for s in self._sources}
        weights = np.array([sizes[s].sum() ** 0.5 * EMPHASIS.get(s, 1.0) for s in self._sources])
        self._weights = weights / weights.sum()
        self._piece_weights = {s: n / n.sum() for s, n in sizes.items()}

    def draw(self, number: int) -> Batch:
        """Batch `number`: always the same for the same corpus and seed."""
        rng = np.random.default_rng((self.seed, number))
        rows = [self._row(rng) for _ in range(self.batch)]
        events, context, targets = (np.stack(parts) for parts in zip(*rows, strict=True))
        return Batch(events[:, :-1], context[:, :-1], targets[:, 1:])

    def _row(self, rng: np.random.Generator) -> tuple[Ints, npt.NDArray[np.float32], Ints]:
        """`length` + 1 events: as many segments as fit, each after a long rest that costs nothing."""
        parts: list[tuple[Ints, npt.NDArray[np.float32], Ints]] = []
        room = self.length + 1
        while room > 0:
            events, context, targets = self._segment(rng, max(room, _SHORTEST_SEGMENT))
            if parts:
                targets[0] = IGNORE
                events[0, 0] = rng.integers(codec.SIZES[0] - 24, codec.SIZES[0])
            parts.append((events[:room], context[:room], targets[:room]))
            room -= len(events)
        events, context, targets = (np.concatenate(column) for column in zip(*parts, strict=True))
        return events, context, targets

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

    def _segment(self, rng: np.random.Generator, most: int) -> tuple[Ints, npt.NDArray[np.float32], Ints]:
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
        events, context = encode(in_playing_order(stretch, rng))
        targets = targets_of(events)
        _vary_velocity_known(events, rng)
        hidden = _hidden_durations(events[:, 1], rng)
        events[hidden, 4] = codec.UNKNOWN_DURATION
        return events, context, targets


def _loosen(stretch: Stretch, rng: np.random.Generator) -> None:
    """Half of the time, fingers that are not together: up to 12 ms (standard deviation) on each onset."""
    if rng.random() < 0.5:
        spread = rng.uniform(0.0, 0.012) * _FREE_BEATS_PER_SECOND * codec.TICKS_PER_BEAT
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


def _hidden_durations(voice: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Whose durations the model is not told, as those of keys still down: nobody's, some voices', everybody's, 30 %."""
    choice = rng.choice(4, p=[0.3, 0.4, 0.15, 0.15])
    if choice == 0:
        return np.zeros(len(voice), bool)
    if choice == 1:
        return (rng.random(len(codec.VOICES)) < 0.5)[voice]
    return np.ones(len(voice), bool) if choice == 2 else rng.random(len(voice)) < 0.3
