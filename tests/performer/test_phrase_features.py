"""An answer beside its phrase, in numbers by name."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.performer.phrase_features import FEATURES, LOUDNESS, UNKNOWN, Reference, features, without
from bridge.performer.phrase_measures import Bars, Notes

# Frère Jacques.
TUNE = (60, 62, 64, 60, 60, 62, 64, 60, 64, 65, 67)
COMMON = Bars()


def line(pitches: tuple[int, ...], step: float = 0.5, start: float = 0.0, velocity: int = 80) -> Notes:
    return Notes.of([(start + i * step, start + (i + 1) * step, pitch, velocity) for i, pitch in enumerate(pitches)])


def value(phrase: Notes, answer: Notes, name: str, bars: Bars | None = COMMON) -> float:
    return float(features(phrase, answer, bars)[FEATURES.index(name)])


def test_the_phrase_itself_agrees_in_everything() -> None:
    tune = line(TUNE)
    for name in ("motif_share", "contour_share", "rhythm_share", "longest_run", "literal_run", "contour_correlation"):
        assert value(tune, tune, name) == pytest.approx(1.0)
    for name in FEATURES:
        if name.endswith(("_change", "_ratio", "_divergence")) and name != "drum_divergence":
            assert value(tune, tune, name) == pytest.approx(0.0), name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pitch_change", 12.0), ("top_change", 12.0), ("velocity_change", -10.0), ("density_ratio", -1.0),
        ("wait_ratio", 1.0), ("longest_wait_ratio", 1.0), ("duration_ratio", 1.0), ("leap_change", 0.0),
        ("motif_share", 1.0), ("rhythm_share", 0.0), ("literal_run", 0.0), ("in_classes", 1.0), ("leap", 2.3),
        ("wait_divergence", 1.0), ("interval_divergence", 0.0), ("first_interval", 5.0), ("direction", 7.0),
    ],
)  # fmt: skip
def test_an_octave_higher_half_as_fast_and_softer(name: str, expected: float) -> None:
    answer = line(tuple(pitch + 12 for pitch in TUNE), step=1.0, velocity=70)
    assert value(line(TUNE), answer, name) == pytest.approx(expected, abs=1e-6)


def test_changes_are_the_answer_less_the_phrase_and_bars_are_the_same_for_both() -> None:
    on, off = line((60, 62, 64, 65), step=1.0), line((60, 62, 64, 65), step=1.0, start=0.5)
    assert value(on, off, "on_beat_change") == -1.0 and value(off, on, "on_beat_change") == 1.0
    assert value(on, off, "on_beat_change", Bars(line=0.5)) == 1.0
    assert value(on, off, "on_beat_change", None) == UNKNOWN
    scale = line((60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60))
    assert value(scale, line((60, 61, 62, 63)), "in_key_change") == -0.5


def test_the_last_note_has_a_place_in_the_bar() -> None:
    tune = line(TUNE)
    assert value(tune, line((60, 62, 64, 65, 67), step=1.0), "last_place") == 1.0
    assert value(tune, line((60, 62, 64, 65), step=1.0), "last_place") == 0.5
    assert value(tune, line((60, 62, 64, 65), step=1.0), "last_place", None) == UNKNOWN


def test_what_cannot_be_measured_is_unknown() -> None:
    tune = line(TUNE)
    assert value(tune, line(TUNE, velocity=0), "velocity_change") == UNKNOWN
    nothing = features(tune, Notes.of([]))
    assert nothing.dtype == np.float32 and nothing.shape == (len(FEATURES),) and np.isfinite(nothing).all()
    assert np.isfinite(features(Notes.of([]), tune, Bars())).all()


def test_a_phrase_is_measured_once_for_many_answers() -> None:
    phrase, answers = line(TUNE), [line(TUNE, step=1.0), line((60, 67))]
    reference = Reference(phrase, COMMON)
    for answer in answers:
        assert (reference.features(answer) == features(phrase, answer, COMMON)).all()


def test_drums_count_in_rhythm_and_have_no_pitch() -> None:
    kit = Notes.of([(i * 0.5, i * 0.5 + 0.1, 42 if i % 2 else 36, 90) for i in range(16)], drums=True)
    other = Notes.of([(i * 0.5, i * 0.5 + 0.1, 38, 90) for i in range(16)], drums=True)
    assert value(kit, other, "motif_share") == UNKNOWN and value(kit, other, "in_key") == UNKNOWN
    assert value(kit, other, "rhythm_share") == 1.0 and value(kit, other, "drum_divergence") == 1.0


def test_features_can_be_left_out_by_name() -> None:
    tune = line(TUNE)
    row = without(LOUDNESS, features(tune, line(TUNE, velocity=90)))
    assert row[FEATURES.index("velocity_change")] == UNKNOWN and row[FEATURES.index("motif_share")] == 1.0
    with pytest.raises(ValueError, match="no feature 'loudness'"):
        without(["loudness"], row)
