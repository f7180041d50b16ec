"""Drums in numbers: how alike their bars are, and where they strike."""

from __future__ import annotations

import math

from bridge.evaluation.playing import drumming
from bridge.performer.phrase_measures import Bars, Notes


def test_a_beat_that_is_held() -> None:
    bar = ((0, 36), (1, 38), (2, 36), (3, 38))
    drums = Notes.of([(4 * i + beat, 4 * i + beat + 0.1, key, 90) for i in range(4) for beat, key in bar], drums=True)
    held = drumming.measure(drums, Bars(), 16.0)
    assert held["bar_similarity"] == held["snare_on_2_and_4"] == held["kick_on_1"] == held["on_grid"] == 1.0
    other = Notes.of([(4 * i + i * 0.4, 4 * i + i * 0.4 + 0.1, 42, 90) for i in range(4)], drums=True)
    loose = drumming.measure(other, Bars(), 16.0)
    assert loose["bar_similarity"] < 0.5 and loose["snare_on_2_and_4"] == 0.0 and loose["kick_on_1"] == 0.0


def test_no_drums_have_no_beat() -> None:
    assert all(math.isnan(value) for value in drumming.measure(None, Bars(), 16.0).values())
