"""How one player fits another, on literal music."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_music import line, stretch

from bridge.evaluation.reviewing.fit import by_phrases, by_voices, fit, manner_of

C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72]


def two(first: list[tuple[float, float, int]], second: list[tuple[float, float, int]]):
    rows = sorted([(*row, False) for row in first] + [(*row, True) for row in second])
    return stretch([row[:3] for row in rows]), np.array([row[3] for row in rows])


def test_turns() -> None:
    music, mine = two(line(C_MAJOR), line([72, 71, 69, 67], start=4.0))
    found = fit(music, mine)
    assert found["space"] == 1.0 and manner_of(found) == "turns"
    assert found["harmony"] == 1.0
    assert found["answer_length"] == pytest.approx(0.5)
    assert found["rhythm"] == pytest.approx(1.0)
    assert np.isnan(found["clashes"])


def test_together_and_against() -> None:
    long_ones = [(0.0, 4.0, 60), (0.0, 4.0, 64), (0.0, 4.0, 67)]
    music, mine = two([*long_ones, *line(C_MAJOR)], line([61, 66, 68, 63], step=1.0, start=0.25))
    found = fit(music, mine)
    assert manner_of(found) == "together" and found["space"] == 0.0
    assert found["harmony"] == 0.0
    assert found["clashes"] == 1.0
    assert found["rhythm"] == 0.0


def test_alone_there_is_nothing_to_fit() -> None:
    music = stretch(line(C_MAJOR))
    assert all(np.isnan(value) for value in fit(music, np.zeros(8, bool)).values())


def test_pieces_as_two_players() -> None:
    music = stretch(line(C_MAJOR) + line(C_MAJOR, start=8.0))
    assert by_voices(music) is None
    halves = by_phrases(music)
    assert halves is not None and halves.tolist() == [False] * 8 + [True] * 8
