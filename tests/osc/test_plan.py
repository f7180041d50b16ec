"""What OSC clients are told of notes that end early or move."""

from __future__ import annotations

from bridge.osc.plan import OscPlan
from bridge.vocabulary.events import (
    CancelNotes,
    Dropped,
    MoveNotes,
    PlayNote,
    ReleaseNote,
    Silence,
    Sounded,
    Turn,
    TurnChanged,
)
from bridge.vocabulary.requests import ReleasedNote

ONE, TWO = PlayNote(1, 1.0, 2.0, 60, 90, 1), PlayNote(2, 1.5, 2.5, 64, 90, 2)
HELD = PlayNote(3, 1.0, None, 67, 90, 1)


def told(*notes: PlayNote) -> OscPlan:
    plan = OscPlan()
    for note in notes:
        assert plan.reports(note, 0.0) == [note]
    return plan


def test_a_release_is_told_by_its_key_and_not_before_the_onset() -> None:
    plan = told(HELD, PlayNote(4, 3.0, None, 50, 90, 2))
    plan.heard(Sounded(1.0, 3))
    assert plan.reports(ReleaseNote(3, 1.7), 0.0) == [ReleasedNote(1.7, 67, 1)]
    assert plan.reports(ReleaseNote(4, 2.0), 0.0) == [ReleasedNote(3.0, 50, 2)]
    assert plan.reports(ReleaseNote(4, 2.0), 0.0) == []


def test_notes_that_move_far_are_told_anew_with_all_that_is_to_come() -> None:
    plan = told(ONE, TWO, HELD)
    moved = PlayNote(2, 1.8, 2.9, 64, 90, 2)
    assert plan.reports(MoveNotes((2,), (1.8,), (2.9,)), 0.0) == [CancelNotes((1, 2)), ONE, moved]


def test_small_moves_are_told_when_they_have_added_up() -> None:
    plan = told(TWO)
    assert plan.reports(MoveNotes((2,), (1.506,), (2.5,)), 0.0) == []
    assert plan.reports(MoveNotes((2,), (1.512,), (2.5,)), 0.0) == [
        CancelNotes((2,)),
        PlayNote(2, 1.512, 2.5, 64, 90, 2),
    ]


def test_what_has_left_or_was_dropped_is_not_told_again() -> None:
    plan = told(ONE, TWO)
    plan.heard(Sounded(1.0, 1))
    assert plan.reports(CancelNotes((2,)), 0.0) == [CancelNotes((2,))]
    assert plan.reports(MoveNotes((1, 2), (5.0, 5.0), (6.0, 6.0)), 0.0) == []
    plan = told(ONE)
    assert plan.reports(Silence(), 0.0) == [Silence()]
    assert plan.reports(MoveNotes((1,), (5.0,), (6.0,)), 0.0) == []


def test_the_rest_is_told_as_it_is() -> None:
    assert told().reports(TurnChanged(Turn.HUMAN), 0.0) == [TurnChanged(Turn.HUMAN)]


def test_a_held_note_that_was_never_played_has_no_end_to_be_told() -> None:
    plan = told(HELD)
    plan.heard(Dropped(1.0, 3))
    assert plan.reports(ReleaseNote(3, 1.7), 0.0) == []


def test_a_note_of_somebody_else_s_leaves_the_plan_as_it_is() -> None:
    plan = told(TWO)
    plan.heard(Sounded(1.0, 77))
    plan.heard(Dropped(1.0, 78))
    assert plan.reports(MoveNotes((77, 2), (9.0, 1.8), (9.5, 2.9)), 0.0)[0] == CancelNotes((2,))


def test_after_notes_were_told_anew_small_moves_are_measured_from_there() -> None:
    plan = told(ONE, TWO)
    assert plan.reports(MoveNotes((1, 2), (1.1, 1.8), (2.1, 2.8)), 0.0)
    assert plan.reports(MoveNotes((1, 2), (1.105, 1.805), (2.1, 2.8)), 0.0) == []
    assert plan.reports(MoveNotes((1,), (1.0,), (2.0,)), 0.0)[1:] == [ONE, PlayNote(2, 1.805, 2.8, 64, 90, 2)]


def test_after_a_silence_notes_are_planned_and_moved_as_at_first() -> None:
    plan = told(ONE, TWO)
    plan.reports(Silence(), 0.0)
    assert plan.reports(ReleaseNote(1, 1.2), 0.0) == []
    late = PlayNote(5, 3.0, 4.0, 72, 90, 1)
    assert plan.reports(late, 2.0) == [late]
    assert plan.reports(MoveNotes((5,), (3.5,), (4.5,)), 2.0)[0] == CancelNotes((5,))
