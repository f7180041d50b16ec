"""A note of a piece, and what came before it."""

from __future__ import annotations

import numpy as np
from evaluation_music import line, stretch

from bridge.evaluation.reviewing.music import Music
from bridge.explanation.case import case_of


def test_it_is_what_a_model_that_plays_would_have_heard() -> None:
    notes = stretch(line([60, 62, 64, 65, 67]))
    mine = np.array([False, True, False, False, True])
    found = case_of(Music("piece", notes, notes.onset / 96, mine, True), 3)
    assert found.events[:, 2].tolist() == [60, 62, 64] and found.event.pitch == 65
    assert found.mine == (False, True, False) and found.draw is None
    assert found.context.shape == (3, 29) and np.flatnonzero(found.context[1, :12]).tolist() == [2]
    assert len(case_of(Music("piece", notes, notes.onset / 96, mine, True), 0).events) == 0
