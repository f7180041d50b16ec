"""What a network is measured against: models that count, trained on the same training pieces."""

from __future__ import annotations

from typing import Final

from bridge.data.corpus import Corpus
from bridge.evaluation.bits import Predictor, Progress, Unigram
from bridge.evaluation.chunks import choose, chunks
from bridge.evaluation.markov import Markov

NAMES: Final = ("unigram", "markov", "markov-long-term")
# One training piece in so many is left out of the Markov model's counts, to learn its weights on.
_HELD_OUT: Final = 20


def train_baseline(name: str, corpus: Corpus, progress: Progress) -> Predictor:
    """The baseline `name`, trained; it sees neither validation nor test pieces. ValueError for an unknown name."""
    pieces = corpus.split("train")
    if name == "unigram":
        unigram = Unigram(chunks(corpus, pieces))
        progress(1.0)
        return unigram
    if name not in NAMES:
        raise ValueError(f"no baseline {name!r}: there are {', '.join(NAMES)}")
    tune = choose(pieces, len(pieces) // _HELD_OUT) if len(pieces) >= _HELD_OUT else []
    kept = set(pieces) - set(tune)
    counted = [piece for piece in pieces if piece in kept]
    return Markov(
        list(chunks(corpus, counted)), list(chunks(corpus, tune)), progress, short_term=name != "markov-long-term"
    )
