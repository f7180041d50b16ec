"""All of an evaluation, on small music."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import PHRASE, line, prepared

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation.evaluation import EvaluationSettings, evaluate, example_phrases, train_baseline


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    rng = np.random.default_rng(0)
    tunes = [line((60 + np.cumsum(rng.integers(-3, 4, 60)) % 24).tolist()) for _ in range(5)]
    return Corpus(prepared(tmp_path, {"songs": list(zip(("train",) * 3 + ("valid",) * 2, tunes, strict=True))}))


def silent(what: str, done: float) -> None:
    pass


def test_only_the_parts_that_are_asked_for_are_measured(corpus: Corpus) -> None:
    told: list[tuple[str, float]] = []
    found = evaluate(
        corpus,
        {"fake": FakeModel()},
        EvaluationSettings(baselines=("unigram",), parts=("bits",)),
        lambda *news: told.append(news),
    )
    assert list(found.bits) == ["fake", "unigram"] and not found.phrases and not found.comparisons and not found.sweeps
    assert {what for what, _ in told} == {"fake: bits", "unigram: training", "unigram: bits"}
    assert set(found.differences()) == {"fake - unigram"} and found.pieces == 2


def test_continuations_and_controls_are_of_the_same_phrases(corpus: Corpus) -> None:
    asked = EvaluationSettings(phrases=2, prompt_beats=6.0, beats=6.0, parts=("continuations", "controls"))
    found = evaluate(corpus, {"one": FakeModel(), "other": FakeModel("other")}, asked, silent)
    assert len(found.phrases) == 2 and not found.bits
    assert {name: len(played) for name, played in found.played.items()} == {"one": 2, "other": 2}
    assert set(found.sweeps) == {"one", "other"} and set(found.as_json()["controls"]["one"]) >= {"density"}


def test_without_phrases_it_says_what_to_do(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match=r"split 'valid' has no phrase of 16 beats followed by 400: use shorter ones"):
        evaluate(corpus, {"fake": FakeModel()}, EvaluationSettings(beats=400.0, parts=("continuations",)), silent)
    with pytest.raises(ValueError, match="split 'test' is empty"):
        evaluate(corpus, {"fake": FakeModel()}, EvaluationSettings(split="test"), silent)


def test_a_baseline_is_trained_on_training_pieces_alone(corpus: Corpus) -> None:
    done: list[float] = []
    assert [train_baseline(name, corpus, done.append).name for name in ("unigram", "markov", "markov-long-term")] == [
        "unigram", "markov", "markov-long-term",
    ]  # fmt: skip
    assert done[0] == done[-1] == 1.0
    with pytest.raises(ValueError, match=r"no baseline 'bach': there are unigram, markov, markov-long-term"):
        train_baseline("bach", corpus, done.append)


def test_examples_are_of_different_sources_as_far_as_there_are() -> None:
    from dataclasses import replace

    phrases = [replace(PHRASE, piece=replace(PHRASE.piece, source=source)) for source in ("a", "a", "a", "b", "c", "b")]
    assert example_phrases(phrases, 4) == [0, 3, 4, 1]
