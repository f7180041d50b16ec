"""The books of planned, sounded and cancelled notes."""

from __future__ import annotations

import math

import pytest

from bridge.performer.ledger import KEEP, REPORT_WITHIN, Ledger, LedgerNote, NoteState


def plan(ledger: Ledger, onset: float, release: float | None = None, pitch: int = 60) -> LedgerNote:
    return ledger.plan(onset, onset + 1.0 if release is None else release, pitch, 80, 1, 0)


def test_a_note_is_planned_then_sounded() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0)
    assert ledger.counts == {NoteState.PLANNED: 1, NoteState.SOUNDED: 0, NoteState.CANCELLED: 0}
    assert ledger.confirm(note.note_id, 1.002) is None
    assert ledger.counts == {NoteState.PLANNED: 0, NoteState.SOUNDED: 1, NoteState.CANCELLED: 0}
    assert ledger.worst_lateness == pytest.approx(0.002)
    assert ledger.confirm(note.note_id, 9.0) is None


def test_a_cancelled_note_that_sounded_is_told() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0)
    assert ledger.cancel_planned() == [note]
    assert ledger.cancel_planned() == []
    assert ledger.confirm(note.note_id, 1.0) is note
    assert note.state is NoteState.SOUNDED


def test_a_dropped_note_counts_as_late_once() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0)
    assert ledger.drop(note.note_id) is note
    assert ledger.drop(note.note_id) is None
    assert ledger.drop(99) is None
    assert ledger.late == 1


def test_what_sounds_when() -> None:
    ledger = Ledger()
    short, held = plan(ledger, 1.0, 2.0), ledger.plan(1.5, None, 64, 80, 1, 0)
    gone = plan(ledger, 1.2)
    ledger.drop(gone.note_id)
    assert [note.note_id for note in ledger.sounding(1.6)] == [short.note_id, held.note_id]
    assert ledger.sounding(2.0) == [held]
    ledger.end_all(3.0)
    assert ledger.sounding(3.0) == []
    assert held.release == 3.0 and short.release == 2.0


def test_polyphony_is_free_again_when_enough_have_ended() -> None:
    ledger = Ledger()
    for release in (2.0, 3.0, 4.0):
        plan(ledger, 1.0, release)
    assert [ledger.free_from(1.5, most) for most in (1, 2, 3, 4)] == [4.0, 3.0, 2.0, 1.5]
    ledger.plan(1.0, None, 60, 80, 1, 0)
    assert ledger.free_from(1.5, 1) == math.inf


def test_notes_of_which_nothing_was_heard_are_given_up() -> None:
    ledger = Ledger()
    lost, fresh = plan(ledger, 1.0), plan(ledger, 5.0)
    assert ledger.cancel_lost(1.0 + REPORT_WITHIN + 0.1) == [lost]
    assert fresh.state is NoteState.PLANNED


def test_the_past_is_let_go() -> None:
    ledger = Ledger()
    for number in range(1000):
        note = plan(ledger, float(number))
        ledger.confirm(note.note_id, float(number))
        ledger.prune(float(number))
    assert len(ledger) <= KEEP + 3
    assert ledger.counts[NoteState.SOUNDED] == 1000


def test_begun_since_counts_what_was_not_cancelled() -> None:
    ledger = Ledger()
    for onset in (1.0, 2.0, 3.0):
        plan(ledger, onset)
    ledger.drop(3)
    assert ledger.begun_since(1.5) == 1


def test_a_stroke_is_recognised_by_pitch_voice_and_moment() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0)
    assert ledger.strikes(60, 0, 1.01)
    assert not ledger.strikes(61, 0, 1.0)
    assert not ledger.strikes(60, 1, 1.0)
    assert not ledger.strikes(60, 0, 1.1)
    ledger.drop(note.note_id)
    assert not ledger.strikes(60, 0, 1.0)


def test_notes_held_to_beats_move_with_the_clock() -> None:
    ledger = Ledger()
    beats = {"beat": 4.0, "length": 2.0}
    planned = ledger.plan(2.0, 3.0, 60, 80, 1, 0, **beats, shift=0.1)
    begun = ledger.plan(0.5, 3.0, 62, 80, 1, 0, beat=1.0, length=5.0)
    ledger.confirm(begun.note_id, 0.5)
    gone, held = ledger.plan(2.0, 3.0, 64, 80, 1, 0, **beats), ledger.plan(2.0, None, 65, 80, 1, 0)
    ledger.drop(gone.note_id)
    assert ledger.retime(lambda beat: beat, 1.0) == [planned, begun]
    assert (planned.onset, planned.release) == (4.1, 6.1)
    assert (begun.onset, begun.release) == (0.5, 6.0)
    assert (gone.onset, held.onset) == (2.0, 2.0)
    assert ledger.retime(lambda beat: beat + 0.0001, 1.0) == [], "not worth a move"


def test_no_note_moves_into_the_past() -> None:
    ledger = Ledger()
    note = ledger.plan(2.0, 3.0, 60, 80, 1, 0, beat=4.0, length=2.0)
    ledger.retime(lambda beat: beat / 8, 1.0)
    assert (note.onset, note.release) == (1.0, 1.0)


def test_no_span_sees_more_beginnings_than_allowed() -> None:
    ledger = Ledger()
    for onset in (1.0, 1.2, 1.4):
        plan(ledger, onset)
    dropped = plan(ledger, 1.45)
    ledger.drop(dropped.note_id)
    assert [ledger.room_from(1.5, most, 0.5) for most in (1, 2, 3, 4)] == [1.9, 1.7, 1.5, 1.5]
    assert ledger.room_from(1.9, 1, 0.5) == 1.9
    assert ledger.room_from(1.5, 2, 2.0) == 3.2


def test_what_is_planned_later_counts_as_a_neighbour_too() -> None:
    ledger = Ledger()
    plan(ledger, 2.0)
    assert ledger.room_from(1.4, 1, 0.5) == 1.4
    assert ledger.room_from(1.6, 1, 0.5) == 2.5


def test_the_latest_beginning_that_stands() -> None:
    ledger = Ledger()
    assert ledger.last_onset() == -math.inf
    first = plan(ledger, 1.0)
    plan(ledger, 2.0)
    assert ledger.last_onset() == 2.0
    ledger.confirm(first.note_id, 1.0)
    ledger.cancel_planned()
    assert ledger.last_onset() == 1.0


def test_most_notes_at_once_are_counted_to_the_end_of_a_stretch() -> None:
    ledger = Ledger()
    for onset, release in ((1.0, 2.0), (1.5, 3.0), (2.0, 2.5)):
        ledger.plan(onset, release, 60, 80, 1, 0)
    assert ledger.peak(0.0, 1.0) == 0
    assert ledger.peak(0.0, 1.2) == 1
    assert ledger.peak(1.0, 1.6) == 2
    assert ledger.peak(2.0, 3.0) == 2
    assert ledger.peak(2.6, 2.6) == 1


def test_a_note_that_leaves_late_does_not_end_before_it_began() -> None:
    ledger = Ledger()
    short, held = plan(ledger, 1.0, 1.1), ledger.plan(1.0, None, 64, 80, 1, 0)
    ledger.confirm(short.note_id, 1.3)
    ledger.confirm(held.note_id, 1.01)
    assert short.release == 1.3 and held.release is None
    assert ledger.lateness == pytest.approx(0.01) and ledger.worst_lateness == pytest.approx(0.3)
    assert ledger.confirm(99, 1.0) is None, "nobody's"


def test_some_of_what_is_planned_is_cancelled_or_one_note_alone() -> None:
    ledger = Ledger()
    low, high, other = plan(ledger, 1.0, pitch=40), plan(ledger, 1.0, pitch=70), plan(ledger, 1.0, pitch=50)
    assert ledger.cancel_planned(lambda note: note.pitch > 60) == [high]
    ledger.cancel(other)
    assert ledger.planned() == [low] and other.state is NoteState.CANCELLED
    assert [ledger.is_kept(note.note_id) for note in (low, high, other)] == [True, False, False]
    assert not ledger.is_kept(99)


def test_a_note_is_lost_only_after_the_time_it_takes_to_report_it() -> None:
    ledger = Ledger()
    note = plan(ledger, 5.0)
    assert ledger.cancel_lost(5.0 + REPORT_WITHIN) == []
    assert ledger.cancel_lost(5.1 + REPORT_WITHIN) == [note]


def test_what_sounds_has_begun() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0, 2.0)
    assert [bool(ledger.sounding(time)) for time in (0.99, 1.0, 1.99, 2.0)] == [False, True, True, False]
    ledger.end_all(0.5)
    assert note.release == 0.5, "one that slips out ends as it begins"


def test_what_is_over_or_held_to_no_beat_stays_where_it_is() -> None:
    ledger = Ledger()
    free = plan(ledger, 5.0, 6.0)
    over = ledger.plan(0.5, 1.0, 60, 80, 1, 0, beat=1.0, length=1.0)
    held = ledger.plan(5.0, None, 60, 80, 1, 0, beat=4.0, length=1.0)
    due = ledger.plan(2.0, 3.0, 62, 80, 1, 0, beat=2.0, length=1.0)
    assert ledger.retime(lambda beat: beat + 10.0, 2.0) == [due]
    assert (due.onset, due.release) == (2.0, 13.0), "it is on its way: its end alone moves"
    assert (free.onset, over.release, held.onset) == (5.0, 1.0, 5.0)


def test_beginnings_are_counted_by_time_and_by_beat() -> None:
    ledger = Ledger()
    notes = [ledger.plan(onset, onset + 9.0, 60, 80, 1, 0, beat=2 * onset) for onset in (1.0, 2.0, 3.0)]
    assert [ledger.begun_since(time) for time in (0.5, 1.0, 2.5, 3.0)] == [3, 2, 1, 0]
    assert ledger.begun_between(2.0, 6.0) == notes[:2], "its beginning counts and its end does not"


def test_the_latest_of_a_voice_come_first() -> None:
    ledger = Ledger()
    early, late, together = plan(ledger, 1.0), plan(ledger, 2.0, pitch=62), plan(ledger, 2.0, pitch=64)
    bass = ledger.plan(3.0, 4.0, 40, 80, 2, 1)
    assert ledger.latest(0, 2) == [together, late] and ledger.latest(1, 5) == [bass]
    ledger.cancel(together)
    assert ledger.latest(0, 5) == [late, early]


def test_the_last_of_some_notes_to_end() -> None:
    ledger = Ledger()
    short, long = plan(ledger, 1.0, 2.0), plan(ledger, 1.0, 5.0)
    held, gone = ledger.plan(1.0, None, 64, 80, 1, 0), plan(ledger, 1.0, 9.0)
    ledger.cancel(gone)
    numbers = [note.note_id for note in (long, short, held, gone)]
    assert ledger.last_release([*numbers, 99]) == 5.0
    assert ledger.last_release([held.note_id]) == ledger.last_release([]) == -math.inf


def test_over_a_long_span_beginnings_count_that_are_long_over() -> None:
    ledger = Ledger()
    for onset in (2.0, 1.0):
        ledger.confirm(plan(ledger, onset, onset + 0.1).note_id, onset)
    ledger.prune(8.0)
    assert ledger.room_from(8.0, 2, 10.0) == 11.0, "ten seconds after the first of the two"
    assert ledger.room_from(8.0, 2, 4.0) == 8.0


def test_what_is_past_is_let_go_when_it_is_over() -> None:
    ledger = Ledger()
    over, held = plan(ledger, 1.0, 2.0), ledger.plan(1.0, None, 64, 80, 1, 0)
    for note in (over, held):
        ledger.confirm(note.note_id, 1.0)
    ledger.prune(2.0 + KEEP)
    assert [ledger.get(note.note_id) for note in (over, held)] == [over, held]
    ledger.prune(2.1 + KEEP)
    assert list(ledger) == [held] and ledger.sounding(50.0) == [held]


def test_what_slipped_out_counts_among_what_sounds_again() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0, 3.0)
    ledger.cancel_planned()
    assert ledger.sounding(2.0) == [] and ledger.begun_since(0.0) == 0
    ledger.confirm(note.note_id, 1.0)
    assert ledger.sounding(2.0) == [note] and ledger.begun_since(0.0) == 1


def test_a_branch_has_books_of_its_own() -> None:
    ledger = Ledger()
    note = plan(ledger, 1.0)
    branch = ledger.branch()
    plan(branch, 2.0)
    assert (len(ledger), len(branch)) == (1, 2) and ledger.planned() == [note]
    assert ledger.sounding(2.5) == [] and ledger.begun_since(1.5) == 0
    assert (ledger.counts[NoteState.PLANNED], branch.counts[NoteState.PLANNED]) == (1, 2)
