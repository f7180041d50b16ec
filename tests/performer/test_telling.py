"""What the model is about to be told, and made to forget: in order, in good time, and nothing lost."""

from __future__ import annotations

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.model_memory import MOST_AT_ONCE, HeardNote, Memory, Telling
from bridge.vocabulary import codec

BASS = codec.VOICES.index("bass")


def note(beat: float, pitch: int = 60, note_id: int | None = None, voice: int = 0) -> HeardNote:
    return HeardNote(beat, voice, pitch, 80, 0.5, codec.context([pitch]), note_id)


class Told:
    """A memory that is told by way of a telling."""

    def __init__(self, *notes: HeardNote) -> None:
        self.memory = Memory(FakeModel())
        self.telling = Telling(self.memory)
        for one in notes:
            self.telling.tell(one)

    def catch_up(self) -> list[int]:
        while self.telling.catch_up():
            pass
        return self.pitches

    @property
    def pitches(self) -> list[int]:
        return [one.pitch for one in self.memory.notes]


def test_hearing_waits_until_the_model_is_used_and_goes_a_few_notes_at_a_time() -> None:
    told = Told(*(note(float(i), 40 + i) for i in range(MOST_AT_ONCE + 5)))
    assert told.telling.behind == MOST_AT_ONCE + 5 and not told.pitches
    assert told.telling.catch_up() and len(told.pitches) == MOST_AT_ONCE and told.telling.behind == 5
    assert told.telling.catch_up() and told.pitches == [40 + i for i in range(MOST_AT_ONCE + 5)]
    assert not told.telling.catch_up()


def test_what_is_forgotten_before_it_was_told_is_never_told() -> None:
    told = Told(note(0.0), note(1.0, 62, note_id=7), note(2.0, 64))
    told.telling.forget([7])
    assert told.catch_up() == [60, 64]


def test_what_was_told_is_taken_back_and_told_again_if_it_sounded_after_all() -> None:
    told = Told(note(0.0), note(1.0, 62, note_id=7))
    assert told.catch_up() == [60, 62]
    told.telling.forget([7])
    assert told.catch_up() == [60]
    told.telling.remember(7)
    assert told.catch_up() == [60, 62]


def test_a_note_that_is_remembered_before_it_is_forgotten_stays() -> None:
    told = Told(note(0.0), note(1.0, 62, note_id=7))
    told.catch_up()
    told.telling.forget([7])
    told.telling.remember(7)
    assert not told.telling.catch_up() and told.pitches == [60, 62]
    told.telling.remember(99)  # nobody knows it: nothing happens
    assert not told.telling.catch_up()


def test_planned_notes_are_told_again_after_what_came_before_them() -> None:
    told = Told(note(0.0), note(2.0, 70, note_id=7))
    told.catch_up()
    told.telling.put_after([7])
    told.telling.tell(note(1.0, 65))
    assert told.catch_up() == [60, 65, 70]


def test_the_humans_last_notes_are_heard_as_another_voice_told_or_not() -> None:
    told = Told(note(0.0, 40), note(1.0, 41))
    told.catch_up()
    told.telling.tell(note(2.0, 42))
    told.telling.hear_as(0, BASS, 2)
    told.catch_up()
    assert [(one.pitch, one.voice) for one in told.memory.notes] == [(40, 0), (41, BASS), (42, BASS)]


def test_what_was_just_played_is_told_before_older_notes_are_heard_as_another_voice() -> None:
    told = Told(note(0.0, 40), note(1.0, 41))
    told.catch_up()
    told.telling.hear_as(0, BASS, 2)
    told.telling.tell(note(2.0, 42, voice=BASS))
    assert told.telling.catch_up() and [one.voice for one in told.memory.notes] == [0, 0, BASS]
    assert told.telling.recasting and told.telling.behind == 0
    assert told.telling.catch_up() and [one.voice for one in told.memory.notes] == [BASS, BASS, BASS]
    assert not told.telling.recasting and not told.telling.catch_up()


def test_what_waits_can_be_left_out_or_told_by_somebody_else() -> None:
    told = Told(note(0.0, 60), note(1.0, 62), note(2.0, 64))
    told.telling.skip_oldest()
    assert [one.pitch for one in told.telling.take_all()] == [62, 64] and told.telling.behind == 0


def test_cleared_is_as_new() -> None:
    told = Told(note(0.0), note(1.0, 62, note_id=7))
    told.catch_up()
    told.telling.forget([7])
    told.telling.tell(note(2.0))
    told.telling.clear()
    assert not told.telling.catch_up() and told.memory.empty


@pytest.mark.parametrize("caught_up", [True, False])
def test_another_model_is_told_the_same_but_for_what_is_stale(caught_up: bool) -> None:
    told = Told(note(0.0), note(1.0, 62, note_id=7), note(2.0, 64))
    if caught_up:
        told.catch_up()
    told.telling.forget([7])
    fresh = FakeModel("fresh")
    told.telling.move_to(fresh)
    assert told.catch_up() == [60, 64]
    assert fresh.position == 2
    told.telling.remember(7)
    assert sorted(told.catch_up()) == [60, 62, 64]
