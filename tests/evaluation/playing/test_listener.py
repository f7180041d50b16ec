"""A taught listener tells what differs, and only that."""

from __future__ import annotations

import numpy as np

from bridge.evaluation.playing import listener
from bridge.performer.phrase_features import FEATURES, UNKNOWN


def rows(count: int, seed: int, shift: float = 0.0) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(count, len(FEATURES))).astype(np.float32)
    found[:, FEATURES.index("leap")] += shift
    return found


PIECES = [f"piece {i // 3}" for i in range(60)]


def test_what_differs_is_told_and_named() -> None:
    heard = listener.hear(rows(60, 0), rows(60, 1, shift=4.0), PIECES)
    assert heard is not None and heard.area.value > 0.95 and heard.by[0][0] == "leap"
    assert heard.answers == 60 and heard.pieces == 20 and heard.area.low <= heard.area.value <= heard.area.high


def test_what_does_not_differ_is_not_told() -> None:
    heard = listener.hear(rows(60, 0), rows(60, 1), PIECES)
    assert heard is not None and 0.3 < heard.area.value < 0.7


def test_too_little_teaches_nothing() -> None:
    assert listener.hear(rows(5, 0), rows(5, 1), PIECES[:5]) is None
    nothing = np.full((60, len(FEATURES)), UNKNOWN, np.float32)
    assert listener.hear(nothing, nothing, PIECES) is None


def test_the_area_of_scores() -> None:
    found = listener.area_of([1, 1, 0, 0], [0.9, 0.6, 0.7, 0.1], ["a", "b", "a", "b"])
    assert found.value == 0.75
