"""Are the causes that are named causes? Leaving out the first of them must matter more than leaving out others.

One of the checks that Hooker et al. ("A Benchmark for Interpretability Methods in Deep Neural Networks", NeurIPS 2019)
and DeYoung et al. ("ERASER", ACL 2020, comprehensiveness) ask of an explanation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.engine.model import Model
from bridge.evaluation.chunks import as_written, choose
from bridge.evaluation.reviewing.music import Music
from bridge.explanation.case import case_of
from bridge.explanation.causes import NEAR, Occlusion

_TOP: Final = 5
_TIMES: Final = 5  # so often others are chosen at random
_EACH: Final = 3  # notes of a piece
_NOTES: Final = 400
_EARLIEST: Final = 64


@dataclass(frozen=True, slots=True)
class Mattered:
    """Mean loss of log-probability, in nats, without a note's first causes, and without as many others of the near."""

    top: float
    others: float
    notes: int
    left_out: int = _TOP


def leave_out_top(
    corpus: Corpus, split: str, model: Model, count: int, tell: Callable[[float], None], seed: int = 0
) -> Mattered:
    """On `count` notes at random of held-out pieces. Raises ValueError where no piece is long enough."""
    pieces = [piece for piece in corpus.split(split) if piece.stop - piece.start > _EARLIEST + _EACH]
    if not pieces:
        raise ValueError(f"split {split!r} has no piece of more than {_EARLIEST + _EACH} notes")
    rng = np.random.default_rng(seed)
    top: list[float] = []
    others: list[float] = []
    for piece in choose(pieces, -(-count // _EACH), seed):
        stretch = as_written(corpus, piece, slice(0, _NOTES))
        nobody = np.zeros(len(stretch.onset), dtype=np.bool_)
        music = Music(piece.name, stretch, stretch.onset, nobody, piece.has_beats)
        for place in rng.integers(_EARLIEST, len(music), _EACH).tolist():
            heard = Occlusion(model, case_of(music, place), NEAR)
            top.append(heard.effect([cause.place for cause in heard.each()[:_TOP]]))
            near = np.arange(heard.first, place)
            chosen = [rng.choice(near, _TOP, replace=False).tolist() for _ in range(_TIMES)]
            others.append(float(np.mean([heard.effect(places) for places in chosen])))
            tell(len(top) / count)
    return Mattered(float(np.mean(top)), float(np.mean(others)), len(top))
