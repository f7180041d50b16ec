"""Chords of an excerpt, and how well notes keep to them."""

from __future__ import annotations

import math

from lead_sheet import excerpt

from bridge.evaluation.playing.chords import chord_at, chord_tones, chords_of
from bridge.performer.phrase_measures import Notes


def test_chords_of_a_lead_sheet() -> None:
    chords = chords_of(excerpt())
    assert [(chord.begin, chord.end, chord.root) for chord in chords] == [(0.0, 4.0, 0), (4.0, 8.0, 5)]
    assert chords[1].tones == {5, 9, 0}
    there = chord_at(chords, 4.0)
    assert there is not None and there.root == 5 and chord_at(chords, 8.0) is None


def test_chord_tones_count_what_comes_just_before_its_chord() -> None:
    chords = chords_of(excerpt())
    played = Notes.of([(0, 1, 64, 80), (1, 2, 65, 80), (3.9, 5, 65, 80), (5, 6, 61, 80)])
    assert chord_tones(played, chords) == 0.5
    assert math.isnan(chord_tones(Notes.of([(9, 10, 60, 80)]), chords))
