"""Is a phrase found again by another of its piece, transposed at random, among thousands of others?

Beside two that count: how often each pitch class is played, and which runs of steps from pitch to pitch come.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch
from bridge.data.notes import Piece
from bridge.engine.embedding import Embedding
from bridge.evaluation.chunks import as_written
from bridge.library.phrases import Hearer, Span, hear, phrases_of
from bridge.vocabulary.codec import DRUMS

Rows = npt.NDArray[np.float32]
Tell = Callable[[float], None]

AT: Final = 10
# Of a piece no more notes than this are heard: a long one would be most of the library.
_NOTES: Final = 768
_QUERIES: Final = 2  # phrases of each piece that are looked for
_SEMITONES: Final = 6
_GRAM: Final = 3  # steps in a run
_BUCKETS: Final = 4096


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Recall at 10 by what phrases were compared by, and among how many."""

    recalls: Mapping[str, float]
    queries: int
    phrases: int
    pieces: int


def retrieve(corpus: Corpus, split: str, model: Hearer, embedding: Embedding, tell: Tell, seed: int = 0) -> Retrieved:
    """Look for some phrases of every pitched piece of a split, each piece moved by a random number of semitones.

    A phrase counts as found where another phrase of its piece, as written, is among the ten nearest; the phrase itself
    is none of the library.
    """
    rng = np.random.default_rng(seed)
    rows: dict[str, list[Rows]] = {name: [] for name in _WAYS}
    asked: dict[str, list[Rows]] = {name: [] for name in _WAYS}
    owners: list[int] = []
    askers: list[tuple[int, int]] = []  # a piece, and the library's row of the phrase itself
    pieces = [piece for piece in corpus.split(split) if piece.stop - piece.start >= 32]
    for number, piece in enumerate(pieces):
        stretch = _pitched(corpus, piece)
        spans = [] if stretch is None else phrases_of(stretch)
        if stretch is None or len(spans) < 2:
            continue
        moved = _moved(stretch, rng)
        hidden, hidden_moved = hear(model, stretch), hear(model, moved)
        chosen = rng.choice(len(spans), min(_QUERIES, len(spans)), replace=False).tolist()
        askers += [(number, len(owners) + place) for place in chosen]
        owners += [number] * len(spans)
        for name, way in _WAYS.items():
            rows[name] += [way(stretch, span, hidden, embedding) for span in spans]
            asked[name] += [way(moved, spans[place], hidden_moved, embedding) for place in chosen]
        tell((number + 1) / len(pieces))
    if not askers:
        raise ValueError(f"split {split!r} has no piece of two phrases")
    recalls = {name: _recall(np.stack(rows[name]), np.stack(asked[name]), owners, askers) for name in _WAYS}
    turned = np.stack([_turned(row) for row in asked["pitch classes"]])
    recalls["pitch classes, in the best key"] = _recall(np.stack(rows["pitch classes"]), turned, owners, askers)
    return Retrieved(recalls, len(askers), len(owners), len(set(owners)))


def _recall(library: Rows, queries: Rows, owners: list[int], askers: list[tuple[int, int]]) -> float:
    """`library` [N, D]; `queries` [Q, D], or [Q, K, D] of which the nearest counts."""
    owner, found = np.array(owners), 0
    for query, (piece, itself) in zip(queries, askers, strict=True):
        likeness = (library @ np.atleast_2d(query).T).max(axis=1)
        likeness[itself] = -np.inf
        among = min(AT, len(likeness) - 1)  # the phrase itself is none of the library
        nearest = np.argpartition(-likeness, among)[:among]
        found += bool((owner[nearest] == piece).any())
    return found / len(askers)


def _pitched(corpus: Corpus, piece: Piece) -> Stretch | None:
    stretch = as_written(corpus, piece, slice(0, _NOTES))
    return None if (stretch.voice == DRUMS).all() else stretch


def _moved(stretch: Stretch, rng: np.random.Generator) -> Stretch:
    steps = int(rng.integers(1, _SEMITONES + 1)) * int(rng.choice((-1, 1)))
    return replace(
        stretch, pitch=np.where(stretch.voice == DRUMS, stretch.pitch, np.clip(stretch.pitch + steps, 0, 127))
    )


def _unit(row: npt.NDArray[np.float64]) -> Rows:
    return np.asarray(row / max(float(np.linalg.norm(row)), 1e-9), dtype=np.float32)


def _embedded(stretch: Stretch, span: Span, hidden: Rows, embedding: Embedding) -> Rows:
    return embedding.of(hidden[span.start : span.stop])


def _pitch_classes(stretch: Stretch, span: Span, hidden: Rows, embedding: Embedding) -> Rows:
    """How long each pitch class sounds, drums aside."""
    part = slice(span.start, span.stop)
    pitched = stretch.voice[part] != DRUMS
    length = np.maximum((stretch.offset - stretch.onset)[part], 1.0)[pitched]
    counts = np.bincount(stretch.pitch[part][pitched] % 12, weights=length, minlength=12)
    return _unit(counts.astype(np.float64))


def _turned(row: Rows) -> Rows:
    """A histogram in all twelve keys, [12, 12]."""
    return np.stack([np.roll(row, steps) for steps in range(12)])


def _steps(stretch: Stretch, span: Span, hidden: Rows, embedding: Embedding) -> Rows:
    """How often each run of 1 to 3 steps from pitch to pitch comes, drums aside; runs fall into buckets by hash."""
    part = slice(span.start, span.stop)
    pitch = stretch.pitch[part][stretch.voice[part] != DRUMS]
    steps, out = np.diff(pitch).astype(np.int8), np.zeros(_BUCKETS)
    for length in range(1, _GRAM + 1):
        for place in range(len(steps) - length + 1):
            out[zlib.crc32(steps[place : place + length].tobytes()) % _BUCKETS] += 1.0
    return _unit(out)


_WAYS: Final[Mapping[str, Callable[[Stretch, Span, Rows, Embedding], Rows]]] = {
    "embedding": _embedded,
    "pitch classes": _pitch_classes,
    "runs of steps": _steps,
}
