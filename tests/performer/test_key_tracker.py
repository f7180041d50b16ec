"""Key and chord, followed from literal notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.performer.key_tracker import Harmony

# Openings, as MIDI pitches in even beats.
ODE_TO_JOY_IN_D = [66, 66, 67, 69, 69, 67, 66, 64, 62, 62, 64, 66, 66, 64, 64]
GREENSLEEVES_IN_A_MINOR = [69, 72, 74, 76, 77, 76, 74, 71, 67, 69, 71, 72, 69, 69, 68, 69, 71, 68, 64]
TWINKLE_IN_C = [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]


def play(harmony: Harmony, pitches: list[int], start: float = 0.0, step: float = 0.5) -> float:
    for index, pitch in enumerate(pitches):
        harmony.hear(start + index * step, [pitch], pitch)
        harmony.hear(start + (index + 0.8) * step, [])
    return start + len(pitches) * step


def strike(harmony: Harmony, pitches: list[int], beat: float) -> None:
    for index in range(len(pitches)):
        harmony.hear(beat, pitches[: index + 1], pitches[index])


@pytest.mark.parametrize(
    ("pitches", "key"),
    [(ODE_TO_JOY_IN_D, "D major"), (GREENSLEEVES_IN_A_MINOR, "A minor"), (TWINKLE_IN_C, "C major")],
)
def test_the_key_of_a_tune(pitches: list[int], key: str) -> None:
    for shift in range(12):
        harmony = Harmony()
        play(harmony, [pitch + shift for pitch in pitches])
        assert harmony.key is not None
        names = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
        root, scale = key.split()
        assert str(harmony.key) == f"{names[(names.index(root) + shift) % 12]} {scale}"


def test_no_key_is_guessed_from_a_note_or_two() -> None:
    harmony = Harmony()
    play(harmony, [60, 67, 60, 67])
    assert harmony.key is None


def test_the_key_follows_a_modulation_and_not_a_passing_note() -> None:
    harmony = Harmony()
    end = play(harmony, TWINKLE_IN_C * 2)
    end = play(harmony, [66], end)
    assert str(harmony.key) == "C major"
    play(harmony, [pitch + 6 for pitch in TWINKLE_IN_C * 2], end)
    assert str(harmony.key) == "F# major"


@pytest.mark.parametrize(
    ("pitches", "chord"),
    [
        ([48, 52, 55], "C"),
        ([57, 60, 64], "Am"),
        ([43, 47, 50, 53], "G7"),
        ([50, 53, 57, 60], "Dm7"),
        ([52, 55, 60], "C"),
        ([41, 45, 48, 52], "Fmaj7"),
        ([47, 50, 53], "Bdim"),
        ([48, 52, 56], "Caug"),
        ([52, 56, 60], "Eaug"),
        ([43, 48, 50], "Gsus4"),
        ([58, 62, 65], "Bb"),
    ],
)
def test_the_chord_of_a_hand(pitches: list[int], chord: str) -> None:
    harmony = Harmony()
    strike(harmony, pitches, 1.0)
    assert str(harmony.chord) == chord


def test_the_chord_changes_with_the_hand_and_stays_through_a_melody_note() -> None:
    harmony = Harmony()
    strike(harmony, [48, 52, 55], 0.0)
    harmony.hear(2.0, [48, 52, 55, 74], 74)
    assert str(harmony.chord) == "C"
    harmony.hear(3.9, [])
    strike(harmony, [41, 45, 48], 4.0)
    assert str(harmony.chord) == "F"


def test_one_note_alone_is_no_chord() -> None:
    harmony = Harmony()
    play(harmony, [60])
    assert harmony.chord is None


def test_what_is_watched_is_what_is_found() -> None:
    harmony = Harmony()
    harmony.watch("heard", "D")
    play(harmony, TWINKLE_IN_C)
    assert harmony.key is not None and harmony.key.root == 2
    harmony.watch("mixolydian", "heard")
    assert harmony.key is not None and harmony.key.scale == "mixolydian", "from what was heard already"
    harmony.watch("chromatic", "heard")
    assert str(harmony.key) == "C major"


def test_all_is_forgotten() -> None:
    harmony = Harmony()
    strike(harmony, [48, 52, 55], 0.0)
    play(harmony, TWINKLE_IN_C, 1.0)
    harmony.clear()
    assert harmony.key is None and harmony.chord is None
    harmony.hear(1e6, [60], 60)
    assert harmony.key is None and harmony.chord is None


@given(
    st.lists(st.tuples(st.floats(-1.0, 1e7), st.lists(st.integers(0, 127), max_size=10), st.booleans()), max_size=30)
)
def test_anything_may_be_heard(steps: list[tuple[float, list[int], bool]]) -> None:
    harmony, twin = Harmony(), Harmony()
    for beat, held, on in steps:
        for one in (harmony, twin):
            one.hear(beat, held, held[-1] if held and on else None)
        assert (harmony.key, harmony.chord) == (twin.key, twin.chord)
        if harmony.chord is not None:
            assert harmony.chord.root in harmony.chord.tones


def test_the_chord_to_expect_is_the_one_that_is_heard_until_more_is_known() -> None:
    harmony = Harmony()
    assert harmony.chord_at(0.0) is None and harmony.key_evidence == 0.0
    strike(harmony, [48, 52, 55], 1.0)
    now = harmony.chord_at(1.0)
    assert now is not None and str(now.chord) == "C" and now.bass == 0 and not now.decided
    assert 0.0 < now.evidence <= 1.0
    strike(harmony, [53, 57, 60], 2.0)
    assert 0.0 < harmony.key_evidence <= 1.0


def test_what_is_played_as_low_as_a_bass_is_under_the_chord_in_it_or_not() -> None:
    harmony = Harmony()
    strike(harmony, [48, 52, 55], 0.0)
    strike(harmony, [38, 60, 64, 67], 2.0)
    now = harmony.chord_at(2.0)
    assert now is not None and (now.chord.root, now.bass) == (0, 2)
