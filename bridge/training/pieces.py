"""Which piece the next stretch of training music comes from, and drumming to go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.data.notes import NoteArray, Piece, kind_of

_DRUM_BAR: Final = 4.0  # beats
_TEMPO_APART: Final = 0.25  # of the logarithm of two tempos that go together


class Pieces:
    """The pieces of `train`, each as often as it should be heard.

    A source is drawn in proportion to the square root of its notes, times its `emphasis`, times that of the kinds of
    its pieces (`bridge.data.notes`) on the average of its notes; a piece in proportion to its notes times the emphasis
    of its kind. What is not named counts 1.
    """

    def __init__(self, corpus: Corpus, emphasis: Mapping[str, float] | None = None) -> None:
        self._corpus, told = corpus, emphasis or {}
        self._by_source: dict[str, list[Piece]] = {}
        for piece in corpus.split("train"):
            self._by_source.setdefault(piece.source, []).append(piece)
        self._sources = sorted(self._by_source)
        self._kinds = {piece: kind_of(corpus.notes(piece)) for piece in corpus.split("train")}
        self._piece_weights, weights = {}, []
        for source in self._sources:
            notes = np.array([p.stop - p.start for p in self._by_source[source]], float)
            wanted = notes * [told.get(self._kinds[piece], 1.0) for piece in self._by_source[source]]
            self._piece_weights[source] = wanted / wanted.sum()
            weights.append(wanted.sum() / notes.sum() ** 0.5 * told.get(source, 1.0))
        self._weights = np.array(weights) / np.sum(weights)
        self._drumming = [piece for piece, kind in self._kinds.items() if kind == "drums" and self._in_four(piece)]
        self._drum_tempos = np.log([_tempo(corpus.notes(piece)) for piece in self._drumming])

    def draw(self, rng: np.random.Generator) -> Piece:
        """One piece at random."""
        source = self._sources[rng.choice(len(self._sources), p=self._weights)]
        return self._by_source[source][rng.choice(len(self._by_source[source]), p=self._piece_weights[source])]

    def kind(self, piece: Piece) -> str:
        """What `kind_of` says of it."""
        return self._kinds[piece]

    def notes(self, piece: Piece, rng: np.random.Generator, most: int) -> NoteArray:
        """At most `most` of its notes in a row from a place at random."""
        notes = self._corpus.notes(piece)
        first = int(rng.integers(0, max(len(notes) - most // 2, 1)))
        return np.array(notes[first : first + most])

    def with_drums(self, notes: NoteArray, rng: np.random.Generator) -> NoteArray:
        """`notes` in 4/4 over real drumming of about their tempo, repeated bar upon bar. Only beats hold after.

        As they are where the bars are others, or no such drumming is in the corpus.
        """
        if (notes["beats_per_bar"] != _DRUM_BAR).any() or not self._drumming:
            return notes
        near = np.flatnonzero(np.abs(self._drum_tempos - np.log(_tempo(notes))) < _TEMPO_APART)
        if not len(near):
            return notes
        drums = self._corpus.notes(self._drumming[rng.choice(near)])
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

    def _in_four(self, piece: Piece) -> bool:
        return bool((self._corpus.notes(piece)["beats_per_bar"] == _DRUM_BAR).all())


def _tempo(notes: NoteArray) -> float:
    """Beats a second on the average; 2 where there is too little to tell."""
    beats = float(notes["onset_beats"][-1] - notes["onset_beats"][0])
    seconds = float(notes["onset_seconds"][-1] - notes["onset_seconds"][0])
    return beats / seconds if beats > 0 and seconds > 0 else 2.0
