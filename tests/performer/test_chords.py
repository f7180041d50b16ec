"""Chords by literal notes."""

from __future__ import annotations

import pytest

from bridge.performer.chords import chord_of, chord_on


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
