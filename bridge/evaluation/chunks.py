"""Held-out pieces as every predictor hears them: in chunks of 1,024 events that start with an empty memory.

Every piece is heard as it was written (no augmentation, durations told). The first event of a chunk is heard but
not predicted; a velocity that the file does not know costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.encode import (
    Ints,
    Stretch,
    contexts,
    event_classes,
    in_playing_order,
    stretch_of,
    targets_of,
    ticks_of,
)
from bridge.data.notes import Piece

CHUNK: Final = 1024
SHORTEST: Final = 16


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive events of one piece: the notes, and their classes `events` int64 [N, 5]."""

    piece: Piece
    stretch: Stretch
    events: Ints

    @property
    def targets(self) -> Ints:
        """What is to be predicted, int64 [N - 1, 5]: all but the first event, IGNORE where a velocity is unknown."""
        return targets_of(self.events)[1:]

    def contexts(self) -> npt.NDArray[np.float32]:
        """`codec.context` of every event, float32 [N, CONTEXT_SIZE]; takes time and memory as N squared."""
        return contexts(self.stretch, ticks_of(self.stretch.onset), ticks_of(self.stretch.offset))


def as_written(corpus: Corpus, piece: Piece, notes: slice = slice(None)) -> Stretch:
    """Some of a piece's notes in playing order, on its beats where it has them, else on seconds as at 120 BPM."""
    chosen = np.array(corpus.notes(piece)[notes])
    return in_playing_order(stretch_of(chosen, free=not piece.has_beats))


def chunks(corpus: Corpus, pieces: Iterable[Piece]) -> Iterator[Chunk]:
    """Each piece in chunks of SHORTEST to CHUNK events; a shorter rest is left out."""
    for piece in pieces:
        for start in range(0, piece.stop - piece.start, CHUNK):
            stretch = as_written(corpus, piece, slice(start, start + CHUNK))
            if len(stretch.onset) >= SHORTEST:
                yield Chunk(piece, stretch, event_classes(stretch))


def choose(pieces: Sequence[Piece], count: int | None, seed: int = 0) -> list[Piece]:
    """`count` of the pieces at random, the same for the same seed; every source in proportion to its pieces.

    Each source has at least one as long as `count` allows. All of them, in their order, where `count` is None.
    """
    if count is None or count >= len(pieces):
        return list(pieces)
    if count < 1:
        raise ValueError(f"{count} pieces: at least 1 is needed")
    rng = np.random.default_rng(seed)
    places: list[tuple[float, int]] = []
    for source in sorted({piece.source for piece in pieces}):
        own = [i for i, piece in enumerate(pieces) if piece.source == source]
        # The k-th of n lies at (k + 1/2) / n; the first of each at 0, so that no source is missing.
        places += [((k + 0.5) / len(own) if k else 0.0, int(i)) for k, i in enumerate(rng.permutation(own))]
    return [pieces[i] for i in sorted(i for _, i in sorted(places)[:count])]
