"""Continuations, answers and controls, with a model whose habits are known."""

from __future__ import annotations

from evaluation_music import HUMAN, PHRASE

from bridge.evaluation import comparison
from bridge.evaluation.copying import Library


def test_comparison_of_the_human_with_the_human() -> None:
    libraries = comparison.Libraries(Library([HUMAN]), Library([HUMAN], rhythm=False))
    found = comparison.compare([PHRASE] * 4, [HUMAN] * 4, [HUMAN] * 4, libraries)
    assert found["metrics"]["density"]["difference"]["value"] == 0.0
    assert found["distributions"]["pitch"] == {"overlap": 1.0, "distance": 0.0}
    assert found["copying"]["machine"]["rhythm"]["longest"] == 32
