"""Chords, basses, drums, harmonies and duets in numbers, on literals."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from bridge.data.notes import Piece
from bridge.evaluation.playing import basses, drumming, harmonies, trivial
from bridge.evaluation.playing.chords import chord_at, chord_tones, chords_of
from bridge.evaluation.playing.excerpts import Excerpt
from bridge.performer.phrase_measures import Bars, Notes
from bridge.timing.timeline import Timeline

TUNE = Notes.of([(i, i + 1, pitch, 80) for i, pitch in enumerate((60, 64, 67, 65, 65, 69, 72, 69))])
TRIADS = ((0, (48, 52, 55)), (4, (53, 57, 60)))
CHORDS = Notes.of([(begin, begin + 4, pitch, 80) for begin, triad in TRIADS for pitch in triad])
ROOTS = Notes.of([(0, 4, 36, 80), (4, 8, 41, 80)])


def excerpt(phrase: Notes = TUNE, voices: Mapping[str, Notes] | None = None) -> Excerpt:
    piece = Piece("sheet", "mine", "valid", "CC0", 0, 8, True, plays="lead sheet; tune")
    return Excerpt(
        piece=piece, style="tune", phrase=phrase, human=Notes.of([]), timeline=Timeline.steady(120.0), bars=Bars(),
        loud=False, timed=False, ends=False, own=("lead",),
        voices={"keys": CHORDS, "bass": ROOTS} if voices is None else voices,
    )  # fmt: skip


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


def test_harmonies_below_and_above() -> None:
    chords = chords_of(excerpt())
    below = harmonies.measure_harmonies(excerpt(), trivial.third_below(excerpt()), chords)
    assert below["added_per_note"] == 1.0 and below["above_the_tune"] == 0.0 and below["scale_tones"] == 1.0
    above = Notes.of([(i, i + 1, pitch + 1, 80) for i, pitch in enumerate(TUNE.pitch.tolist())])
    found = harmonies.measure_harmonies(excerpt(), above, chords)
    assert found["above_the_tune"] == 1.0 and found["sharp_clashes"] == 1.0 and found["parallels"] == 1.0


def test_a_duet_that_runs_away() -> None:
    fast = Notes.of([(i * 0.05, i * 0.05 + 0.05, 60, 80) for i in range(60)])  # 40 a second at 120 beats a minute
    found = harmonies.measure_duet(excerpt(), fast, chords_of(excerpt()))
    assert found["too_many"] == 1.0 and found["peak_a_second"] == 40.0 and found["longest_repeat"] == 60.0
    assert found["notes_per_note"] == 60 / 8
    assert harmonies.measure_duet(excerpt(), Notes.of([]), ())["too_many"] == 0.0


def test_peak_in_a_second() -> None:
    assert harmonies.peak_in_a_second(np.array([0.0, 0.5, 0.99, 1.2, 5.0])) == 3
    assert harmonies.peak_in_a_second(np.zeros(0)) == 0
