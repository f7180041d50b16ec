"""Chords by literal notes."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.performer.chords import CHORDS, EVERY_CHORD, Chord, chord_of, chord_on, nearness


@pytest.mark.parametrize(
    ("pitches", "name"),
    [
        ((60, 64, 67), "C"),
        ((57, 60, 64), "Am"),
        ((55, 59, 62, 65), "G7"),
        ((62, 65, 69, 72), "Dm7"),
        ((59, 62, 65), "Bdim"),
        ((48, 52, 56), "Caug"),
    ],
)
def test_a_chord_is_called_what_it_is_in_any_octave(pitches: tuple[int, ...], name: str) -> None:
    assert str(chord_of(pitches)) == name
    assert str(chord_of([pitch + 12 for pitch in pitches])) == name


def test_one_note_is_no_chord() -> None:
    assert chord_of([]) is None and chord_of([60]) is None


def test_a_chord_has_its_tones() -> None:
    assert set(chord_on(7, "7").tones) == {7, 11, 2, 5}


@pytest.mark.parametrize("chord", EVERY_CHORD, ids=str)
def test_every_chord_over_its_root_is_called_by_its_name(chord: Chord) -> None:
    """Also those that share all their tones with another, as C6 and Am7 do: the lowest note says which it is."""
    assert chord_of([36 + chord.root, *(48 + chord.root + (tone - chord.root) % 12 for tone in chord.tones)]) == chord
    assert chord_on(chord.root, chord.kind) == chord


def test_how_often_a_tone_is_doubled_does_not_make_another_chord() -> None:
    assert chord_of([48, 60, 64, 67]) == chord_of([48, 60, 64, 67, 72, 76, 84]) == chord_on(0, "")


@pytest.mark.parametrize("pitches", [(60, 61), (60, 61, 62, 63), (60, 72)])
def test_clusters_and_octaves_are_no_chord(pitches: tuple[int, ...]) -> None:
    assert chord_of(pitches) is None


def test_nothing_heard_is_near_to_nothing_and_how_loud_it_was_does_not_matter() -> None:
    assert not nearness(np.zeros(12)).any()
    heard = np.array([1.0, 0, 0, 0, 0.5, 0, 0, 0.8, 0, 0, 0, 0])
    np.testing.assert_allclose(nearness(heard), nearness(heard / 100), atol=1e-9)
    assert nearness(heard).max() <= 1.0


def test_the_lowest_note_speaks_for_the_chords_on_it_alone() -> None:
    heard = np.ones(12)
    more = nearness(heard, 50) - nearness(heard)
    assert {chord.root for chord, by in zip(EVERY_CHORD, more, strict=True) if by > 0} == {2}
    assert (more >= 0).all() and len(EVERY_CHORD) == 12 * len(CHORDS)
