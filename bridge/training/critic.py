"""Learning a critic: which of a model's answers goes on from a phrase as a human would.

Phrases of the train split, each with what the human played next, taught against first answers of the model that the
critic is for, and against what no model need be asked for: the human's continuation in a wrong key, its notes in a
random order, its rhythm shaken, and another phrase's continuation. The critic is a boosted forest over
`phrase_features.FEATURES`; its score is the logit of "a human played this".
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.notes import Piece
from bridge.engine.model import Model
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing.excerpts import (
    BASS_LINE,
    DRUMMING,
    SINGLE_LINE,
    STRINGS,
    TWO_HANDS,
    Excerpt,
    moved,
    phrases,
)
from bridge.evaluation.playing.listener import Rows, area_of, fairly
from bridge.evaluation.playing.machine import answer, play, users_settings
from bridge.performer.phrase_features import FEATURES
from bridge.performer.phrase_measures import Notes
from bridge.timing.timeline import Timeline
from bridge.vocabulary.parameters import PARAMETERS

Progress = Callable[[float], None]

STYLES: Final = (SINGLE_LINE, TWO_HANDS, BASS_LINE, DRUMMING, STRINGS)
PHRASES: Final = 500
_ANSWERS: Final = 2  # first answers of the model to each phrase
_SPOILED: Final = 2  # of the four ways to spoil a continuation, for each phrase
_TREES: Final = 160
_LEAVES: Final = 15
_RATE: Final = 0.06
_SMALLEST_LEAF: Final = 20
# Every fifth piece is kept to measure what was learnt.
_KEPT: Final = 5
# Of so many parts of the pieces the critic learns from all but the last, which a second listener is taught on.
PARTS: Final = 3
_FREE_TEMPO: Final = 0.25  # octaves: how far free copies are from their tempo, at random


@dataclass(frozen=True, slots=True)
class Lessons:
    """Continuations in features [N, F], whether a human played them [N], and the pieces they belong to."""

    rows: Rows
    human: npt.NDArray[np.bool_]
    kinds: tuple[str, ...]
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A critic as a graph, and how well it tells the kept pieces' humans from each kind: areas under the curve."""

    graph: bytes
    areas: Mapping[str, Interval]
    pieces: int


def learn_critic(corpus: Corpus, model: Model, tell: Progress, *, count: int = PHRASES, seed: int = 0) -> Learnt:
    """A critic for `model`, from `count` phrases of the train split. ValueError where there are too few."""
    lessons = make_lessons(corpus, model, tell, count=count, seed=seed)
    kept = np.array([zlib.crc32(piece.encode()) // 7 % _KEPT == 0 for piece in lessons.pieces])
    if min(int(lessons.human[~kept].sum()), int((~lessons.human[~kept]).sum())) < _LEAVES:
        raise ValueError(f"{len(lessons.rows)} continuations are too few to learn a critic from: use more phrases")
    held_back = _fit(lessons.rows[~kept], lessons.human[~kept], seed)
    areas = _areas(lessons, held_back.decision_function(lessons.rows), kept)
    forest = _fit(lessons.rows, lessons.human, seed)
    return Learnt(forest_graph(forest, len(FEATURES)), areas, len(set(lessons.pieces)))


def make_lessons(corpus: Corpus, model: Model, tell: Progress, *, count: int, seed: int) -> Lessons:
    """Continuations of phrases of every style in the train split, good and bad ones in equal number."""
    rng = np.random.default_rng(seed)
    rows: list[npt.NDArray[np.float32]] = []
    kinds: list[str] = []
    pieces: list[str] = []
    for number, style in enumerate(STYLES):
        each = -(-count // len(STYLES))
        found = phrases(corpus, style, "train", each, seed, lambda piece: part_of(piece) < PARTS - 1)
        for place, excerpt in enumerate(found):
            bad = [("machine", first_answer(model, excerpt, seed + 1000 * i + place)) for i in range(_ANSWERS)]
            other = found[(place + 1 + int(rng.integers(max(len(found) - 1, 1)))) % len(found)]
            bad += spoiled(excerpt, other, rng)
            for kind, notes in bad:
                if not len(notes.onset):
                    continue
                heard, continuations = _as_heard(excerpt, (excerpt.human, notes), rng)
                pair = fairly(heard, *continuations)
                rows += pair
                kinds += ["human", kind]
                pieces += [excerpt.piece.name] * 2
            tell((number + (place + 1) / len(found)) / len(STYLES))
        tell((number + 1) / len(STYLES))
    told = np.array(rows, np.float32).reshape(-1, len(FEATURES))
    return Lessons(told, np.array([kind == "human" for kind in kinds], np.bool_), tuple(kinds), tuple(pieces))


def part_of(piece: Piece) -> int:
    """Which of PARTS parts a piece belongs to, the same on every machine."""
    return zlib.crc32(piece.name.encode()) % PARTS


def first_answer(model: Model, excerpt: Excerpt, seed: int) -> Notes:
    """The model's first answer to a phrase, nothing chosen."""
    values = {"choose": 1.0} if "choose" in PARAMETERS else {}
    return answer(play(model, excerpt, users_settings(seed=seed, values=values)))


def spoiled(excerpt: Excerpt, other: Excerpt, rng: np.random.Generator) -> list[tuple[str, Notes]]:
    """Some of the ways to spoil the human's continuation, each with its name."""
    human = excerpt.human
    ways: list[tuple[str, Callable[[], Notes]]] = [
        ("wrong key", lambda: _in_wrong_key(human, rng)),
        ("scrambled", lambda: replace(human, pitch=rng.permutation(human.pitch))),
        ("shaken rhythm", lambda: _shaken(human, rng)),
        ("another phrase's", lambda: moved(other.human, float(human.onset[0] - other.human.onset[0]))),
    ]
    chosen = rng.choice(len(ways), _SPOILED, replace=False)
    return [(ways[i][0], ways[i][1]()) for i in sorted(chosen.tolist())]


def _in_wrong_key(notes: Notes, rng: np.random.Generator) -> Notes:
    """Every pitch moved alike by one to six semitones, up or down; of drums the keys exchanged for one another."""
    if notes.drum.all():
        return replace(notes, pitch=rng.permutation(notes.pitch))
    step = int(rng.integers(1, 7)) * int(rng.choice([-1, 1]))
    return replace(notes, pitch=np.where(notes.drum, notes.pitch, np.clip(notes.pitch + step, 0, 127)))


def _shaken(notes: Notes, rng: np.random.Generator) -> Notes:
    """The waits between the onsets in a random order, and each somewhat longer or shorter."""
    stretched = np.exp2(rng.choice([-1.0, -0.5, 0.0, 0.0, 0.5], len(notes.onset) - 1))
    waits = rng.permutation(np.diff(notes.onset)) * stretched
    onset = np.concatenate([notes.onset[:1], notes.onset[0] + np.cumsum(waits)])
    return replace(notes, onset=onset, offset=onset + (notes.offset - notes.onset))


def _as_heard(
    excerpt: Excerpt, continuations: tuple[Notes, Notes], rng: np.random.Generator
) -> tuple[Excerpt, tuple[Notes, Notes]]:
    """Half of the time as it is, else without a clock: beats are half seconds then, at some tempo, and bars unknown."""
    if excerpt.bars is None or rng.random() < 0.5:
        return excerpt, continuations
    pace = 2.0 ** rng.normal(0.0, _FREE_TEMPO) * 120.0 / excerpt.timeline.tempo_at(0.0)

    def free(notes: Notes) -> Notes:
        return replace(notes, onset=notes.onset * pace, offset=notes.offset * pace)

    heard = replace(excerpt, phrase=free(excerpt.phrase), bars=None, timeline=Timeline.without_beat())
    return heard, (free(continuations[0]), free(continuations[1]))


def _fit(rows: Rows, human: npt.NDArray[np.bool_], seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    forest = HistGradientBoostingClassifier(
        max_iter=_TREES, max_leaf_nodes=_LEAVES, learning_rate=_RATE, min_samples_leaf=_SMALLEST_LEAF,
        l2_regularization=1.0, early_stopping=False, random_state=seed,
    )  # fmt: skip
    return forest.fit(rows, human)


def _areas(lessons: Lessons, scores: npt.NDArray[np.float64], kept: npt.NDArray[np.bool_]) -> dict[str, Interval]:
    """The area under the curve of the kept pieces' humans against each kind of bad continuation."""
    kinds = np.array(lessons.kinds)
    found: dict[str, Interval] = {}
    for kind in sorted(set(lessons.kinds) - {"human"}):
        which = np.flatnonzero(kept & np.isin(kinds, ["human", kind]))
        if len(set(kinds[which].tolist())) == 2:
            found[kind] = area_of(lessons.human[which], scores[which], [lessons.pieces[i] for i in which])
    return found


def forest_graph(forest: Any, features: int) -> bytes:
    """A boosted forest of scikit-learn's as an ONNX model: `features` float32 [N, F] to `score` float32 [N].

    The score is the forest's raw one (`decision_function`). A threshold that float32 does not have is taken down to the
    next that it has: a float32 lies on the same side of both.
    """
    from onnx import TensorProto, checker, helper

    nodes = _Nodes()
    for number, (predictor,) in enumerate(forest._predictors):
        nodes.add(number, predictor.nodes)
    ensemble = helper.make_node(
        "TreeEnsembleRegressor", ["features"], ["scores"], domain="ai.onnx.ml", n_targets=1, post_transform="NONE",
        aggregate_function="SUM", base_values=[float(np.ravel(forest._baseline_prediction)[0])], **nodes.attributes(),
    )  # fmt: skip
    flat = helper.make_node("Reshape", ["scores", "shape"], ["score"])
    shape = helper.make_tensor("shape", TensorProto.INT64, [1], [-1])
    graph = helper.make_graph(
        [ensemble, flat], "critic",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", features])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N"])],
        [shape],
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="antiphon")
    checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


class _Nodes:
    """The nodes of all trees, in the columns that ONNX wants."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {
            f"nodes_{name}": []
            for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids")
        }
        self._columns |= {f"target_{name}": [] for name in ("treeids", "nodeids", "ids", "weights")}

    def add(self, tree: int, nodes: Sequence[Any]) -> None:
        """One tree, as scikit-learn's array of nodes."""
        for place, node in enumerate(nodes):
            leaf = bool(node["is_leaf"])
            row = {
                "treeids": tree,
                "nodeids": place,
                "featureids": 0 if leaf else int(node["feature_idx"]),
                "modes": "LEAF" if leaf else "BRANCH_LEQ",
                "values": 0.0 if leaf else _not_above(float(node["num_threshold"])),
                "truenodeids": 0 if leaf else int(node["left"]),
                "falsenodeids": 0 if leaf else int(node["right"]),
            }
            for name, value in row.items():
                self._columns[f"nodes_{name}"].append(value)
            if leaf:
                target = {"treeids": tree, "nodeids": place, "ids": 0, "weights": float(node["value"])}
                for name, value in target.items():
                    self._columns[f"target_{name}"].append(value)

    def attributes(self) -> dict[str, list[Any]]:
        """For the ONNX node."""
        return self._columns


def _not_above(value: float) -> float:
    """The largest float32 that is not above `value`."""
    near = np.float32(value)
    return float(near if float(near) <= value else np.nextafter(near, np.float32(-np.inf)))
