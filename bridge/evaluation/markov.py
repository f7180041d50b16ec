"""A variable-order Markov model of events: what counting can do, for a network to be measured against.

The idea of the Continuator (Pachet, "The Continuator: Musical Interaction With Style", JNMR 32(3), 2003): continue
with what followed the longest context that was heard before. Here every field is predicted in the order of
`codec.FIELDS`, each given those before it, by a ladder of viewpoints (`viewpoints`): a rung's estimate is its
absolutely discounted frequencies, and is mixed with that of the rungs below by

    P_k(x | past) = w max(n(x) - d, 0) / (N - d T) + (1 - w) P_(k-1)(x | past)

where the class x followed the rung's context n(x) times of N, and T different classes did (Ney, Essen and Kneser, "On
structuring probabilistic dependences in stochastic language modelling", Computer Speech and Language 8, 1994). The
weight w depends on N and T alone (as in Jelinek and Mercer, 1980) and is learnt, with d, from
held-out pieces; below the lowest rung all classes are equally likely. So every prediction is a whole distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Ints
from bridge.evaluation.chunks import Chunk
from bridge.evaluation.counts import Counts, Seen, count_before, hash_columns
from bridge.evaluation.past import Column, Past
from bridge.evaluation.viewpoints import VIEWPOINTS, Viewpoint
from bridge.vocabulary import codec

Floats = npt.NDArray[np.float64]
Progress = Callable[[float], None]

_DISCOUNTS: Final = (0.1, 0.4, 0.7, 0.9)
_HALVINGS: Final = 14
_TOTALS: Final = 18  # classes of N, by powers of the square root of 2 up to 2 ** 9, then of 2
_VARIETIES: Final = 10  # classes of T
_PRIOR: Final = 4.0  # how many observations the weight of plain absolute discounting counts as


def _silent(done: float) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class _Rung:
    """A viewpoint, trained: its counts (None: it counts the chunk itself), discount, and weight by (N, T)."""

    name: str
    counts: Counts | None
    discount: float
    weights: Floats


class Markov:
    """Trained on `chunks`; its weights and discounts on `tune` (none: those of plain absolute discounting).

    Without `short_term` it knows the training pieces alone and learns nothing from what it hears.
    """

    def __init__(
        self, chunks: Sequence[Chunk], tune: Sequence[Chunk], progress: Progress = _silent, *, short_term: bool = True
    ) -> None:
        if not chunks:
            raise ValueError("no training chunks: the Markov model needs at least one")
        past, held_out = Past(chunks), Past(tune) if tune else None
        self._short_term = short_term
        self._ladders: list[list[_Rung]] = []
        for field in range(len(codec.FIELDS)):
            self._ladders.append(_climb(field, past, held_out, short_term))
            progress((field + 1) / len(codec.FIELDS))

    @property
    def name(self) -> str:
        """A plain word for tables."""
        return "markov" if self._short_term else "markov-long-term"

    def nats(self, chunks: Sequence[Chunk]) -> list[Floats]:
        """-log p of each field of each chunk's `targets`, float64 [N - 1, 5]; 0 where it is IGNORE."""
        past = Past(chunks)
        out = np.zeros(past.events.shape)
        for field, ladder in enumerate(self._ladders):
            rows, classes = _targets(past, field)
            probability = np.full(len(rows), 1.0 / codec.SIZES[field])
            for number, (rung, view) in enumerate(zip(ladder, _views(field, past, self._short_term), strict=True)):
                keys, symbols = _keys(view, number, rows, classes)
                seen = count_before(keys, symbols) if rung.counts is None else rung.counts.look_up(keys, symbols)
                weight = rung.weights[_bucket(seen)]
                probability = weight * _discounted(seen, rung.discount) + (1 - weight) * probability
            out[rows, field] = -np.log(probability)
        bounds = np.cumsum([len(chunk.events) for chunk in chunks])[:-1]
        return [part[1:] for part in np.split(out, bounds)]

    def describe(self) -> dict[str, list[dict[str, float | str]]]:
        """For each field its rungs from the lowest up: name, discount, mean weight."""
        return {
            name: [{"viewpoint": r.name, "discount": r.discount, "weight": float(r.weights.mean())} for r in ladder]
            for name, ladder in zip(codec.FIELDS, self._ladders, strict=True)
        }


def _views(field: int, past: Past, short_term: bool) -> Iterator[Viewpoint]:
    return (view for view in VIEWPOINTS[field](past) if short_term or not view.short_term)


def _climb(field: int, past: Past, held_out: Past | None, short_term: bool) -> list[_Rung]:
    """The rungs of one field, each fitted on top of those below."""
    rows, classes = _targets(past, field)
    views = _views(field, past, short_term)
    ladder: list[_Rung] = []
    if held_out is None:
        for number, view in enumerate(views):
            counts = None if view.short_term else Counts(*_keys(view, number, rows, classes))
            ladder.append(_Rung(view.name, counts, 0.7, _plain_weights(0.7)))
        return ladder
    held_rows, held_classes = _targets(held_out, field)
    probability = np.full(len(held_rows), 1.0 / codec.SIZES[field])
    for number, (view, held_view) in enumerate(zip(views, _views(field, held_out, short_term), strict=True)):
        keys, symbols = _keys(held_view, number, held_rows, held_classes)
        if view.short_term:
            counts, seen = None, count_before(keys, symbols)
        else:
            counts = Counts(*_keys(view, number, rows, classes))
            seen = counts.look_up(keys, symbols)
        discount, weights, probability = _fit(seen, probability)
        ladder.append(_Rung(view.name, counts, discount, weights))
    return ladder


def _targets(past: Past, field: int) -> tuple[Ints, Column]:
    """Rows to be predicted (not a chunk's first, not an unknown velocity) and their classes."""
    known = past.here != past.begin
    if codec.FIELDS[field] == "velocity":
        known &= past.velocity != codec.UNKNOWN_VELOCITY
    rows = np.flatnonzero(known)
    return rows, past.events[rows, field]


def _keys(
    view: Viewpoint, salt: int, rows: Ints, classes: Column
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    reference = None if view.reference is None else view.reference[rows]
    chosen = Viewpoint(view.name, tuple(column[rows] for column in view.columns), reference)
    return hash_columns(*chosen.columns, salt=salt + 1), chosen.symbols(classes).astype(np.uint8)


def _discounted(seen: Seen, discount: float) -> Floats:
    """Absolutely discounted frequencies, scaled to sum to 1; 0 where the context was never seen."""
    left = seen.total - discount * seen.different
    kept = np.maximum(seen.class_count - discount, 0.0)
    return np.asarray(np.divide(kept, left, out=np.zeros(len(left)), where=seen.total > 0))


def _bucket(seen: Seen) -> Ints:
    """Class of (N, T); 0 where the context was never seen."""
    total = np.minimum(np.rint(1.5 * np.log2(np.maximum(seen.total, 1))), _TOTALS - 1)
    variety = np.minimum(np.rint(1.5 * np.log2(np.maximum(seen.different, 1))), _VARIETIES - 1)
    return np.where(seen.total > 0, 1 + total * _VARIETIES + variety, 0).astype(np.int64)


def _plain_weights(discount: float) -> Floats:
    """The weight of each bucket by absolute discounting, (N - d T) / N; 0 for the bucket of what was never seen."""
    total, variety = np.meshgrid(2 ** (np.arange(_TOTALS) / 1.5), 2 ** (np.arange(_VARIETIES) / 1.5), indexing="ij")
    weight = 1 - discount * np.minimum(variety, total) / total
    return np.concatenate([[0.0], weight.ravel()])


def _fit(seen: Seen, below: Floats) -> tuple[float, Floats, Floats]:
    """The discount and weights that make held-out events likeliest over `below`, and how likely they then are.

    The likelihood is concave in each weight, so its slope is halved in on; a Beta prior pulls rare buckets towards
    plain absolute discounting.
    """
    bucket = _bucket(seen)
    best: tuple[float, float, Floats, Floats] | None = None
    for discount in _DISCOUNTS:
        own, plain = _discounted(seen, discount), _plain_weights(discount)
        low, high = np.zeros(len(plain)), np.ones(len(plain))
        for _ in range(_HALVINGS):
            weights = (low + high) / 2
            mixed = weights[bucket]
            slope = _PRIOR * (plain / weights - (1 - plain) / (1 - weights))
            slope += np.bincount(bucket, (own - below) / (mixed * own + (1 - mixed) * below), len(plain))
            low, high = np.where(slope > 0, weights, low), np.where(slope > 0, high, weights)
        weights = (low + high) / 2
        weights[0] = 0.0
        mixed = weights[bucket]
        probability = mixed * own + (1 - mixed) * below
        nats = -float(np.log(probability).sum())
        if best is None or nats < best[0]:
            best = nats, discount, weights, probability
    if best is None:
        raise AssertionError("there is at least one discount")
    return best[1], best[2], best[3]
