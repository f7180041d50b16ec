"""Owed note-offs, told again to whoever connects."""

from __future__ import annotations

from bridge.midi.reminder import FORGET_AFTER, Reminder

OFF = b"\x81\x3c\x00"
LIFT = b"\xb1\x40\x00"


def test_whoever_connects_is_told_until_a_minute_after_the_first() -> None:
    reminder = Reminder()
    reminder.keep([OFF, LIFT, OFF])
    assert reminder.connected(500.0, ()) == [OFF, LIFT]
    assert reminder.connected(500.0 + FORGET_AFTER, ()) == [OFF, LIFT]
    assert reminder.connected(500.1 + FORGET_AFTER, ()) == []
    assert len(reminder) == 0


def test_a_key_that_sounds_again_by_our_own_doing_is_left_alone() -> None:
    reminder = Reminder()
    reminder.keep([OFF, LIFT])
    assert reminder.connected(1.0, {(2, 60)}) == [LIFT]
    assert reminder.connected(2.0, {(1, 60)}) == [OFF, LIFT]


def test_what_is_owed_anew_is_kept_anew() -> None:
    reminder = Reminder()
    reminder.keep([OFF])
    reminder.connected(1.0, ())
    reminder.keep([LIFT])
    assert reminder.connected(2.0 * FORGET_AFTER, ()) == [OFF, LIFT]
