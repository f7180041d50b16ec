"""Pieces chosen, and cut into chunks and phrases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.data.encode import IGNORE
from bridge.data.notes import Piece
from bridge.evaluation.chunks import CHUNK, choose, chunks
from bridge.evaluation.phrases import choose_phrases


def pieces(**counts: int) -> list[Piece]:
    return [Piece(f"{s}{i}", s, "valid", "CC0", 0, 99, True) for s, n in counts.items() for i in range(n)]


def test_every_source_is_chosen_from_in_proportion() -> None:
    chosen = choose(pieces(few=2, many=40, some=10), 13)
    number = {source: sum(piece.source == source for piece in chosen) for source in ("few", "many", "some")}
    assert len(chosen) == 13 and number["few"] == 1 and number["many"] > number["some"] >= 2
    assert chosen == choose(pieces(few=2, many=40, some=10), 13) != choose(pieces(few=2, many=40, some=10), 13, seed=1)
    assert len(choose(pieces(a=3), None)) == len(choose(pieces(a=3), 9)) == 3
    with pytest.raises(ValueError, match="at least 1"):
        choose(pieces(a=3), 0)


def test_chunks_begin_anew_and_a_short_rest_is_left_out(tmp_path: Path) -> None:
    rows = line([60 + i % 12 for i in range(2 * CHUNK + 10)])
    corpus = Corpus(prepared(tmp_path, {"a": [("valid", rows), ("valid", rows[:20])]}))
    found = list(chunks(corpus, corpus.split("valid")))
    assert [len(chunk.events) for chunk in found] == [CHUNK, CHUNK, 20]
    assert found[1].events[0, 0] == 0 and found[0].targets.shape == (CHUNK - 1, 5)
    assert not (found[0].targets == IGNORE).any()
    assert found[0].contexts().shape == (CHUNK, 29)


def test_a_phrase_is_followed_by_what_the_human_played(tmp_path: Path) -> None:
    rows = line([60 + i % 12 for i in range(200)])
    corpus = Corpus(prepared(tmp_path, {"a": [("valid", rows), ("valid", rows[:20])]}))
    found = choose_phrases(corpus, corpus.split("valid"), 6, prompt_beats=8.0, beats=4.0)
    assert len(found) == 6
    for phrase in found:
        assert phrase.prompt.onset[-1] == phrase.start < phrase.human.onset[0]
        assert len(phrase.human.onset) == 8 and phrase.human.onset[-1] == phrase.start + 4 * 48
        assert np.ptp(phrase.prompt.onset) <= 8 * 48
