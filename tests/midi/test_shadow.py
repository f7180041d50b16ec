from __future__ import annotations

import pytest

from bridge.midi.outbox import Ended
from bridge.midi.shadow import Plan
from bridge.midi.wire import OweOff
from bridge.vocabulary.events import (
    CancelNotes,
    Dropped,
    MoveNotes,
    PassThrough,
    PlayNote,
    ReleaseNote,
    Silence,
    Sounded,
)


def note(note_id: int, onset: float, release: float | None = None, pitch: int = 60) -> PlayNote:
    return PlayNote(note_id, onset, release, pitch, 90, 1)


def plan_with(*notes: PlayNote) -> Plan:
    plan = Plan()
    for command in notes:
        plan.told(command, 0.0)
    return plan


def test_notes_to_come_are_planned_again() -> None:
    plan = plan_with(note(1, 5.0, 6.0))
    assert plan.succession(4.0) == [note(1, 5.0, 6.0)]
    assert plan.succession(4.5) == [note(1, 5.0, 6.0)]


def test_notes_that_sound_are_owed_their_ends_once() -> None:
    plan = plan_with(note(1, 1.0))
    plan.heard(Sounded(1.0, 1))
    assert plan.succession(4.0) == [OweOff(1, 60)]
    assert plan.succession(4.0) == []


def test_a_note_that_may_have_sounded_is_ended_before_it_is_planned_again() -> None:
    plan = plan_with(note(1, 1.0, 9.0), note(2, 1.0, 9.0, 64))
    assert plan.succession(1.01) == [OweOff(1, 60), OweOff(1, 64), note(1, 1.0, 9.0), note(2, 1.0, 9.0, 64)]


def test_notes_done_with_are_forgotten() -> None:
    plan = plan_with(note(1, 1.0), note(2, 1.0))
    plan.heard(Sounded(1.0, 1))
    plan.heard(Ended(1))
    plan.heard(Dropped(1.0, 2))
    assert len(plan) == 0
    assert plan.succession(4.0) == []


def test_withdrawn_notes_are_not_planned_again() -> None:
    plan = plan_with(note(1, 5.0), note(2, 5.0), note(3, 5.0))
    plan.told(CancelNotes((1,)), 0.0)
    plan.told(ReleaseNote(2, 5.0), 0.0)
    assert plan.succession(4.0) == [note(3, 5.0)]
    plan.told(Silence(), 0.0)
    assert plan.succession(4.0) == []


def test_a_move_is_remembered() -> None:
    plan = plan_with(note(1, 5.0, 6.0))
    plan.told(MoveNotes((1, 2), (5.5, 1.0), (7.0, 2.0)), 0.0)
    assert plan.succession(4.0) == [note(1, 5.5, 7.0)]


def test_a_release_is_remembered() -> None:
    plan = plan_with(note(1, 5.0))
    plan.told(ReleaseNote(1, 5.5), 0.0)
    assert plan.succession(4.0) == [note(1, 5.0, 5.5)]


def test_a_pedal_that_passed_through_is_lifted() -> None:
    plan = Plan()
    plan.told(PassThrough(b"\xb1\x40\x7f"), 0.0)
    assert plan.succession(1.0) == [PassThrough(b"\xb1\x40\x00")]
    assert plan.succession(1.0) == []


def test_a_note_that_passed_through_is_owed_its_end() -> None:
    plan = Plan()
    for data in (b"\x91\x3c\x50", b"\x91\x40\x50", b"\x81\x40\x00", b"\x91\x43\x50", b"\x91\x43\x00"):
        plan.told(PassThrough(data), 0.0)
    plan.told(Silence(), 0.5)
    assert plan.succession(1.0) == [OweOff(2, 60)]
    assert plan.succession(1.0) == []
    plan.told(PassThrough(b"\x91\x3c\x50"), 1.5)
    plan.told(Silence(all_channels=True), 2.0)
    assert plan.succession(3.0) == []


def test_a_note_that_midi_cannot_say_is_refused_and_not_planned_for_a_successor() -> None:
    plan = Plan()
    with pytest.raises(ValueError, match="pitch of note 1 is 128"):
        plan.told(note(1, 5.0, pitch=128), 0.0)
    assert len(plan) == 0 and plan.succession(1.0) == []


def test_a_pedal_is_lifted_where_it_was_left_down_and_on_its_channel() -> None:
    plan = Plan()
    down, up = b"\xb0\x40\x40", b"\xb0\x40\x3f"
    for data in (down, up, b"\xb5\x42\x7f", b"\xb5\x41\x7f", b"\xe0\x40\x7f", b"\xd0\x40", b"\xb2\x40\x40"):
        plan.told(PassThrough(data), 0.0)
    # Portamento (65), pitch bend and pressure hold nothing.
    assert plan.succession(1.0) == [PassThrough(b"\xb2\x40\x00"), PassThrough(b"\xb5\x42\x00")]


def test_a_panic_lifts_the_pedals_too() -> None:
    plan = Plan()
    plan.told(PassThrough(b"\xb1\x40\x7f"), 0.0)
    plan.told(Silence(), 0.2)
    plan.told(PassThrough(b"\xb1\x42\x7f"), 0.3)
    plan.told(Silence(all_channels=True), 0.5)
    assert plan.succession(1.0) == []


def test_a_note_due_at_the_moment_of_death_may_have_begun_and_one_after_it_has_not() -> None:
    plan = plan_with(note(1, 2.0, 3.0), note(2, 2.001, 3.0, 64))
    assert plan.succession(2.0) == [OweOff(1, 60), note(1, 2.0, 3.0), note(2, 2.001, 3.0, 64)]
