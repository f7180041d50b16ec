"""Phrases of held-out pieces, each with what the human played next, and stretches of notes in general."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch, ticks_of
from bridge.data.notes import Piece
from bridge.evaluation.chunks import as_written, choose
from bridge.evaluation.metrics import pitched
from bridge.vocabulary import codec

_FEWEST: Final = 8  # notes with a pitch in the phrase, and in what follows
_MOST: Final = 1000  # notes of a phrase: more would not be in a network's memory
_TRIES: Final = 12


@dataclass(frozen=True, slots=True)
class HeldOutPhrase:
    """`prompt` and, on the same time line, `human`: the notes that begin in the `beats` after its last onset."""

    piece: Piece
    prompt: Stretch
    human: Stretch
    beats: float

    @property
    def start(self) -> int:
        """The last onset of the prompt, in ticks."""
        return int(ticks_of(self.prompt.onset)[-1])


def join(first: Stretch, second: Stretch) -> Stretch:
    """Two stretches of one time line, one after the other."""
    return Stretch(*(np.concatenate([getattr(first, n), getattr(second, n)]) for n in Stretch.__slots__))


def choose_phrases(
    corpus: Corpus, pieces: Sequence[Piece], count: int, prompt_beats: float, beats: float, seed: int = 0
) -> list[HeldOutPhrase]:
    """`count` phrases at random places of the pieces, every source in proportion to its pieces (at least one each).

    A phrase is `prompt_beats` long and followed by `beats`, each with at least 8 notes that are not drums. Fewer where
    the pieces hold no more. The same for the same seed.
    """
    rng = np.random.default_rng(seed)
    able = [piece for piece in pieces if piece.stop - piece.start >= 2 * _FEWEST]
    found: list[HeldOutPhrase] = []
    barren: set[Piece] = set()
    while len(found) < count and len(barren) < len(able):
        left = [piece for piece in able if piece not in barren]
        for piece in choose(left, min(count - len(found), len(left)), int(rng.integers(1 << 31))):
            phrase = _find(as_written(corpus, piece), piece, prompt_beats, beats, rng)
            if phrase is None:
                barren.add(piece)
            else:
                found.append(phrase)
    return found


def _find(
    notes: Stretch, piece: Piece, prompt_beats: float, beats: float, rng: np.random.Generator
) -> HeldOutPhrase | None:
    """A phrase of the piece, None where a dozen tries found none."""
    onset = ticks_of(notes.onset)
    ahead, behind = beats * codec.TICKS_PER_BEAT, prompt_beats * codec.TICKS_PER_BEAT
    ends = np.flatnonzero((onset[1:] > onset[:-1]) & (onset[:-1] + ahead <= onset[-1]))
    for _ in range(_TRIES):
        if not len(ends):
            return None
        end = int(rng.choice(ends))
        begin = max(int(np.searchsorted(onset, onset[end] - behind)), end + 1 - _MOST)
        stop = int(np.searchsorted(onset, onset[end] + ahead, side="right"))
        prompt = notes.reordered(np.arange(begin, end + 1))
        human = notes.reordered(np.arange(end + 1, stop))
        if min(len(pitched(prompt).onset), len(pitched(human).onset)) >= _FEWEST:
            return HeldOutPhrase(piece, prompt, human, beats)
    return None
