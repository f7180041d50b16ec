"""Keys and pedals."""

from __future__ import annotations

import math

from bridge.performer.held_notes import COME_AND_GONE, STUCK, STUCK_TIMES, Hands, HeldNote


def pressed(*pitches: int, channel: int = 1) -> tuple[Hands, list[HeldNote]]:
    hands = Hands()
    notes = [HeldNote(1.0, pitch, 80, channel) for pitch in pitches]
    for note in notes:
        assert hands.press(note) is None
    return hands, notes


def test_a_key_holds_its_note_until_it_comes_up() -> None:
    hands, [note] = pressed(60)
    assert hands.busy and hands.holds(note)
    assert hands.lift(60, 1) is note
    assert not hands.busy and not hands.holds(note)


def test_a_pedal_holds_what_is_let_go_while_it_is_down() -> None:
    hands, notes = pressed(60, 64)
    assert hands.pedal(127, 1) == []
    assert hands.lift(60, 1) is None
    assert hands.busy and list(hands.pitches_down()) == [64] and sorted(hands.pitches()) == [60, 64]
    assert hands.pedal(0, 1) == [notes[0]]
    assert list(hands.pitches()) == [64]


def test_pedals_are_each_for_a_channel() -> None:
    hands, _ = pressed(60, channel=2)
    hands.pedal(127, 1)
    assert hands.lift(60, 2) is not None


def test_the_same_key_again_ends_its_first_note() -> None:
    hands, [first] = pressed(60)
    second = HeldNote(2.0, 60, 90, 1)
    assert hands.press(second) is first
    assert hands.holds(second) and not hands.holds(first)


def test_a_key_that_was_not_down() -> None:
    assert Hands().lift(60, 1) is None


def test_let_go_lifts_keys_and_pedals() -> None:
    hands, notes = pressed(60, 64)
    hands.pedal(127, 1)
    assert hands.let_go() == notes
    hands.press(notes[0])
    assert hands.lift(60, 1) is notes[0]


def test_all_notes_off_lifts_the_keys_of_a_channel_and_no_pedal() -> None:
    hands, notes = pressed(60, 64)
    other = HeldNote(1.0, 67, 80, 2)
    hands.press(other)
    assert hands.down_on(1) and hands.down_on(2) and not hands.down_on(3)
    assert hands.lift_all(1) == notes
    assert list(hands.pitches()) == [67] and not hands.down_on(1)
    hands.pedal(127, 2)
    assert hands.lift_all(2) == [] and hands.pedalled and not hands.playing and hands.pedal_is_down(2)
    assert hands.lift_all(2) == [] and hands.pedal(0, 2) == [other], "what a pedal holds is no key"


def test_one_channel_lets_go_alone_with_its_pedal() -> None:
    hands, notes = pressed(60)
    hands.press(HeldNote(1.0, 67, 80, 2))
    hands.pedal(127, 1)
    hands.pedal(127, 2)
    assert hands.let_go(1) == notes
    assert not hands.pedal_is_down(1) and hands.pedal_is_down(2) and list(hands.pitches()) == [67]


def test_a_pedal_is_down_from_64_on() -> None:
    hands, [note] = pressed(60)
    hands.pedal(64, 1)
    assert hands.pedal_is_down(1) and hands.lift(60, 1) is None
    assert hands.pedal(63, 1) == [note] and not hands.pedal_is_down(1)


def test_a_masters_pedal_holds_what_its_members_play() -> None:
    hands = Hands(lambda channel: 1 if channel in (2, 3) else channel)
    member, other = HeldNote(1.0, 60, 80, 2), HeldNote(1.0, 64, 80, 5)
    hands.press(member)
    hands.press(other)
    assert hands.down_on(1)
    hands.pedal(127, 1)
    assert hands.lift(60, 2) is None and hands.lift(64, 5) is other
    assert hands.pedal(0, 1) == [member]
    hands.press(member)
    assert hands.let_go(1) == [member], "a message on the master's channel is for all of them"


def played(hands: Hands, count: int, length: float) -> None:
    """So many keys that come and go."""
    for number in range(count):
        hands.press(HeldNote(2.0 + number, 72, 80, 1))
        hands.lift(72, 1, 2.0 + number + length)


def test_a_key_is_stuck_when_others_have_come_and_gone_beside_it() -> None:
    hands = Hands()
    assert hands.stuck_from == -math.inf, "none is down"
    held = HeldNote(1.0, 40, 80, 1)
    hands.press(held)
    assert hands.stuck_from == math.inf, "nobody played beside it"
    played(hands, COME_AND_GONE - 1, 0.5)
    assert hands.stuck_from == math.inf
    played(hands, 1, 0.5)
    assert hands.stuck_from == 1.0 + STUCK
    hands.press(HeldNote(3.0, 45, 80, 1))
    assert hands.stuck_from == math.inf, "this one is meant yet"


def test_who_holds_keys_for_long_is_waited_for_longer() -> None:
    hands = Hands()
    hands.press(HeldNote(1.0, 40, 80, 1))
    played(hands, 19, 2.0)
    played(hands, 1, 60.0)
    assert hands.stuck_from == 1.0 + STUCK_TIMES * 2.0, "the longest of twenty is left out"
    played(hands, 2, 3.0)
    assert hands.stuck_from == 1.0 + STUCK_TIMES * 3.0


def test_a_key_that_counts_no_more() -> None:
    hands, [first, second] = pressed(60, 64)
    hands.forget(first)
    hands.forget(HeldNote(1.0, 64, 80, 1))
    assert hands.notes_down() == [second], "another note on that key is not this one"
    assert not hands.is_down(60, 1) and hands.is_down(64, 1) and not hands.is_down(64, 2)
    hands.pedal(127, 1)
    hands.lift(64, 1)
    assert not hands.is_down(64, 1) and hands.holds(second)


def test_drums_are_left_out_of_what_is_tuned() -> None:
    hands, _ = pressed(60, 64)
    hands.press(HeldNote(1.0, 36, 80, 10))
    hands.pedal(127, 1)
    hands.lift(60, 1)
    assert list(hands.tuned(10)) == [60, 64] and list(hands.tuned_down(10)) == [64]
    assert list(hands.pitches_down()) == [64, 36]


def test_keys_are_stuck_from_the_last_of_them_on_and_what_a_pedal_holds_is_none() -> None:
    hands, early, late = Hands(), HeldNote(1.0, 40, 80, 1), HeldNote(3.0, 45, 80, 2)
    hands.press(early)
    hands.press(late)
    played(hands, COME_AND_GONE, 0.5)
    assert hands.stuck_from == 3.0 + STUCK
    hands.pedal(127, 2)
    hands.lift(45, 2)
    assert hands.stuck_from == 1.0 + STUCK and hands.notes_down() == [early]


def test_a_key_that_came_up_under_the_pedal_comes_up_once() -> None:
    hands, [_, other] = pressed(60, 64)
    hands.pedal(127, 1)
    for time in (2.0, 99.0):
        hands.lift(60, 1, time)
    played(hands, COME_AND_GONE, 0.5)
    assert hands.stuck_from == other.onset + STUCK, "98 seconds are not how long this player holds a key"
