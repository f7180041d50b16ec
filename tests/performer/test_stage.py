"""What is planned: on the stage, and on a branch of it that nobody hears."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.held_notes import HeldNote
from bridge.performer.ledger import LedgerNote, NoteState
from bridge.performer.sampling import Draft
from bridge.performer.stage import Stage
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import (
    BeatLine,
    CancelNotes,
    ErrorReport,
    MoveNotes,
    PlayNote,
    ReleaseNote,
    Severity,
    Silence,
    Turn,
    TurnChanged,
)
from bridge.vocabulary.parameters import Values

KEYS = VOICES.index("keys")


@pytest.fixture
def stage() -> Stage:
    stage = Stage(FakeModel(), 1, "lead")
    stage.clock = stage.clock.with_tempo(120.0, 0.0)
    stage.settle(Values(), {})
    return stage


def planned(stage: Stage, onset: float, pitch: int = 60, now: float = 0.0, **how: bool) -> LedgerNote:
    beat = stage.clock.beat_at(onset)
    return stage.play(Draft(onset, beat, 1.0, KEYS, pitch, 80), now, **how)


def test_a_drafted_note_is_planned_given_out_and_owed_to_the_model(stage: Stage) -> None:
    note = planned(stage, 2.0)
    (played,) = stage.take_outputs()
    assert isinstance(played, PlayNote) and (played.onset, played.release) == (2.0, 2.5)
    assert (played.note_id, played.pitch, played.velocity) == (note.note_id, 60, 80)
    assert note.state is NoteState.PLANNED and stage.behind == 1
    assert stage.take_outputs() == [], "given out once"


def test_nothing_is_planned_for_a_time_that_is_past_and_a_held_note_has_no_end(stage: Stage) -> None:
    late = planned(stage, 2.0, now=3.0)
    assert late.onset == 3.0 and late.release == pytest.approx(3.5), "as long as it was drawn"
    held = planned(stage, 4.0, now=3.0, held=True)
    assert held.release is None
    stage.release(held, 5.0)
    stage.release(held, 6.0)
    assert [output for output in stage.take_outputs() if isinstance(output, ReleaseNote)] == [
        ReleaseNote(held.note_id, 5.0)
    ]


def test_what_has_not_begun_is_taken_back_and_what_is_fixed_stays(stage: Stage) -> None:
    sounding, coming, fixed = planned(stage, 1.0), planned(stage, 3.0, 64), planned(stage, 3.0, 67, fixed=True)
    stage.sounded(sounding.note_id, 1.0)
    stage.take_outputs()
    assert stage.cancel_planned() == [coming]
    assert stage.take_outputs() == [CancelNotes((coming.note_id,))]
    assert stage.cancel_planned() == [] and stage.take_outputs() == [], "nothing twice"
    stage.cancel_fixed()
    assert stage.take_outputs() == [CancelNotes((fixed.note_id,))]
    assert sounding.state is NoteState.SOUNDED


def test_a_cancelled_note_that_slipped_out_is_heard_by_the_model_after_all(stage: Stage) -> None:
    note = planned(stage, 2.0)
    stage.cancel_planned()
    stage.catch_up(1.0)
    assert stage.memory.empty and stage.behind == 0
    stage.sounded(note.note_id, 2.0)
    stage.catch_up(2.0)
    assert [told.note_id for told in stage.memory.notes] == [note.note_id]


def test_a_note_that_comes_too_late_from_the_model_is_withheld(stage: Stage) -> None:
    note = planned(stage, 2.0)
    assert stage.too_late(2.005) == [] and stage.too_late(2.2) == [note.note_id]
    stage.withhold(note.note_id, 2.2)
    assert stage.take_outputs() == [] and note.state is NoteState.CANCELLED
    stage.catch_up(2.3)
    assert stage.memory.empty, "nobody heard it"


def test_silence_ends_all_and_is_counted(stage: Stage) -> None:
    note = planned(stage, 1.0)
    stage.sounded(note.note_id, 1.0)
    coming = planned(stage, 3.0)
    stage.take_outputs()
    stage.silence(1.2, all_channels=True)
    assert stage.take_outputs() == [Silence(True)] and stage.silences == 1
    assert stage.ledger.sounding(1.3) == [] and coming.state is NoteState.CANCELLED


def test_a_branch_plans_for_nobody_and_takes_chances_of_its_own(stage: Stage) -> None:
    planned(stage, 2.0)
    stage.take_outputs()
    branch, other = stage.branch((1, 1)), stage.branch((1, 2))
    assert [note.pitch for note in branch.ledger.planned()] == [60], "it knows what is planned"
    planned(branch, 3.0, 72)
    assert len(branch.ledger.planned()) == 2 and len(stage.ledger.planned()) == len(other.ledger.planned()) == 1
    assert stage.take_outputs() == [] and len(branch.take_outputs()) == 1
    assert stage.behind == 1 and [note.pitch for note in branch.take_untold()] == [72]
    chances = [[one.drawing.chance() for _ in range(3)] for one in (branch, other, stage.branch((1, 1)))]
    assert chances[0] == chances[2] != chances[1], "by its seed alone"


def test_values_that_leave_no_pitch_are_refused_and_nothing_changes(stage: Stage) -> None:
    before = stage.values
    with pytest.raises(ValueError, match="keys"):
        stage.settle(replace(before, root="C", scale="major"), {"keys": (61, 61)})
    assert stage.values is before and stage.ranges == {}


def test_the_floor_changes_hands_once(stage: Stage) -> None:
    stage.pass_turn(Turn.HUMAN)
    stage.pass_turn(Turn.MACHINE)
    stage.pass_turn(Turn.MACHINE)
    assert stage.take_outputs() == [TurnChanged(Turn.MACHINE)]


def test_people_are_told(stage: Stage) -> None:
    stage.report(Severity.WARNING, "code", "text")
    assert stage.take_outputs() == [ErrorReport(Severity.WARNING, "code", "text")]


def test_a_voice_enters_on_the_next_beat_and_goes_out_on_it(stage: Stage) -> None:
    drums = VOICES.index("drums")
    assert drums not in stage.voices.enabled
    stage.set_voice(drums, True, 9, 1.1)
    assert drums in stage.voices.enabled and stage.voices.channel_of(drums) == 9
    assert stage.entered([KEYS, drums], 1.4) == [KEYS] and stage.entered([KEYS, drums], 1.5) == [KEYS, drums]
    long = planned(stage, 1.0)
    stage.sounded(long.note_id, 1.0)
    stage.take_outputs()
    stage.set_voice(KEYS, False, 1, 1.2)
    assert stage.take_outputs() == [] and long.release == 1.5, "it ends on that beat anyway"
    held = planned(stage, 2.0, held=True)
    stage.sounded(held.note_id, 2.0)
    stage.voices["keys"].enabled = True
    stage.take_outputs()
    stage.set_voice(KEYS, False, 1, 2.1)
    assert stage.take_outputs() == [ReleaseNote(held.note_id, 2.5)]


def test_a_voice_that_is_freed_is_as_at_first(stage: Stage) -> None:
    drums = VOICES.index("drums")
    stage.set_voice(drums, True, 9, 0.0)
    assert drums in stage.voices.band
    stage.set_voice(drums, False, 9, 1.0)
    assert drums not in stage.voices.band, "turned off"
    stage.free_voice(drums, 2.0)
    assert drums in stage.voices.band and drums not in stage.voices.enabled and stage.voices["drums"].channel != 9


def test_a_clock_that_changes_moves_what_has_not_begun(stage: Stage) -> None:
    begun, coming = planned(stage, 1.0), planned(stage, 2.0, 64)
    stage.sounded(begun.note_id, 1.0)
    stage.take_outputs()
    stage.keep_time(stage.clock.with_tempo(60.0, 1.0), 1.0)
    assert stage.take_outputs() == [MoveNotes((begun.note_id, coming.note_id), (1.0, 3.0), (2.0, 4.0))]
    stage.beats_time = True
    stage.keep_time(stage.clock, 1.5)
    assert stage.take_outputs() == [BeatLine(1.0, 2.0, 60.0, True, 0.0, 0.0)], "nothing moved, and the beat is told"


def test_a_note_that_is_cut_short_is_held_to_no_beat_any_more(stage: Stage) -> None:
    note = planned(stage, 1.0)
    stage.sounded(note.note_id, 1.0)
    stage.take_outputs()
    stage.cut_short(note, 1.2)
    stage.cut_short(note, 1.3)
    assert stage.take_outputs() == [ReleaseNote(note.note_id, 1.2)]
    stage.keep_time(stage.clock.with_tempo(60.0, 1.2), 1.2)
    assert note.release == 1.2


def test_a_gap_in_what_is_planned_is_a_miss_and_so_is_a_dropped_note(stage: Stage) -> None:
    stage.fell_behind(decided=3.0, now=1.0)
    assert stage.keeping_up.missed == 0
    stage.fell_behind(decided=0.9, now=1.0)
    assert stage.keeping_up.missed == 1
    note = planned(stage, 2.0)
    stage.dropped(note.note_id, 2.1)
    stage.dropped(note.note_id, 2.2)
    assert stage.keeping_up.missed == 2, "once"


def test_the_context_is_what_sounds_but_for_drums(stage: Stage) -> None:
    planned(stage, 1.0)
    stage.play(Draft(1.0, 2.0, 1.0, VOICES.index("drums"), 38, 80), 0.0)
    assert sorted(stage._pitches_at(1.2, 67)) == [60, 67] and list(stage._pitches_at(1.6, None)) == []


BASS, DRUMS = VOICES.index("bass"), VOICES.index("drums")


def first_late(stage: Stage, onset: float) -> float:
    """Seconds after its onset at which the note that waits is too late."""
    return next(step / 1000 for step in range(1000) if stage.too_late(onset + step / 1000))


def test_a_held_note_that_was_due_at_once_may_be_later_than_one_whose_time_was_known(stage: Stage) -> None:
    stage.settle(replace(stage.values, late=0.2), {})
    planned(stage, 2.0)
    known = first_late(stage, 2.0)
    stage.take_outputs()
    planned(stage, 4.0, held=True)
    assert known < first_late(stage, 4.0) == pytest.approx(0.2, abs=0.002)
    stage.settle(replace(stage.values, late=0.01), {})
    stage.take_outputs()
    planned(stage, 6.0)
    assert first_late(stage, 6.0) == pytest.approx(0.01, abs=0.002), "no later than is set"


def test_only_the_note_that_came_too_late_is_withheld_and_it_counts_as_missed(stage: Stage) -> None:
    late, other = planned(stage, 2.0), planned(stage, 2.5, 64)
    stage.withhold(late.note_id, 2.2)
    stage.withhold(late.note_id, 2.2)
    stage.withhold(12345, 2.2)
    assert [output.note_id for output in stage.take_outputs() if isinstance(output, PlayNote)] == [other.note_id]
    assert stage.keeping_up.missed == 1 and other.state is NoteState.PLANNED
    stage.sounded(other.note_id, 2.5)
    stage.withhold(other.note_id, 2.6)
    assert other.state is NoteState.SOUNDED and stage.keeping_up.missed == 1, "it left already"


def test_a_plan_that_the_rules_of_the_moment_forbid_is_known_and_what_is_fixed_is_not_asked(stage: Stage) -> None:
    in_c = replace(stage.values, root="C", scale="major")
    planned(stage, 2.0, 61, fixed=True)
    planned(stage, 2.0, 64)
    assert stage.plan_is_allowed
    stage.settle(in_c, {})
    assert stage.plan_is_allowed
    planned(stage, 2.5, 61)
    assert not stage.plan_is_allowed


def test_a_voice_without_a_pitch_to_play_rests(stage: Stage) -> None:
    stage.settle(replace(stage.values, avoid_doubling="pitch"), {"keys": (60, 60)})
    assert set(stage.playable([KEYS, BASS])) == {KEYS, BASS}
    stage.hands.press(HeldNote(1.0, 60, 80, 1))
    assert list(stage.playable([KEYS, BASS])) == [BASS]


def test_what_a_voice_sounds_ends_at_the_beat_it_goes_out_and_no_later_at_another_tempo(stage: Stage) -> None:
    long = stage.play(Draft(1.0, 2.0, 8.0, KEYS, 60, 80), 0.0)
    held = stage.play(Draft(1.0, 2.0, 8.0, KEYS, 67, 80), 0.0, held=True)
    other = stage.play(Draft(1.0, 2.0, 8.0, BASS, 40, 80), 0.0)
    for note in (long, held, other):
        stage.sounded(note.note_id, 1.0)
    stage.take_outputs()
    stage.end_sounding(4.0, [KEYS])
    assert set(stage.take_outputs()) == {ReleaseNote(long.note_id, 2.0), ReleaseNote(held.note_id, 2.0)}
    assert other.release == 5.0
    stage.keep_time(stage.clock.with_tempo(60.0, 1.5), 1.5)
    assert long.release == pytest.approx(2.5) and stage.clock.beat_at(2.5) == pytest.approx(4.0)
    assert other.release == pytest.approx(8.5)


@pytest.mark.parametrize(("onset", "begins"), [(2.3, 2.3), (1.0, 1.5)])
def test_a_note_that_is_to_begin_at_a_moment_begins_then_and_not_before_now(
    stage: Stage, onset: float, begins: float
) -> None:
    note = stage.play(Draft(9.0, 18.0, 1.0, KEYS, 60, 80), 1.5, onset=onset)
    assert (note.onset, note.beat) == (begins, pytest.approx(2 * begins)) and note.release == pytest.approx(
        begins + 0.5
    )


def test_some_of_what_has_not_begun_can_be_taken_back_and_the_model_forgets_just_that(stage: Stage) -> None:
    low, high, fixed = planned(stage, 2.0, 48), planned(stage, 2.5, 72), planned(stage, 3.0, 55, fixed=True)
    stage.catch_up(1.0)
    assert stage.cancel_planned(lambda note: note.pitch > 50) == [high]
    stage.catch_up(1.0)
    assert [note.pitch for note in stage.memory.notes] == [48, 55]
    stage.cancel_fixed()
    stage.catch_up(1.0)
    assert [note.pitch for note in stage.memory.notes] == [48]
    assert low.state is NoteState.PLANNED and fixed.state is NoteState.CANCELLED


def test_what_is_forgotten_is_forgotten_by_the_model_and_another_model_knows_what_this_one_did(stage: Stage) -> None:
    planned(stage, 1.0)
    stage.catch_up(0.5)
    planned(stage, 2.0, 64)
    other = FakeModel()
    stage.change_model(other)
    stage.catch_up(0.5)
    assert stage.memory.model is other and [note.pitch for note in stage.memory.notes] == [60, 64]
    stage.forget_all()
    assert stage.memory.empty and stage.behind == 0
