"""Keys and pedals."""

from __future__ import annotations

from bridge.performer.held_notes import Hands, HeldNote


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
