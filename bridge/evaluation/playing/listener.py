"""A listener that is taught: can it tell the human's continuation of a phrase from the machine's answer to it?

A forest over `phrase_features.FEATURES` learns from some pieces and is asked about others it has not heard. Its figure
is the area under its ROC curve: the probability that of one human and one machine answer it takes the right one for the
human's. 0.5: it cannot tell; 1: it always can. What it tells by is measured by permutation: by how much the area
shrinks when one feature is exchanged among the answers that it is asked about (Breiman, "Random Forests", Machine
Learning 45, 2001).

Both are cut to the same length first. Where a notated human has no loudness or timing of their own, neither has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.evaluation.bootstrap import LEVEL, Interval
from bridge.evaluation.playing.excerpts import Excerpt, some
from bridge.performer.phrase_features import ENDING, FEATURES, LOUDNESS, TIMING, UNKNOWN, Reference, without
from bridge.performer.phrase_measures import CELLS, CHORD, Notes

Rows = npt.NDArray[np.float32]

_TREES: Final = 200
_FOLDS: Final = 5
_SMALLEST_LEAF: Final = 3
_RESAMPLES: Final = 500
_SHUFFLES: Final = 2
# Fewer answers with notes teach a listener nothing.
FEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a listener could tell: `area` under its curve with its interval over pieces, and by what it told."""

    area: Interval
    answers: int
    pieces: int
    by: tuple[tuple[str, float], ...]  # features with what the area loses without them, the most telling first

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        by = {name: round(loss, 4) for name, loss in self.by}
        return {"area": self.area.as_json(), "answers": self.answers, "pieces": self.pieces, "by": by}


def fairly(excerpt: Excerpt, first: Notes, second: Notes) -> tuple[Rows, Rows]:
    """Two continuations of one phrase in features, each float32 [F], as a listener may compare them.

    Both are as long as the shorter one, but for their endings, which are those they have. Of a notated phrase onsets
    and ends are taken to the nearest twelfth of a beat.
    """
    phrase, *short = equally_long(excerpt, first, second)
    whole = (first, second) if excerpt.timed else (_to_the_grid(first), _to_the_grid(second))
    reference = Reference(phrase, excerpt.bars)
    unknown = (set() if excerpt.loud else set(LOUDNESS)) | (set() if excerpt.timed else set(TIMING))
    if not excerpt.ends:
        unknown |= ENDING
    ending = [FEATURES.index(name) for name in ENDING]
    rows = []
    for cut, notes in zip(short, whole, strict=True):
        row = reference.features(cut)
        row[ending] = reference.features(notes)[ending]
        rows.append(without(unknown, row))
    return rows[0], rows[1]


def equally_long(excerpt: Excerpt, first: Notes, second: Notes) -> tuple[Notes, Notes, Notes]:
    """The phrase and two continuations, both as long as the shorter one; times on the grid where it is notated."""
    notes = (excerpt.phrase, first, second)
    phrase, first, second = notes if excerpt.timed else (_to_the_grid(one) for one in notes)
    length = min(float(np.ptp(one.onset)) if len(one.onset) else 0.0 for one in (first, second))
    first, second = (some(one, one.onset <= one.onset[:1].sum() + length + CHORD) for one in (first, second))
    return phrase, first, second


def hear(human: Rows, machine: Rows, pieces: Sequence[str], seed: int = 0, *, reasons: bool = True) -> Hearing | None:
    """Teach a listener and ask it, each piece by one that has not heard it.

    `human` and `machine` are float32 [N, F], the n-th of both of the piece `pieces[n]`. Without `reasons` it does not
    say what it tells by, which takes longest. None where there is too little to teach it.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold

    known = (human != UNKNOWN).any(axis=1) & (machine != UNKNOWN).any(axis=1)
    human, machine = human[known], machine[known]
    groups = np.unique([name for name, use in zip(pieces, known, strict=True) if use], return_inverse=True)[1]
    if len(human) < FEWEST or len(set(groups.tolist())) < 2:
        return None
    rows = np.concatenate([human, machine])
    truth = np.repeat([1, 0], len(human))
    owner = np.concatenate([groups, groups])
    scores = np.zeros(len(rows))
    losses = np.zeros(len(FEATURES))
    rng = np.random.default_rng(seed)
    folds = list(GroupKFold(min(_FOLDS, len(set(groups.tolist())))).split(rows, truth, owner))
    for learn, ask in folds:
        forest = RandomForestClassifier(_TREES, min_samples_leaf=_SMALLEST_LEAF, random_state=seed, n_jobs=1)
        forest.fit(rows[learn], truth[learn])
        scores[ask] = forest.predict_proba(rows[ask])[:, 1]
        if reasons:
            losses += _losses(forest, rows[ask], truth[ask], rng) / len(folds)
    area = float(roc_auc_score(truth, scores))
    order = np.argsort(-losses)[:12]
    by = tuple((FEATURES[place], float(losses[place])) for place in order if losses[place] > 0)
    return Hearing(_interval(area, truth, scores, owner, seed), len(human), len(set(groups.tolist())), by)


def area_of(truth: npt.ArrayLike, scores: npt.ArrayLike, pieces: Sequence[str], seed: int = 0) -> Interval:
    """The area under the curve of scores (higher: human) with its interval over pieces; arrays are [N]."""
    from sklearn.metrics import roc_auc_score

    owner = np.unique(list(pieces), return_inverse=True)[1]
    known, scored = np.asarray(truth), np.asarray(scores)
    return _interval(float(roc_auc_score(known, scored)), known, scored, owner, seed)


def _losses(forest: Any, rows: Rows, truth: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """What the area loses, for each feature, when it is exchanged among these rows."""
    from sklearn.metrics import roc_auc_score

    out = np.zeros(rows.shape[1])
    if len(set(truth.tolist())) < 2:
        return out
    whole = roc_auc_score(truth, forest.predict_proba(rows)[:, 1])
    used = np.flatnonzero(np.ptp(rows, axis=0) > 0)
    shuffled = []
    for place in used:
        for _ in range(_SHUFFLES):
            changed = rows.copy()
            changed[:, place] = rng.permutation(changed[:, place])
            shuffled.append(changed)
    if not shuffled:
        return out
    # All at once: a forest's call costs more than its rows.
    told = forest.predict_proba(np.concatenate(shuffled))[:, 1].reshape(len(used), _SHUFFLES, len(rows))
    for place, shuffles in zip(used, told, strict=True):
        out[place] = whole - np.mean([roc_auc_score(truth, scores) for scores in shuffles])
    return out


def _interval(
    area: float, truth: npt.NDArray[Any], scores: npt.NDArray[Any], owner: npt.NDArray[np.int64], seed: int
) -> Interval:
    """The area with bounds by drawing pieces again."""
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(seed)
    places = [np.flatnonzero(owner == one) for one in np.unique(owner)]
    found = []
    for _ in range(_RESAMPLES):
        drawn = np.concatenate([places[i] for i in rng.integers(len(places), size=len(places))])
        if len(set(truth[drawn].tolist())) == 2:
            found.append(roc_auc_score(truth[drawn], scores[drawn]))
    if not found:
        return Interval(area, np.nan, np.nan)
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(area, float(low), float(high))


def _to_the_grid(notes: Notes) -> Notes:
    onset = np.rint(notes.onset * CELLS) / CELLS
    return replace(notes, onset=onset, offset=np.maximum(np.rint(notes.offset * CELLS) / CELLS, onset + 1 / CELLS))
