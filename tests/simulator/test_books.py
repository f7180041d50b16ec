"""The books of a set say what is given out, what sounds and what the human holds, from the stream alone."""

from __future__ import annotations

import pytest

from bridge.performer.settings import Settings
from bridge.simulator.books import REMEMBERED, Books
from bridge.vocabulary.events import (
    CancelNotes,
    Control,
    Dropped,
    Fired,
    InputLost,
    MoveNotes,
    NoteOff,
    NoteOn,
    PassThrough,
    PlayNote,
    Recall,
    ReleaseNote,
    SetMode,
    SetRange,
    SetVoice,
    Silence,
    Sounded,
    Stop,
    ValueReport,
)


def books(mode: str = "duet", **settings: object) -> Books:
    return Books.of(Settings(mode=mode, **settings))  # type: ignore[arg-type]


def take(one: Books, *items: object) -> Books:
    """Inputs as received, outputs as given at their time."""
    for item in items:
        if isinstance(item, (PlayNote, MoveNotes, CancelNotes, ReleaseNote, Silence, PassThrough, ValueReport, Fired)):
            one.gave(1.0, 1.0, item)
        else:
            one.received(item, own=False)  # type: ignore[arg-type]
    return one


def plan(number: int, onset: float = 2.0, release: float | None = 3.0, pitch: int = 60) -> PlayNote:
    return PlayNote(number, onset, release, pitch, 80, 1)


# --- what is given out and leaves ---------------------------------------------------------------------------


def test_a_note_on_that_leaves_is_the_earliest_one_that_is_due() -> None:
    one = take(books(), plan(1, 2.0), plan(2, 2.5))
    assert one.began(1.9, 1, 60, 80) is None, "nothing is due yet"
    first = one.began(2.6, 1, 60, 80)
    assert first is not None and first.note_id == 1 and first.begun_at == 2.6
    assert one.began(2.6, 1, 60, 81) is None, "another velocity is another note"
    second = one.began(2.6, 1, 60, 80)
    assert second is not None and second.note_id == 2
    assert one.sounding == {(1, 60): second}
    one.ended(1, 60)
    assert not one.sounding


@pytest.mark.parametrize("gone", [CancelNotes((1,)), Dropped(1.5, 1), ReleaseNote(1, 1.5), Silence()])
def test_what_was_taken_back_is_not_due(gone: object) -> None:
    one = take(books(), plan(1), gone)
    assert one.began(2.0, 1, 60, 80) is None
    cancelled = one.cancelled(1, 60, 80)
    assert cancelled is not None and cancelled.note_id == 1


def test_a_note_that_began_is_moved_at_its_end_alone() -> None:
    one = take(books(), plan(1), plan(2, 5.0, 6.0))
    one.began(2.0, 1, 60, 80)
    take(one, MoveNotes((1, 2), (2.5, 5.5), (3.5, 6.5)))
    began, planned = one.given[1], one.given[2]
    assert (began.onset, began.release, began.moved) == (2.0, 3.5, 0.5)
    assert (planned.onset, planned.release, planned.moved, planned.moved_from) == (5.5, 6.5, 1.0, 5.0)


def test_silence_ends_what_sounds_now() -> None:
    one = take(books(), plan(1, release=None))
    one.began(2.0, 1, 60, 80)
    one.gave(2.5, 2.5, Silence())
    assert one.given[1].release == 2.5


def test_a_report_makes_up_for_a_note_on_that_nobody_saw() -> None:
    one = take(books(), plan(1), Sounded(2.0, 1))
    assert one.given[1].begun_at == 2.0
    assert one.began(2.1, 1, 60, 80) is None


def test_a_humans_note_that_is_passed_on_is_known_by_its_velocity() -> None:
    one = take(books(), PassThrough(bytes((0x90, 60, 70))), PassThrough(bytes((0x90, 60, 75))))
    assert not one.passed(1, 60, 71)
    assert one.passed(1, 60, 75), "the one before it never left"
    assert not one.passed(1, 60, 70)


def test_what_is_long_over_is_let_go_of_and_what_sounds_is_not() -> None:
    one = take(books(), plan(1), plan(2, pitch=62), plan(3, release=None, pitch=64))
    one.began(2.0, 1, 62, 80)
    one.began(2.0, 1, 64, 80)
    one.prune(3.0 + REMEMBERED + 0.1)
    assert set(one.given) == {2, 3}


# --- what the human holds ---------------------------------------------------------------------------------------


def test_keys_and_pedals() -> None:
    one = take(books(), Control(0.0, 64, 127, 1), NoteOn(0.0, 60, 80, 1), NoteOn(0.0, 62, 80, 2))
    take(one, NoteOff(0.5, 60, 1), NoteOff(0.5, 62, 2))
    assert not one.keys and one.pedalled == {(1, 60)}
    take(one, Control(1.0, 64, 0, 1))
    assert not one.pedalled


@pytest.mark.parametrize("end", [Stop(1.0), InputLost(1.0), SetMode(1.0, "off"), Fired("panic")])
def test_what_ends_all_that_is_held(end: object) -> None:
    one = take(
        books(), Control(0.0, 64, 127, 1), NoteOn(0.0, 60, 80, 1), NoteOff(0.1, 60, 1), NoteOn(0.2, 62, 80, 1), end
    )
    assert not one.keys and not one.pedalled


def test_a_note_of_the_machines_that_comes_back_in_is_no_key() -> None:
    one = books()
    one.received(NoteOn(0.0, 60, 80, 1), own=True)
    assert not one.keys
    take(one, NoteOff(0.1, 60, 1))
    assert not one.keys


def test_a_pad_is_no_key() -> None:
    one = books(binds={"respond": ("note:36",)})
    assert one.fires(NoteOn(0.0, 36, 80, 1)) == one.fires(NoteOff(0.0, 36, 1))
    assert not one.fires(NoteOn(0.0, 37, 80, 1))


# --- what is set ------------------------------------------------------------------------------------------------


def test_settings_are_followed() -> None:
    one = take(books(), SetVoice(0.0, "bass", False, 5), SetRange(0.0, "bass", 30, 50), SetMode(0.0, "off"))
    assert (one.voices["bass"], one.ranges["bass"], one.mode) == ((False, 5), (30, 50), "off")
    take(one, ValueReport("late", 0.2), ValueReport("polyphony", 3.0))
    assert one.late == 0.2 and one.number("polyphony") == 3.0
    take(one, Fired("next_mode"))
    assert one.mode != "off"


def test_a_preset_that_changes_the_mode_lets_go() -> None:
    one = take(books(), NoteOn(0.0, 60, 80, 1), Recall(0.5, "", {}, {}, {}))
    assert one.keys
    take(one, Recall(0.5, "mine", {}, {"bass": (True, 3)}, {"bass": (28, 40)}, "harmonize"))
    assert not one.keys and one.mode == "harmonize"
    assert (one.voices["bass"], one.ranges["bass"]) == ((True, 3), (28, 40))


def configure(master: int, members: int) -> list[Control]:
    return [Control(2.0, controller, value, master) for controller, value in ((101, 0), (100, 6), (6, members))]


@pytest.mark.parametrize(
    ("before", "again", "held"),
    [
        ([(16, 15)], (16, 15), True),
        ([(1, 15)], (1, 15), True),
        ([(16, 15)], (16, 14), False),
        ([(1, 5), (16, 9)], (16, 9), True),
        ([(1, 5), (16, 9)], (16, 10), False),  # which takes one of the other's
        ([(1, 5), (16, 9)], (1, 5), True),
    ],
)
def test_keys_are_let_go_by_a_zone_that_becomes_another_and_not_by_one_that_is_said_again(
    before: list[tuple[int, int]], again: tuple[int, int], held: bool
) -> None:
    one = books()
    for zone in before:
        take(one, *configure(*zone))
    take(one, NoteOn(1.0, 60, 80, 3), *configure(*again))
    assert one.keys == ({(3, 60)} if held else set())
