"""Learning a critic: what it is taught on, and that its graph says what the forest said."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from evaluation_music import line, prepared
from sklearn.ensemble import HistGradientBoostingClassifier

from bridge.data.corpus import Corpus
from bridge.engine.critic import OnnxCritic
from bridge.engine.fake import FakeModel
from bridge.engine.manifest import CriticEntry, Graph
from bridge.evaluation.playing.excerpts import TWO_HANDS, phrases
from bridge.performer.phrase_features import FEATURES, UNKNOWN
from bridge.training import critic


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Pieces of four breaths each, for two hands."""
    rng = np.random.default_rng(0)
    pieces = []
    for _ in range(12):
        rows = []
        for part in range(4):
            rows += line([int(pitch) for pitch in rng.choice([60, 62, 64, 65, 67], 10)], start=8.0 * part)
        pieces.append(("train", rows))
    return Corpus(prepared(tmp_path_factory.mktemp("data"), {"pop909": pieces}))


def test_a_graph_scores_as_its_forest(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = np.round(rng.normal(size=(400, 5)), 1).astype(np.float32)  # round values fall on thresholds
    forest = HistGradientBoostingClassifier(max_iter=30, random_state=0).fit(rows, rows[:, 0] + rows[:, 3] > 0.2)
    path = tmp_path / "critic.onnx"
    graph = critic.forest_graph(forest, 5)
    path.write_bytes(graph)
    scores = OnnxCritic(CriticEntry(Graph(path, hashlib.sha256(graph).hexdigest()), tuple("abcde")), "mine").score(rows)
    np.testing.assert_allclose(scores, forest.decision_function(rows), atol=1e-4)


def test_lessons_are_humans_and_others_in_equal_number(corpus: Corpus) -> None:
    told: list[float] = []
    lessons = critic.make_lessons(corpus, FakeModel(), told.append, count=40, seed=3)
    assert lessons.rows.shape == (len(lessons.human), len(FEATURES)) and lessons.human.mean() == 0.5
    kinds = set(lessons.kinds)
    assert {"human", "wrong key", "scrambled", "shaken rhythm", "another phrase's"} <= kinds
    assert told[-1] == 1.0 and np.isfinite(lessons.rows).all()
    assert (lessons.rows[:, FEATURES.index("in_key")] != UNKNOWN).all()


def test_a_critic_is_learnt(corpus: Corpus) -> None:
    learnt = critic.learn_critic(corpus, FakeModel(), lambda done: None, count=60)
    assert 0 < learnt.pieces <= 12 and learnt.graph  # those that have a phrase which is answered at its end
    assert all(0.0 <= area.value <= 1.0 for area in learnt.areas.values())


def test_too_few_phrases_are_refused(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="too few"):
        critic.learn_critic(corpus, FakeModel(), lambda done: None, count=5)


def test_spoiled_continuations_keep_what_they_do_not_spoil(corpus: Corpus) -> None:
    found = phrases(corpus, TWO_HANDS, "train", 8)
    seen = {}
    for seed in range(12):
        seen.update(dict(critic.spoiled(found[0], found[1], np.random.default_rng(seed))))
    human = found[0].human
    assert sorted(seen["scrambled"].pitch.tolist()) == sorted(human.pitch.tolist())
    assert len(set((seen["wrong key"].pitch - human.pitch).tolist())) == 1
    assert seen["shaken rhythm"].pitch.tolist() == human.pitch.tolist()
    assert seen["another phrase's"].onset[0] == human.onset[0]
