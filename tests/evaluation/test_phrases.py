"""Phrases of held-out pieces, each with what the human played next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import DRUMS, line, prepared, stretch

from bridge.data.corpus import Corpus
from bridge.evaluation.phrases import choose_phrases, join
from bridge.vocabulary.codec import TICKS_PER_BEAT

SCALE = [60, 62, 64, 65, 67, 69, 71, 72]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    music = {"songs": [("valid", line(SCALE * 8)), ("valid", line(SCALE))], "dances": [("valid", line(SCALE * 8))]}
    return Corpus(prepared(tmp_path, music))


def test_what_follows_begins_after_the_prompt_and_lasts_as_long_as_asked(corpus: Corpus) -> None:
    found = choose_phrases(corpus, corpus.split("valid"), 12, prompt_beats=6.0, beats=5.0)
    assert len(found) == 12
    for phrase in found:
        assert phrase.start == round(float(phrase.prompt.onset[-1]))
        assert phrase.prompt.onset[0] >= phrase.start - 6.0 * TICKS_PER_BEAT
        assert phrase.start < phrase.human.onset[0] and phrase.human.onset[-1] <= phrase.start + 5.0 * TICKS_PER_BEAT
        assert len(phrase.prompt.onset) >= 8 and len(phrase.human.onset) >= 8


def test_each_source_has_its_share_and_the_seed_says_which(corpus: Corpus) -> None:
    pieces = corpus.split("valid")
    first, again, other = (choose_phrases(corpus, pieces, 6, 6.0, 5.0, seed) for seed in (1, 1, 2))
    assert [(phrase.piece, phrase.start) for phrase in first] == [(phrase.piece, phrase.start) for phrase in again]
    assert [(phrase.piece, phrase.start) for phrase in first] != [(phrase.piece, phrase.start) for phrase in other]
    assert {phrase.piece.source for phrase in first} == {"songs", "dances"}


def test_pieces_too_short_or_of_drums_alone_hold_none(corpus: Corpus, tmp_path: Path) -> None:
    assert choose_phrases(corpus, corpus.split("valid"), 4, prompt_beats=40.0, beats=40.0) == []
    folder = prepared(tmp_path / "kit", {"kit": [("valid", line([36, 38] * 40))]})
    notes = np.load(next(folder.glob("kit*.npy")))
    notes["voice"] = DRUMS
    np.save(next(folder.glob("kit*.npy")), notes)
    assert choose_phrases(Corpus(folder), Corpus(folder).split("valid"), 4, 6.0, 5.0) == []


def test_two_stretches_of_one_time_line_are_joined_in_order() -> None:
    one, other = stretch(line([60, 62])), stretch(line([64], start=1.0))
    both = join(one, other)
    assert both.pitch.tolist() == [60, 62, 64] and (np.diff(both.onset) > 0).all()
