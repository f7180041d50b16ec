"""A listener that reads notes tells two ways of playing apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation.playing.excerpts import TWO_HANDS, Excerpt, phrases
from bridge.performer.phrase_measures import Notes
from bridge.training import second_listener
from bridge.training.second_listener import INPUTS, Pair, ask, no_humans, read_both

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    rng = np.random.default_rng(0)
    pieces = []
    for number in range(16):
        rows = []
        for part in range(5):
            rows += line([int(pitch) for pitch in 60 + np.cumsum(rng.integers(-2, 3, 10))], start=8.0 * part)
        pieces.append(("train" if number < 12 else "valid", rows))
    return Corpus(prepared(tmp_path_factory.mktemp("data"), {"pop909": pieces}))


def wild(excerpt: Excerpt, seed: int) -> Notes:
    human = excerpt.human
    return Notes.of(
        (onset, offset, int(pitch), 80)
        for onset, offset, pitch in zip(
            human.onset.tolist(), human.offset.tolist(),
            np.random.default_rng(seed).integers(40, 90, len(human.onset)).tolist(), strict=True,
        )
    )  # fmt: skip


def test_leaps_are_told_from_steps(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    taught_on = phrases(corpus, TWO_HANDS, "train", 60)
    pairs = [Pair(*read_both(excerpt, excerpt.human, wild(excerpt, place))) for place, excerpt in enumerate(taught_on)]
    monkeypatch.setattr(second_listener, "_EPOCHS", 8)
    listener = second_listener.fit(pairs[:20], pairs[20:], seed=0)
    found = phrases(corpus, TWO_HANDS, "valid", 16)
    heard = ask(listener, found, [e.human for e in found], [wild(e, 100 + i) for i, e in enumerate(found)])
    assert heard.value > 0.9
    same = ask(listener, found, [e.human for e in found], [e.human for e in found])
    assert same.value == 0.5


def test_notes_are_read_in_numbers(corpus: Corpus) -> None:
    excerpt = phrases(corpus, TWO_HANDS, "valid", 1)[0]
    one, other = read_both(excerpt, excerpt.human, excerpt.human)
    assert one.shape == (len(excerpt.phrase.onset) + len(excerpt.human.onset), INPUTS) and one.dtype == np.float32
    np.testing.assert_array_equal(one, other)
    assert np.isfinite(one).all() and np.abs(one).max() < 8


def test_each_phrase_comes_with_three_continuations_that_nobody_played(corpus: Corpus) -> None:
    found = phrases(corpus, TWO_HANDS, "train", 10)
    pairs = no_humans(found, seed=0)
    assert len(pairs) == 3 * len(found)
    assert all(pair.other.shape[1] == INPUTS and not np.array_equal(pair.human, pair.other) for pair in pairs[:3])
    again = no_humans(found, seed=0)
    assert all(np.array_equal(one.other, two.other) for one, two in zip(pairs, again, strict=True))


def test_read_so_music_is_the_same_in_every_key(corpus: Corpus) -> None:
    excerpt = phrases(corpus, TWO_HANDS, "valid", 1)[0]
    higher = replace(
        excerpt,
        phrase=replace(excerpt.phrase, pitch=excerpt.phrase.pitch + 5),
        human=replace(excerpt.human, pitch=excerpt.human.pitch + 5),
    )
    one, other = (read_both(e, e.human, e.human)[0] for e in (excerpt, higher))
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_too_few_phrases_are_refused(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="a listener needs 32"):
        second_listener.teach(corpus, FakeModel(), TWO_HANDS, 4, lambda done: None)
