"""A phrase as its answer needs it: on the beat, measured, its line and its note values."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.held_notes import HeldNote
from bridge.performer.phrase_measures import Notes
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import DRUMS


def phrase(*rows: tuple[float, float, int, int]) -> HeardPhrase:
    notes = Notes.of(list(rows))
    return HeardPhrase(notes, None, float(notes.offset.max()), len(rows))


LINE = phrase((0, 0.5, 60, 80), (0.5, 1, 62, 80), (1, 2, 64, 80), (2, 3, 65, 80))
CHORDS = phrase(*((beat, beat + 1, pitch, 80) for beat in (0, 1) for pitch in (60, 64, 67)))


def heard(*played: HeldNote, until: float = 10.0) -> HeardPhrase:
    clock = SessionClock(120.0)
    return HeardPhrase.of(played, lambda channel: DRUMS if channel == 10 else 0, clock, until, 2.0, len(played))


def test_seconds_become_beats_and_what_still_sounds_ends_now() -> None:
    found = heard(HeldNote(1.5, 64, 70, 1, released=1.75), HeldNote(1.0, 60, 80, 1), until=2.0)
    assert found.notes.pitch.tolist() == [60, 64], "in order of their onsets"
    np.testing.assert_allclose(np.diff(found.notes.onset), [1.0])
    np.testing.assert_allclose(found.notes.offset - found.notes.onset, [2.0, 0.5])
    assert found.lasted == pytest.approx(4.0) and found.count == 2


def test_drums_are_known_by_their_channel() -> None:
    found = heard(HeldNote(1.0, 36, 80, 10, released=1.1), HeldNote(1.5, 38, 80, 10, released=1.6))
    assert found.drums_alone and not found.one_line and found.texture == 0.0
    mixed = heard(HeldNote(1.0, 36, 80, 10, released=1.1), HeldNote(1.5, 60, 80, 1, released=1.6))
    assert not mixed.drums_alone


def test_one_note_after_another_is_a_line_and_chords_are_none() -> None:
    assert LINE.one_line and LINE.texture == 1.0
    assert not CHORDS.one_line and CHORDS.texture == 3.0
    assert not phrase((0, 1, 60, 80), (1, 2, 62, 80)).one_line, "two notes are no line to answer in kind"


def test_legato_is_not_two_notes_at_once() -> None:
    slurred = phrase((0, 1.1, 60, 80), (1, 2.1, 62, 80), (2, 3.1, 64, 80), (3, 4, 65, 80))
    assert slurred.texture == 1.0 and slurred.one_line


def test_the_top_line_begins_with_the_phrase() -> None:
    assert [(note.at, note.pitch) for note in LINE.line] == [(0.0, 60), (0.5, 62), (1.0, 64), (2.0, 65)]
    assert [note.pitch for note in CHORDS.line] == [67, 67]


def test_span_and_pulse() -> None:
    assert LINE.span == 2.0 and LINE.pulse == 0.5
    assert phrase((3, 4, 60, 80)).span == 0.0 and phrase((3, 4, 60, 80)).pulse == 1.0


def test_its_manner_is_as_it_was_played() -> None:
    assert LINE.manner["texture"] == LINE.texture
    assert "texture" not in phrase((0, 1, 60, 80), (1, 2, 62, 80)).manner
    slow = phrase(*((4 * beat, 4 * beat + 1, 60 + beat, 80) for beat in range(5)))
    quick = phrase(*((beat / 2, beat / 2 + 0.4, 72 + beat, 80) for beat in range(9)))
    assert quick.manner["density"] > slow.manner["density"] and quick.manner["register"] > slow.manner["register"]
