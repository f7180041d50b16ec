"""Basses in numbers: roots, changes, range."""

from __future__ import annotations

import pytest
from lead_sheet import ROOTS, excerpt

from bridge.evaluation.playing import basses
from bridge.evaluation.playing.chords import chords_of
from bridge.performer.phrase_measures import Notes


def test_a_bass_on_the_roots() -> None:
    chords = chords_of(excerpt())
    good = basses.measure(excerpt(), {"bass": ROOTS}, chords)
    assert good["root_on_strong"] == 1.0 and good["root_after_change"] == 1.0 and good["below_e1"] == 0.0
    late = Notes.of([(0, 4.9, 36, 80), (4.9, 8, 41, 80)])  # 0.45 s late at the change
    poor = basses.measure(excerpt(), {"bass": late}, chords)
    assert poor["root_on_strong"] == pytest.approx(3 / 4) and poor["root_after_change"] == 0.0
    low = basses.measure(excerpt(), {"bass": Notes.of([(0, 4, 24, 80), (4, 8, 57, 80)])}, chords)
    assert low["below_e1"] == 0.5 and low["above_g3"] == 0.5


def test_a_bass_that_does_not_play_has_no_roots() -> None:
    assert basses.measure(excerpt(), {}, chords_of(excerpt()))["root_on_strong"] == 0.0
