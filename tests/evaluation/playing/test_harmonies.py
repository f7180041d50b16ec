"""Harmonies in numbers: how many, where, of which chord."""

from __future__ import annotations

import numpy as np
from lead_sheet import TUNE, excerpt

from bridge.evaluation.playing import harmonies, trivial
from bridge.evaluation.playing.chords import chords_of
from bridge.performer.phrase_measures import Notes


def test_harmonies_below_and_above() -> None:
    chords = chords_of(excerpt())
    below = harmonies.measure_harmonies(excerpt(), trivial.third_below(excerpt()), chords)
    assert below["added_per_note"] == 1.0 and below["above_the_tune"] == 0.0 and below["scale_tones"] == 1.0
    above = Notes.of([(i, i + 1, pitch + 1, 80) for i, pitch in enumerate(TUNE.pitch.tolist())])
    found = harmonies.measure_harmonies(excerpt(), above, chords)
    assert found["above_the_tune"] == 1.0 and found["sharp_clashes"] == 1.0 and found["parallels"] == 1.0


def test_how_much_of_a_second_part_doubles_the_tune() -> None:
    octave, third, fourth = (
        [(i, i + 1, pitch - apart, 80) for i, pitch in enumerate(TUNE.pitch.tolist())] for apart in (12, 15, 17)
    )
    doubled = harmonies.measure_duet(excerpt(), Notes.of(octave), ())
    assert doubled["tune_doubled"] == 1.0 and doubled["thirds_and_sixths"] == 0.0
    mixed = harmonies.measure_duet(excerpt(), Notes.of([*octave[:2], *third[2:4], *fourth[4:]]), ())
    assert mixed["tune_doubled"] == 0.25 and mixed["thirds_and_sixths"] == 0.25
    added = harmonies.measure_harmonies(excerpt(), trivial.third_below(excerpt()), chords_of(excerpt()))
    assert added["tune_doubled"] == 0.0 and added["thirds_and_sixths"] == 1.0


def test_where_the_tune_rests_nothing_doubles_it() -> None:
    tune = Notes.of([(1.0, 1.5, 60, 80), (2.0, 3.0, 64, 80)])
    before, rest, onset, late = ((0.0, 1.0, 48, 80), (1.6, 1.9, 48, 80), (2.01, 2.5, 52, 80), (3.5, 4.0, 52, 80))
    assert harmonies.interval_share(tune, Notes.of([before, rest, onset, late]), (0,)) == 1.0
    assert np.isnan(harmonies.interval_share(tune, Notes.of([before, rest, late]), (0,)))


def test_a_duet_that_runs_away() -> None:
    fast = Notes.of([(i * 0.05, i * 0.05 + 0.05, 60, 80) for i in range(60)])  # 40 a second at 120 beats a minute
    found = harmonies.measure_duet(excerpt(), fast, chords_of(excerpt()))
    assert found["too_many"] == 1.0 and found["peak_a_second"] == 40.0 and found["longest_repeat"] == 60.0
    assert found["notes_per_note"] == 60 / 8
    assert harmonies.measure_duet(excerpt(), Notes.of([]), ())["too_many"] == 0.0


def test_peak_in_a_second() -> None:
    assert harmonies.peak_in_a_second(np.array([0.0, 0.5, 0.99, 1.2, 5.0])) == 3
    assert harmonies.peak_in_a_second(np.zeros(0)) == 0
