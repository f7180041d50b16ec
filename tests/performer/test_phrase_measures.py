"""Measures of an answer beside its phrase, on literals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.performer import phrase_measures as measures
from bridge.performer.phrase_measures import FEATURES, UNKNOWN, Bars, Measured, Notes, features

# Frère Jacques, and the same a fifth higher.
TUNE = (60, 62, 64, 60, 60, 62, 64, 60, 64, 65, 67)
COMMON = Bars()


def line(pitches: tuple[int, ...], step: float = 0.5, start: float = 0.0, velocity: int = 80) -> Notes:
    return Notes.of([(start + i * step, start + (i + 1) * step, pitch, velocity) for i, pitch in enumerate(pitches)])


def of(*rows: tuple[float, float, int]) -> Measured:
    return Measured(Notes.of([(*row, 80) for row in rows]))


def value(phrase: Notes, answer: Notes, name: str, bars: Bars | None = COMMON) -> float:
    return float(features(phrase, answer, bars)[FEATURES.index(name)])


def test_the_phrase_itself_agrees_in_everything() -> None:
    tune = line(TUNE)
    for name in ("motif_share", "contour_share", "rhythm_share", "longest_run", "literal_run", "contour_correlation"):
        assert value(tune, tune, name) == pytest.approx(1.0)
    for name in FEATURES:
        if name.endswith(("_change", "_ratio", "_divergence")) and name != "drum_divergence":
            assert value(tune, tune, name) == pytest.approx(0.0), name


def test_a_transposed_motif_is_known_and_a_new_one_is_not() -> None:
    tune = line(TUNE)
    higher = line(tuple(pitch + 7 for pitch in TUNE))
    assert value(tune, higher, "motif_share") == 1.0
    assert value(tune, higher, "literal_run") == pytest.approx(1 / 11)  # only its G
    # Intervals 2 2 -4 are the tune's; 2 -4 5 and -4 5 5 are not.
    assert value(tune, line((60, 62, 64, 60, 65, 70)), "motif_share") == pytest.approx(1 / 3)
    assert value(tune, line((60, 62, 64, 60, 65, 70)), "longest_run") == pytest.approx(3 / 5)


def test_top_line_is_the_highest_that_begins_unless_one_higher_sounds_over_it() -> None:
    chords = of((0, 1, 60), (0, 1, 64), (0.02, 1, 67), (1, 3, 72), (1.5, 2, 60), (3, 4, 59), (3.5, 4, 71))
    assert chords.top == [67, 72, 59, 71]
    # A note held a little into the next, lower one hides nothing.
    assert of((0, 1.1, 72), (1, 2, 71), (2, 3, 69)).top == [72, 71, 69]


def test_leaps_steps_and_notes_at_once() -> None:
    assert measures.leap(Measured(line((60, 64, 62, 62)))) == pytest.approx(2.0)
    assert measures.steps(Measured(line((60, 64, 62, 62)))) == pytest.approx(1 / 3)
    assert measures.repeated(Measured(line((60, 64, 62, 62)))) == pytest.approx(1 / 3)
    assert measures.leaps_turned(Measured(line((60, 67, 65, 72, 74)))) == pytest.approx(0.5)
    assert measures.notes_at_once(of((0, 1, 60), (0, 1, 64), (2, 3, 60))) == pytest.approx(1.5)
    assert measures.notes_an_onset(of((0, 1, 60), (0, 1, 64), (2, 3, 60))) == pytest.approx(1.5)


def test_key_and_ending() -> None:
    scale = line((60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60))
    assert value(scale, line((60, 61, 62, 63)), "in_key") == 0.5
    for last, triad, tonic in ((67, 1.0, 0.0), (72, 1.0, 1.0), (65, 0.0, 0.0)):
        assert value(scale, line((60, 62, last)), "ends_in_triad") == triad
        assert value(scale, line((60, 62, last)), "ends_on_tonic") == tonic
    held = Notes.of([(0, 0.5, 60, 80), (0.5, 1, 62, 80), (1, 3, 64, 80)])
    assert value(scale, held, "last_length") == 2.0
    assert value(scale, held, "last_longer") == 2.0  # four times as long


@pytest.mark.parametrize(
    ("beat", "length", "place"),
    [(8.0, 4.0, 1.0), (7.95, 4.0, 1.0), (2.0, 4.0, 0.75), (3.0, 4.0, 0.5), (1.5, 4.0, 0.25), (0.3, 4.0, 0.0),
     (4.0, 3.0, 0.5), (6.0, 3.0, 1.0)],
)  # fmt: skip
def test_place_in_the_bar(beat: float, length: float, place: float) -> None:
    assert measures.place_in_bar(beat, Bars(length)) == place


def test_divergence() -> None:
    assert measures.divergence(np.array([1.0, 1.0]), np.array([3.0, 3.0])) == 0.0
    assert measures.divergence(np.array([1.0, 0.0]), np.array([0.0, 5.0])) == 1.0
    # Half in common: 0.5 * (1 * log2(1 / 0.75) + 0.5 * log2(0.5 / 0.75) + 0.5 * log2(0.5 / 0.25))
    assert measures.divergence(np.array([1.0, 0.0]), np.array([1.0, 1.0])) == pytest.approx(0.3113, abs=1e-4)
    assert math.isnan(measures.divergence(np.zeros(2), np.ones(2)))


def test_rhythm_and_density() -> None:
    eighths, quarters = line(TUNE), line(TUNE, step=1.0)
    assert value(eighths, quarters, "density_ratio") == pytest.approx(-1.0)
    assert value(eighths, quarters, "wait_divergence") == pytest.approx(1.0)
    assert value(eighths, quarters, "wait_ratio") == pytest.approx(1.0)
    assert measures.rests(of((0, 1, 60), (3, 4, 60))) == pytest.approx(0.5)
    assert measures.articulation(of((0, 0.5, 60), (1, 1.5, 62), (2, 2.5, 64))) == pytest.approx(0.5)


def test_register_direction_and_loudness() -> None:
    low, high = line((60, 62, 64)), line((72, 71, 72), velocity=100)
    assert value(low, high, "pitch_change") == pytest.approx(71 + 2 / 3 - 62, abs=1e-5)
    assert value(low, high, "direction") == 0.0
    assert value(low, high, "first_interval") == 8.0
    assert value(low, high, "velocity_change") == 20.0


def test_what_cannot_be_measured_is_unknown() -> None:
    tune = line(TUNE)
    assert value(tune, tune, "last_place", None) == UNKNOWN
    assert value(tune, line(TUNE, velocity=0), "velocity_change") == UNKNOWN
    nothing = features(tune, Notes.of([]))
    assert nothing.dtype == np.float32 and nothing.shape == (len(FEATURES),) and np.isfinite(nothing).all()
    assert np.isfinite(features(Notes.of([]), tune, Bars())).all()


def test_drums_count_in_rhythm_and_have_no_pitch() -> None:
    kit = Notes.of([(i * 0.5, i * 0.5 + 0.1, 42 if i % 2 else 36, 90) for i in range(16)], drums=True)
    other = Notes.of([(i * 0.5, i * 0.5 + 0.1, 38, 90) for i in range(16)], drums=True)
    assert value(kit, other, "motif_share") == UNKNOWN and value(kit, other, "in_key") == UNKNOWN
    assert value(kit, other, "rhythm_share") == 1.0 and value(kit, other, "drum_divergence") == 1.0


def test_seconds_that_rub() -> None:
    assert measures.sharp_clashes(of((0, 1, 60), (0, 1, 61), (2, 3, 60), (2, 3, 64))) == 0.5
    assert math.isnan(measures.sharp_clashes(of((0, 1, 60), (1, 2, 61))))


def test_features_can_be_left_out_by_name() -> None:
    tune = line(TUNE)
    row = measures.without(measures.LOUDNESS, features(tune, line(TUNE, velocity=90)))
    assert row[FEATURES.index("velocity_change")] == UNKNOWN and row[FEATURES.index("motif_share")] == 1.0
    with pytest.raises(ValueError, match="no feature 'loudness'"):
        measures.without(["loudness"], row)
