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


def drums(*rows: tuple[float, float, int, int]) -> HeardPhrase:
    notes = Notes.of(list(rows), drums=True)
    return HeardPhrase(notes, None, float(notes.offset.max()), len(rows))


BEAT = drums(*((i / 2, i / 2 + 0.1, 36, 80) for i in range(8)))
NOTHING = HeardPhrase(Notes.of([]), None, 0.0, 0)


def test_what_is_struck_together_is_in_chords_and_what_rings_together_is_not() -> None:
    arpeggio = phrase(*((float(i), 4.0, pitch, 80) for i, pitch in enumerate((48, 60, 64, 67))))
    assert CHORDS.in_chords
    assert not (LINE.in_chords or arpeggio.in_chords or BEAT.in_chords) and not arpeggio.one_line
    melody_with_a_few = phrase(*((float(i), i + 1.0, 60 + i, 80) for i in range(8)), (0, 1, 48, 80), (4, 5, 48, 80))
    assert not melody_with_a_few.in_chords and not melody_with_a_few.one_line


def test_a_line_over_drums_is_not_one_line() -> None:
    rows = [(float(i), i + 1.0, 60 + i, 80) for i in range(4)]
    pitched, struck = Notes.of(rows), Notes.of([(0.5, 0.6, 36, 80)], drums=True)
    both = Notes(*(np.concatenate([getattr(pitched, name), getattr(struck, name)]) for name in Notes.__slots__))
    assert phrase(*rows).one_line and not HeardPhrase(both, None, 4.0, 5).one_line


def test_how_long_notes_are_held_in_the_middle_at_most_and_last() -> None:
    assert (LINE.held, LINE.longest_held, LINE.last_held) == (0.75, 1.0, 1.0)
    uneven = phrase((0, 0.25, 60, 80), (1, 4.0, 62, 80), (2, 2.5, 64, 80))
    assert (uneven.held, uneven.longest_held, uneven.last_held) == (0.5, 3.0, 0.5)
    assert BEAT.held == BEAT.pulse == 0.5, "strokes are not held"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 1.0, 1.4])
def test_legato_is_the_part_of_the_wait_that_a_note_is_held(part: float) -> None:
    rows = [(i / 2, i / 2 + part / 2, 60 + i, 80) for i in range(6)]
    assert phrase(*rows).legato == pytest.approx(min(part, 1.0))
    doubled = phrase(*rows, *((on, off, pitch - 12, 80) for on, off, pitch, _ in rows))
    assert doubled.legato == pytest.approx(min(part, 1.0)), "octaves struck together are one onset"


def test_notes_of_a_chord_are_no_time_apart() -> None:
    spread = phrase((0, 1, 60, 80), (0.02, 1, 64, 80), (1, 2, 65, 80))
    assert spread.waits.tolist() == pytest.approx([0.0, 0.98])


@pytest.mark.parametrize(("last", "home"), [(60, True), (64, True), (67, True), (62, False), (65, False), (71, False)])
def test_a_phrase_ends_at_home_on_a_tone_of_its_tonic_triad(last: int, home: bool) -> None:
    scale = (60, 64, 67, 65, 64, 62, 60, 67, 72, 71, 69, 67)
    tune = phrase(*((float(i), i + 1.0, pitch, 80) for i, pitch in enumerate((*scale, last))))
    assert tune.ends_at_home is home
    tones = tune.key_tones
    assert tones is not None and tones[1] == {0, 4, 7} and tones[1] < tones[0]


def test_a_few_notes_and_drums_have_no_key() -> None:
    assert phrase((0, 1, 60, 80), (1, 2, 64, 80), (2, 3, 67, 80)).key_tones is None
    assert BEAT.key_tones is None and not BEAT.ends_at_home


def test_of_a_line_each_note_lasts_as_it_was_held_and_is_counted_from_the_first() -> None:
    later = phrase(*((10 + i, 10.75 + i, 60 + i, 80) for i in range(4)))
    assert [(note.at, note.pitch) for note in later.line] == [(0.0, 60), (1.0, 61), (2.0, 62), (3.0, 63)]
    assert all(note.duration > 0 for note in later.line) and later.line[-1].duration == pytest.approx(0.75)
    assert BEAT.line == ()


def test_of_nothing_everything_has_a_plain_value() -> None:
    assert (NOTHING.span, NOTHING.pulse, NOTHING.held, NOTHING.longest_held, NOTHING.last_held) == (0.0, 1, 1, 1, 1)
    assert (NOTHING.legato, NOTHING.texture, NOTHING.line) == (1.0, 0.0, ())
