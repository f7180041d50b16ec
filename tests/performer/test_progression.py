"""Chords and keys made out of what is played, and foretold, from literal notes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.performer.key_tracker import Harmony
from bridge.performer.progression import CHORDS, KEYS, NO_KEY, Bars, Progression, table

FOUR = Bars(0.0, 4.0)
FIRST, FOURTH, FIFTH, SIXTH = (48, 52, 55), (53, 57, 60), (55, 59, 62), (57, 60, 64)
TWINKLE = (60, 60, 67, 67, 69, 69, 67, 67, 65, 65, 64, 64, 62, 62, 60, 60)
ROW = (60, 61, 65, 71, 66, 63, 70, 62, 68, 64, 69, 67)  # all twelve, no two neighbours of a chord


def strike(harmony: Harmony, pitches: tuple[int, ...], beat: float, length: float = 1.9) -> None:
    for index in range(len(pitches)):
        harmony.hear(beat, pitches[: index + 1], pitches[index], FOUR)
    harmony.hear(beat + length, (), None, FOUR)


def line(harmony: Harmony, pitches: tuple[int, ...], start: float = 0.0, step: float = 1.0) -> float:
    for index, pitch in enumerate(pitches):
        harmony.hear(start + index * step, (pitch,), pitch, FOUR)
        harmony.hear(start + (index + 0.9) * step, (), None, FOUR)
    return start + len(pitches) * step


def expected(harmony: Harmony, beat: float) -> str:
    found = harmony.chord_at(beat, FOUR)
    return "" if found is None else str(found.chord)


def test_the_table_is_made_of_probabilities() -> None:
    known = table()
    assert np.allclose(known.first.sum(axis=1), 1) and np.allclose(known.follows.sum(axis=2), 1)
    assert np.isclose(known.keys.sum(), 1)
    for tones in known.tones.values():
        assert np.allclose(np.exp(tones).sum(axis=0), 1)
    for changes in known.changes.values():
        assert changes[0] > changes[1:].max() or len(changes) == 6, "chords change on bar lines"


def test_a_progression_that_comes_round_is_foretold() -> None:
    harmony = Harmony()
    for bar in range(13):
        strike(harmony, (FIRST, SIXTH, FOURTH, FIFTH)[bar % 4], 4.0 * bar, 3.5)
    assert [expected(harmony, beat) for beat in (48.0, 52.0, 56.0, 60.0)] == ["C", "Am", "F", "G"]
    now = harmony.chord_at(48.0, FOUR)
    assert now is not None and not now.decided and now.evidence > 0.9


def test_power_chords_have_roots_and_the_third_that_the_key_has() -> None:
    harmony = Harmony()
    for bar, root in enumerate((45, 41, 36, 43) * 2):  # A F C G
        strike(harmony, (root, root + 7, root + 12), 4.0 * bar, 3.5)
        assert (found := harmony.chord_at(4.0 * bar, FOUR)) is not None and found.chord.root == root % 12
    assert [expected(harmony, beat) for beat in (32.0, 36.0)] == ["Am", "F"]


def test_a_low_riff_has_roots() -> None:
    harmony = Harmony()
    roots = []
    for bar, root in enumerate((40, 40, 45, 43)):
        line(harmony, (root, root, root + 12, root, root + 3, root, root + 7, root), 4.0 * bar, 0.5)
        found = harmony.chord_at(4.0 * bar + 3.9, FOUR)
        assert found is not None and not found.decided
        roots.append(found.chord.root)
    assert roots == [4, 4, 9, 7]


def test_under_a_tune_alone_the_machine_decides() -> None:
    harmony = Harmony()
    end = line(harmony, TWINKLE)
    found = harmony.chord_at(end - 1.0, FOUR)
    assert harmony.decides and found is not None and found.decided and str(found.chord) == "C"
    strike(harmony, FIFTH, end)
    found = harmony.chord_at(end, FOUR)
    assert found is not None and str(found.chord) == "G" and not found.decided


def test_legato_is_no_chord() -> None:
    harmony = Harmony()
    for index, pitch in enumerate(TWINKLE):
        down = (pitch,) if index == 0 else (TWINKLE[index - 1], pitch)
        harmony.hear(float(index), down, pitch, FOUR)
        harmony.hear(index + 0.2, (pitch,), None, FOUR)
    assert harmony.decides


def test_the_bass_of_a_slash_chord_is_under_it() -> None:
    harmony = Harmony()
    strike(harmony, FIRST, 0.0)
    strike(harmony, (40, 60, 64, 67), 4.0, 3.5)
    found = harmony.chord_at(4.0, FOUR)
    assert found is not None and str(found.chord) == "C"
    harmony.hear(8.0, (40, 60, 64, 67), 67, FOUR)
    found = harmony.chord_at(8.0, FOUR)
    assert found is not None and (found.chord.root, found.bass) == (0, 4)


def test_tones_belong_as_far_as_the_key_is_sure() -> None:
    harmony = Harmony()
    assert (harmony.tone_weights == 1).all(), "nothing is known yet"
    line(harmony, (60, 64, 67, 72, 67, 64, 60))
    weights = harmony.tone_weights
    assert weights[[0, 4, 7]].min() > 0.95 and weights[[1, 6, 8]].max() < 0.5
    line(harmony, TWINKLE, 8.0)
    assert harmony.tone_weights[[1, 3, 6, 8]].max() < weights[[1, 3, 6, 8]].max() + 1e-9


def test_twelve_tones_pull_to_no_key() -> None:
    harmony = Harmony()
    line(harmony, ROW * 2, step=0.5)
    assert harmony.tone_weights.min() > 0.6


def test_it_is_forgotten_and_begins_anew() -> None:
    harmony = Harmony()
    strike(harmony, FIRST, 0.0)
    harmony.clear()
    assert harmony.chord is None and harmony.key is None and harmony.chord_at(1.0, FOUR) is None
    assert harmony.key_evidence == 0.0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 40), st.integers(0, 127), st.sampled_from([None, FOUR, Bars(1.5, 3.0), Bars(-2.0, 3.5)])
        ),
        max_size=30,
    )
)
def test_weights_stay_probabilities_whatever_is_played(notes: list[tuple[float, int, Bars | None]]) -> None:
    progression, twin = Progression(), Progression()
    beat = 0.0
    for step, pitch, bars in notes:
        beat += step
        progression.hear(beat, (pitch,), pitch, bars)
        # Whoever asks in between changes nothing.
        assert progression.ahead(beat + 7.0, bars).shape == (KEYS, CHORDS)
        twin.hear(beat, (pitch,), pitch, bars)
        weights = progression.weights
        assert np.isclose(weights.sum(), 1.0) and (weights >= 0).all() and np.isfinite(weights).all()
        assert (weights == twin.weights).all()
        assert np.isclose(progression.ahead(beat + 7.0, bars).sum(), 1.0)
    assert 0 <= progression.weights[NO_KEY].sum() <= 1
