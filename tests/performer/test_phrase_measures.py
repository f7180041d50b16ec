"""Measures of notes, and of an answer beside its phrase, on literals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.performer import phrase_measures as measures
from bridge.performer.phrase_measures import Bars, Measured, Notes

# Frère Jacques: its intervals are 2 2 -4 0 2 2 -4 4 1 2.
TUNE = (60, 62, 64, 60, 60, 62, 64, 60, 64, 65, 67)
NOTHING = Measured(Notes.of([]))


def line(*pitches: int, step: float = 0.5) -> Measured:
    """One after the other, each held until the next."""
    return Measured(Notes.of([(i * step, (i + 1) * step, pitch, 80) for i, pitch in enumerate(pitches)]))


def of(*rows: tuple[float, float, int]) -> Measured:
    """Notes of onset, offset (beats) and pitch."""
    return Measured(Notes.of([(*row, 80) for row in rows]))


def at(*onsets: float) -> Measured:
    """Notes that begin there, each held for a twelfth of a beat."""
    return of(*((onset, onset + 1 / 12, 60) for onset in onsets))


def test_notes_are_in_order_of_their_onsets() -> None:
    notes = Notes.of([(2.0, 3.0, 64, 70), (0.0, 1.0, 60, 80)])
    assert notes.onset.tolist() == [0.0, 2.0] and notes.offset.tolist() == [1.0, 3.0]
    assert notes.pitch.tolist() == [60, 64] and notes.velocity.tolist() == [80, 70] and not notes.drum.any()


def test_top_line_is_the_highest_that_begins_unless_one_higher_sounds_over_it() -> None:
    chords = of((0, 1, 60), (0, 1, 64), (0.02, 1, 67), (1, 3, 72), (1.5, 2, 60), (3, 4, 59), (3.5, 4, 71))
    assert chords.top == [67, 72, 59, 71]
    # A note held a little into the next, lower one hides nothing.
    assert of((0, 1.1, 72), (1, 2, 71), (2, 3, 69)).top == [72, 71, 69]


def test_what_sounds_and_what_rests() -> None:
    nested = of((0, 4, 60), (1, 2, 64), (5, 6, 67))
    assert nested.sounding == 5.0 and nested.span == 6.0
    assert measures.rests(nested) == pytest.approx(1 / 6)
    assert measures.rests(of((1, 2, 60), (4, 5, 60))) == pytest.approx(0.5)
    drums = Measured(Notes.of([(0, 9, 36, 80), (1, 9, 38, 80)], drums=True))
    assert drums.span == 1.0 and drums.sounding == 0.0, "how long a drum is held says nothing"


def test_motifs_that_the_phrase_has_count_transposed() -> None:
    tune = line(*TUNE)
    assert measures.motif_share(tune, line(*(pitch + 7 for pitch in TUNE))) == 1.0
    # Intervals 2 2 -4 are the tune's; 2 -4 5 and -4 5 5 are not.
    other = line(60, 62, 64, 60, 65, 70)
    assert measures.motif_share(tune, other) == pytest.approx(1 / 3)
    assert measures.longest_run(tune, other) == pytest.approx(3 / 5)
    assert measures.literal_run(tune, other) == pytest.approx(4 / 6)
    assert measures.literal_run(tune, line(*(pitch + 7 for pitch in TUNE))) == pytest.approx(1 / 11)  # only its G
    assert measures.own_motifs(tune) == pytest.approx(1 / 8)  # 2 2 -4 comes back


@pytest.mark.parametrize(
    ("last", "known"), [(59, False), (60, True), (61, True), (62, False), (64, False), (67, False)]
)
def test_a_contour_is_directions_and_sizes(last: int, known: bool) -> None:
    """The phrase goes up a step, up a step and down a skip: by three semitones or four, from 64."""
    assert measures.contour_share(line(50, 51, 53, 49), line(60, 62, 64, last)) == float(known)


def test_rhythms_are_known_to_the_nearest_twelfth() -> None:
    even = at(0, 0.5, 1.0, 1.5)
    assert measures.rhythm_share(even, at(0, 0.52, 1.0, 1.5, 2.5)) == 0.5  # and not the half, half, one
    assert measures.rhythm_share(even, at(0, 0.6, 1.2, 1.8)) == 0.0
    assert measures.evenness(at(0, 1, 2, 4)) == 0.5
    assert measures.longest_wait(at(0, 0.5, 2.5)) == 2.0
    assert measures.mean_wait(at(0, 0.5, 2.5)) == 1.25


def test_leaps_steps_and_notes_at_once() -> None:
    assert measures.leap(line(60, 64, 62, 62)) == pytest.approx(2.0)
    assert measures.repeated(line(60, 64, 62, 62)) == pytest.approx(1 / 3)
    assert measures.steps(line(60, 61, 63, 66, 66)) == pytest.approx(2 / 4)
    assert measures.leaps_turned(line(60, 67, 65, 72, 74)) == pytest.approx(0.5)
    assert measures.leaps_turned(line(60, 65, 65, 60, 61)) == pytest.approx(0.5), "a note repeated is no turn"
    assert math.isnan(measures.leaps_turned(line(60, 64, 62))), "a third is no leap"
    assert measures.notes_at_once(of((0, 2, 60), (1, 3, 64))) == pytest.approx(4 / 3)
    assert measures.notes_an_onset(of((0, 1, 60), (0, 1, 64), (2, 3, 60))) == pytest.approx(1.5)


def test_key_and_ending() -> None:
    scale = line(60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)
    assert measures.in_key(scale, line(60, 61, 62, 63)) == 0.5
    assert measures.in_classes(line(60, 64), line(60, 72, 61, 64)) == 0.75
    for last, triad, tonic in ((67, 1.0, 0.0), (72, 1.0, 1.0), (65, 0.0, 0.0)):
        assert measures.ends_in_triad(scale, line(60, 62, last)) == triad
        assert measures.ends_on_tonic(scale, line(60, 62, last)) == tonic
    held = of((0, 0.5, 60), (0.5, 1, 62), (1, 3, 64))
    assert measures.last_length(held) == 2.0
    assert measures.last_longer(held) == 2.0, "four times as long"


@pytest.mark.parametrize(
    ("beat", "length", "place"),
    [(8.0, 4.0, 1.0), (7.95, 4.0, 1.0), (2.0, 4.0, 0.75), (3.0, 4.0, 0.5), (1.5, 4.0, 0.25), (0.3, 4.0, 0.0),
     (4.0, 3.0, 0.5), (6.0, 3.0, 1.0), (1.5, 3.0, 0.25)],
)  # fmt: skip
def test_place_in_the_bar(beat: float, length: float, place: float) -> None:
    assert measures.place_in_bar(beat, Bars(length)) == place
    assert measures.place_in_bar(beat + 0.75, Bars(length, line=0.75)) == place


def test_divergence() -> None:
    assert measures.divergence(np.array([1.0, 1.0]), np.array([3.0, 3.0])) == 0.0
    assert measures.divergence(np.array([1.0, 0.0]), np.array([0.0, 5.0])) == 1.0
    # Half in common: 0.5 * (1 * log2(1 / 0.75) + 0.5 * log2(0.5 / 0.75) + 0.5 * log2(0.5 / 0.25))
    assert measures.divergence(np.array([1.0, 0.0]), np.array([1.0, 1.0])) == pytest.approx(0.3113, abs=1e-4)
    assert math.isnan(measures.divergence(np.zeros(2), np.ones(2)))
    assert math.isnan(measures.divergence(np.ones(2), np.zeros(2)))


def test_divergences_of_times_go_by_half_octaves() -> None:
    assert measures.wait_divergence(at(0, 1, 2), at(0, 1.15, 2.3)) == 0.0
    assert measures.wait_divergence(at(0, 1, 2), at(0, 1.25, 2.5)) == 1.0
    assert measures.duration_divergence(of((0, 1, 60)), of((0, 1.15, 72))) == 0.0
    assert measures.duration_divergence(of((0, 1, 60)), of((0, 1.25, 60))) == 1.0


def test_divergences_of_pitches() -> None:
    assert measures.pitch_class_divergence(line(60, 72), line(48, 62)) == pytest.approx(0.3113, abs=1e-4)
    assert measures.interval_divergence(line(60, 75), line(50, 62)) == 0.0, "an octave and more is one class"
    assert measures.interval_divergence(line(60, 75), line(50, 61)) == 1.0
    assert measures.interval_divergence(line(75, 60), line(60, 48)) == 0.0
    kits = [Measured(Notes.of([(0, 1, key, 80)], drums=True)) for key in (36, 48, 36)]
    assert measures.drum_divergence(kits[0], kits[1]) == 1.0, "an octave apart is another drum"
    assert measures.drum_divergence(kits[0], kits[2]) == 0.0


def test_places_in_the_beat_count_from_the_bar_line() -> None:
    assert measures.beat_place_divergence(at(0, 1, 2), at(0.5, 1.5), Bars()) == 1.0
    assert measures.beat_place_divergence(at(0, 1, 2), at(7.02, 8), Bars()) == 0.0
    assert measures.on_beat(at(0, 1.05, 1.5, 2.95), Bars()) == 0.75
    assert measures.on_beat(at(0, 1.05, 1.5, 2.95), Bars(line=0.5)) == 0.25
    assert measures.off_grid(at(0, 0.25, 2 / 3, 1.3), Bars()) == pytest.approx(1 / 120)  # 1.3 is 1/30 before a third
    assert measures.off_grid(at(0.1, 1.35), Bars(line=0.1)) == pytest.approx(0.0)
    for measure in (measures.on_beat, measures.off_grid):
        assert math.isnan(measure(at(0, 1), None)) and math.isnan(measure(NOTHING, Bars()))
    assert math.isnan(measures.beat_place_divergence(at(0, 1), at(0, 1), None))


def test_density_is_notes_from_the_first_onset_to_the_last() -> None:
    assert measures.density(of((0, 1, 60), (0, 1, 64), (2, 3, 60))) == 1.0
    assert measures.density_ratio(at(0, 1, 2), at(0, 0.25, 0.5)) == 2.0
    assert math.isnan(measures.density(of((0, 1, 60), (0, 1, 64))))
    assert measures.octaves(8.0, 1.0) == 3.0
    assert math.isnan(measures.octaves(0.0, 1.0)) and math.isnan(measures.octaves(1.0, 0.0))


def test_articulation_is_the_part_of_the_wait_that_is_held() -> None:
    assert measures.articulation(of((0, 0.5, 60), (1, 1.5, 62), (2, 2.5, 64))) == pytest.approx(0.5)
    assert measures.articulation(of((0, 9, 60), (1, 1.5, 62), (2, 2.5, 64))) == pytest.approx(1.25), "two at most"
    strummed = of((0, 1, 60), (0.02, 1.02, 64), (2, 3, 67))
    assert measures.articulation(strummed) == pytest.approx((1 / 2 + 1 / 1.98) / 2), "a chord waits for the next one"
    assert math.isnan(measures.articulation(of((0, 1, 60))))
    assert measures.mean_duration(of((0, 1, 60), (1, 1.5, 60))) == 0.75


def test_contours_are_compared_as_wholes() -> None:
    rising = line(60, 62, 64)
    assert measures.contour_correlation(rising, line(50, 55, 60, 65)) == pytest.approx(1.0)
    assert measures.contour_correlation(rising, line(64, 62, 60)) == pytest.approx(-1.0)
    assert measures.contour_correlation(rising, line(60, 64, 60)) == pytest.approx(0.0)
    assert math.isnan(measures.contour_correlation(rising, line(60, 60, 60)))
    assert math.isnan(measures.contour_correlation(rising, line(60, 64)))
    assert math.isnan(measures.contour_correlation(line(60, 64), rising))


def test_register_and_direction() -> None:
    notes = of((0, 1, 48), (0, 1, 64), (1, 2, 71))
    assert measures.pitch_mean(notes) == 61.0 and measures.pitch_spread(notes) == 23.0
    assert measures.top_mean(notes) == 67.5 and measures.direction(notes) == 7.0
    assert measures.direction(line(71, 64)) == -7.0
    assert measures.first_interval(line(60, 62), line(54, 70)) == 8.0
    assert math.isnan(measures.first_interval(NOTHING, notes)) and math.isnan(measures.first_interval(notes, NOTHING))


def test_loudness_is_of_the_notes_whose_velocity_is_known() -> None:
    notes = Measured(Notes.of([(0, 1, 60, 60), (1, 2, 60, 0), (2, 3, 60, 100)]))
    assert measures.velocity_mean(notes) == 80.0 and measures.velocity_spread(notes) == 20.0


def test_seconds_that_rub() -> None:
    assert measures.sharp_clashes(of((0, 1, 60), (0, 1, 61), (2, 3, 60), (2, 3, 64))) == 0.5
    assert measures.sharp_clashes(of((0, 1, 60), (0, 1, 73), (2, 3, 60), (2, 3, 71))) == 1.0
    assert math.isnan(measures.sharp_clashes(of((0, 1, 60), (1, 2, 61))))
    assert math.isnan(measures.sharp_clashes(of((0, 1.05, 60), (1, 2, 61)))), "legato is no clash"


UNARY = (
    measures.own_motifs, measures.leap, measures.repeated, measures.steps, measures.notes_at_once,
    measures.notes_an_onset, measures.last_length, measures.last_longer, measures.density, measures.pitch_mean,
    measures.pitch_spread, measures.top_mean, measures.direction, measures.velocity_mean, measures.velocity_spread,
    measures.rests, measures.longest_wait, measures.mean_wait, measures.mean_duration, measures.evenness,
    measures.articulation, measures.sharp_clashes,
)  # fmt: skip


@pytest.mark.parametrize("measure", UNARY, ids=lambda measure: measure.__name__)
def test_of_nothing_nothing_is_known(measure) -> None:
    assert math.isnan(measure(NOTHING))
