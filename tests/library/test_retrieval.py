"""Phrases looked for among others: who compares by what stays the same finds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
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
