"""Phrases looked for among others: who compares by what stays the same finds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.library.retrieval import retrieve


class Steps:
    """Hears steps from pitch to pitch, which no transposition changes."""

    identity, width = "steps", 25

    def reset(self) -> None:
        pass

    def read_whole(self, events: np.ndarray, context: np.ndarray) -> np.ndarray:
        steps = np.clip(np.diff(events[:, 2], prepend=events[:1, 2]), -12, 12) + 12
        return np.eye(self.width, dtype=np.float32)[steps]

    def of(self, hidden: np.ndarray) -> np.ndarray:
        row = hidden.sum(axis=0)
        return row / np.linalg.norm(row)


def test_steps_find_what_was_transposed(tmp_path: Path) -> None:
    pieces = []
    for number in range(1, 13):
        figure = [60, 60 + number, 60, 60 - number, 62, 62 + number, 60, 61] * 8
        pieces.append(("valid", line(figure)))
    corpus = Corpus(prepared(tmp_path, {"songs": pieces}))
    found = retrieve(corpus, "valid", Steps(), Steps(), lambda done: None)
    assert (found.pieces, found.queries) == (12, 24) and found.phrases >= 24
    assert found.recalls["embedding"] == found.recalls["runs of steps"] == 1.0
    assert found.recalls["pitch classes"] < 1.0


def test_among_few_phrases_those_of_its_piece_are_found_and_a_phrase_never_finds_itself(tmp_path: Path) -> None:
    figure = [60, 61, 60, 59, 62, 63, 60, 61] * 16
    told: list[float] = []
    corpus = Corpus(
        prepared(tmp_path, {"songs": [("valid", line(figure)), ("valid", line([70 - p + 60 for p in figure]))]})
    )
    found = retrieve(corpus, "valid", Steps(), Steps(), told.append)
    assert found.pieces == 2 and found.queries == 4 and found.phrases < 10
    assert all(0.0 <= recall <= 1.0 for recall in found.recalls.values()) and told[-1] == 1.0
    assert found.recalls["pitch classes, in the best key"] >= found.recalls["pitch classes"]
    assert found == retrieve(corpus, "valid", Steps(), Steps(), told.append), "a seed, and nothing else, chooses"


def test_a_split_of_short_pieces_says_that_there_is_nothing_to_find(tmp_path: Path) -> None:
    pieces = [("valid", line([60 + number] * 31)) for number in range(3)] + [("valid", line([60, 62] * 16))]
    corpus = Corpus(prepared(tmp_path, {"songs": pieces}))
    with pytest.raises(ValueError, match="split 'valid' has no piece of two phrases"):
        retrieve(corpus, "valid", Steps(), Steps(), lambda done: None)
