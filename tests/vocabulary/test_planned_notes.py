"""What becomes of planned notes, whoever follows them and from when on."""

from __future__ import annotations

import math

import pytest

from bridge.vocabulary.events import CancelNotes, Dropped, MoveNotes, PlayNote, ReleaseNote, Silence, Sounded
from bridge.vocabulary.planned_notes import PlannedNotes

NOTE = PlayNote(1, 10.0, 11.0, 60, 90, 1)
HELD = PlayNote(2, 10.0, None, 64, 90, 1)


def followed(*events: object) -> PlannedNotes:
    notes = PlannedNotes()
    for number, event in enumerate(events):
        notes.follow(event, 10.0 + number)  # type: ignore[arg-type]
    return notes


def test_a_note_sounds_and_ends_as_planned() -> None:
    note = followed(NOTE, Sounded(10.01, 1)).get(1)
    assert (note.sounded, note.release, note.withdrawn) == (10.01, 11.0, False)


def test_a_note_moves_and_keeps_its_number() -> None:
    note = followed(NOTE, MoveNotes((1,), (10.5,), (11.75,))).get(1)
    assert (note.play.onset, note.release) == (10.5, 11.75)


def test_a_held_note_ends_when_it_is_released() -> None:
    notes = followed(HELD, Sounded(10.0, 2))
    assert notes.get(2).release == math.inf
    notes.follow(ReleaseNote(2, 12.5), 12.5)
    assert notes.get(2).release == 12.5
    assert not notes.get(2).withdrawn


@pytest.mark.parametrize("end", [CancelNotes((1,)), Dropped(10.2, 1), Silence(), ReleaseNote(1, 9.0)], ids=str)
def test_a_note_that_will_not_sound_is_withdrawn_and_keeps_its_plan(end):
    note = followed(NOTE, end).get(1)
    assert note.withdrawn and note.sounded is None
    assert note.play.onset == 10.0


def test_one_that_slips_out_after_it_was_silenced_ended_then() -> None:
    note = followed(NOTE, Silence(), Sounded(10.9, 1)).get(1)
    assert (note.sounded, note.release) == (10.9, 11.0)  # silenced at 11.0, the second event
    note = followed(HELD, Silence(), Sounded(10.9, 2)).get(2)
    assert (note.sounded, note.release) == (10.9, 11.0)


@pytest.mark.parametrize("end", [CancelNotes((1,)), Silence(), ReleaseNote(1, 9.0)], ids=str)
def test_one_that_slips_out_is_withdrawn_no_longer(end):
    note = followed(NOTE, end, Sounded(10.9, 1)).get(1)
    assert (note.sounded, note.withdrawn) == (10.9, False)


def test_silence_ends_what_sounds() -> None:
    note = followed(HELD, Sounded(10.0, 2), Silence()).get(2)
    assert not note.withdrawn and note.release == 12.0


def test_a_note_is_silenced_by_the_first_silence_after_it() -> None:
    """Each note is looked at once: a log of hours has thousands of both."""
    notes = followed(HELD, Sounded(10.0, 2), Silence(), NOTE, Silence())
    assert notes.get(2).release == 12.0 and notes.get(1).release == 11.0
    assert not notes.get(2).withdrawn and notes.get(1).withdrawn
    notes.forget(1)
    notes.follow(PlayNote(1, 20.0, None, 60, 90, 1), 20.0)
    notes.follow(Silence(), 21.0)
    assert notes.get(1).release == 21.0


@pytest.mark.parametrize(
    "event",
    [MoveNotes((7,), (1.0,), (2.0,)), ReleaseNote(7, 1.0), CancelNotes((7,)), Sounded(1.0, 7), Dropped(1.0, 7)],
    ids=str,
)
def test_what_was_planned_before_anybody_followed_passes(event):
    """A recording begun in mid-set, and ended after the tempo had changed, ended the set."""
    assert [note.play for note in followed(NOTE, event)] == [NOTE]


def test_a_number_is_planned_once() -> None:
    assert followed(NOTE, PlayNote(1, 20.0, 21.0, 50, 1, 1)).get(1).play == NOTE


def test_a_release_ends_a_note_earlier_and_never_later() -> None:
    assert followed(NOTE, Sounded(10.0, 1), ReleaseNote(1, 10.5)).get(1).release == 10.5
    assert followed(NOTE, Sounded(10.0, 1), ReleaseNote(1, 12.0)).get(1).release == 11.0


def test_only_a_note_that_has_not_begun_is_withdrawn_by_its_release() -> None:
    assert followed(NOTE, ReleaseNote(1, 10.0)).get(1).withdrawn, "at its onset"
    assert not followed(NOTE, ReleaseNote(1, 10.5)).get(1).withdrawn, "it is short, but sounds"
    assert not followed(NOTE, Sounded(9.99, 1), ReleaseNote(1, 9.995)).get(1).withdrawn, "it had begun"
    assert followed(NOTE, CancelNotes((1,)), ReleaseNote(1, 10.5)).get(1).withdrawn


def test_what_sounded_is_not_withdrawn_any_more() -> None:
    note = followed(NOTE, Sounded(10.0, 1), CancelNotes((1,))).get(1)
    assert not note.withdrawn and note.sounded == 10.0


def test_a_note_that_is_forgotten_is_not_followed_and_all_can_be() -> None:
    notes = followed(NOTE, HELD)
    notes.forget(1)
    notes.follow(Silence(), 12.0)
    assert notes.get(1) is None and [note.play for note in notes] == [HELD]
    notes.follow(PlayNote(3, 13.0, 14.0, 60, 90, 1), 13.0)
    notes.clear()
    notes.follow(Silence(), 14.0)
    assert len(notes) == 0
