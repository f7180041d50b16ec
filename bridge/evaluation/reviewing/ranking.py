"""Does a review tell real pieces from spoiled ones? Each kind of spoiling against the pieces themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.data.corpus import Corpus
from bridge.evaluation.chunks import as_written, choose
from bridge.evaluation.reviewing.review import EXCERPT, FEWEST, Tell, by_model, order_of
from bridge.evaluation.reviewing.scale import Scale
from bridge.evaluation.reviewing.spoiling import WAYS
from bridge.evaluation.reviewing.surprise import Reader


@dataclass(frozen=True, slots=True)
class Told:
    """How often a piece is ranked above a spoiled copy, of itself or of another: the area under the ROC curve."""

    area: float
    pieces: int
    copies: int


def rank(
    corpus: Corpus, split: str, count: int, model: Reader, digest: str, scale: Scale, tell: Tell, seed: int = 0
) -> dict[str, Told]:
    """By kind of spoiling, how well `order` tells pieces from copies; a kind that a piece cannot be spoiled by waits.

    Raises ValueError for a model that the scale does not know.
    """
    if scale.middle(digest, "order") is None:
        raise ValueError("the scale does not know this model: make it with antiphon review --learn DATA")
    pieces = [piece for piece in choose(corpus.split(split), count, seed) if piece.stop - piece.start >= 2 * FEWEST]
    rng = np.random.default_rng(seed)
    real: list[float] = []
    spoiled: dict[str, list[float]] = {way: [] for way in WAYS}
    for number, piece in enumerate(pieces):
        stretch = as_written(corpus, piece, slice(0, EXCERPT))
        real.append(order_of(by_model(stretch, model, seed), scale, digest))
        for way, spoil in WAYS.items():
            copy = spoil(stretch, rng)
            if copy is not None:
                spoiled[way].append(order_of(by_model(copy, model, seed), scale, digest))
        tell((number + 1) / len(pieces))
    return {way: Told(area(real, scores), len(real), len(scores)) for way, scores in spoiled.items()}


def area(better: list[float], worse: list[float]) -> float:
    """The chance that one of `better` is above one of `worse`, ties counting half."""
    first, second = np.array(better)[:, None], np.array(worse)[None, :]
    return float((first > second).mean() + (first == second).mean() / 2)
