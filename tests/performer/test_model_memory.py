"""The model knows exactly what it should, whatever is taken back."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.performer.model_memory import (
    LONGEST_REST,
    MOST_AT_ONCE,
    MOST_FORGOTTEN,
    RECALL,
    RETOLD,
    HeardNote,
    Memory,
    Telling,
    _encode,
)
from bridge.vocabulary import codec

UNIFORM = np.full(5, 0.37, dtype=np.float32)


def note(beat: float, pitch: int = 60, note_id: int | None = None, duration: float | None = 0.5) -> HeardNote:
    return HeardNote(beat, 0, pitch, 80, duration, codec.context([pitch]), note_id)


def told(notes: list[HeardNote]) -> Memory:
    memory = Memory(FakeModel())
    memory.hear(notes)
    return memory


def same(one: Memory, other: Memory) -> bool:
    if one.empty or other.empty:
        return one.empty and other.empty
    draws = [memory.model.sample(Constraints(), UNIFORM, 1.0, 1.0) for memory in (one, other)]
    return draws[0] == draws[1] and one.believed_ticks == other.believed_ticks


def test_rounding_does_not_drift() -> None:
    memory = told([note(index / 7) for index in range(200)])
    assert abs(memory.believed_ticks - 199 / 7 * codec.TICKS_PER_BEAT) <= 1


def test_a_rest_longer_than_can_be_said_is_believed_where_it_ended() -> None:
    assert told([note(0.0), note(500.0)]).believed_ticks == 500 * codec.TICKS_PER_BEAT


def test_a_long_rest_is_short_for_the_machine_and_whole_for_the_human() -> None:
    memory = told([note(0.0)])
    late = 100 * codec.TICKS_PER_BEAT
    assert memory.reference(late) == late - LONGEST_REST
    assert memory.reference(50) == memory.believed_ticks == 0
    rests = [int(codec.DT_TICKS[_encode(note(100.0, note_id=number), 0)[0].dt]) for number in (7, None)]
    assert rests == [LONGEST_REST, codec.DT_TICKS[-1]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.data())
def test_forgetting_equals_never_having_heard(own: list[bool], data: st.DataObject) -> None:
    notes = [note(i * 0.5, 48 + i % 24, i if mine else None) for i, mine in enumerate(own)]
    gone = data.draw(st.sets(st.sampled_from([i for i, mine in enumerate(own) if mine] or [-1])))
    memory = told(notes)
    forgotten = memory.forget(gone)
    assert {entry.note_id for entry in forgotten} == {number for number in gone if number >= 0}
    assert same(memory, told([entry for entry in notes if entry.note_id not in gone]))


def test_what_cannot_be_reached_is_counted() -> None:
    memory = told([note(i * 0.1, note_id=i) for i in range(RECALL + 50)])
    memory.forget({0, RECALL + 49})
    assert memory.mismatches == 0  # note 0 is long out of the kept past: nothing is left to take back
    assert len(memory.notes) == RECALL - 1


def test_another_model_is_told_the_same() -> None:
    notes = [note(i * 0.5, 50 + i) for i in range(20)]
    memory = told(notes)
    memory.move_to(FakeModel())
    assert same(memory, told(notes))


def test_clear() -> None:
    memory = told([note(1.0)])
    memory.clear()
    assert memory.empty and not memory.notes
    with pytest.raises(RuntimeError):
        memory.model.sample(Constraints(), UNIFORM, 1.0, 1.0)


class FailingModel(FakeModel):
    """Fails at a call whose number is in `fails`, and does nothing of it."""

    fails: frozenset[int] = frozenset()
    calls = 0

    def feed(self, events, context):  # type: ignore[no-untyped-def]
        self._maybe_fail()
        super().feed(events, context)

    def rewind(self, count):  # type: ignore[no-untyped-def]
        self._maybe_fail()
        super().rewind(count)

    def _maybe_fail(self) -> None:
        self.calls += 1
        if self.calls in self.fails:
            raise RuntimeError("out of cheese")


def test_what_a_model_failed_to_hear_is_told_when_it_starts_again() -> None:
    model = FailingModel()
    telling = Telling(Memory(model))
    for beat, pitch in enumerate((60, 62, 64)):
        telling.tell(note(beat, pitch))
    model.fails = frozenset({1})
    with pytest.raises(RuntimeError, match="cheese"):
        telling.catch_up()
    telling.move_to(model)
    assert model.position == 3


@pytest.mark.parametrize("call", [2, 3], ids=["rewind", "feed"])
def test_a_fault_while_it_forgets_leaves_what_is_to_be_kept(call: int) -> None:
    model = FailingModel()
    memory = Memory(model)
    telling = Telling(memory)
    for beat, number in enumerate((None, 7, None)):
        telling.tell(note(beat, 60 + beat, number))
    telling.catch_up()
    model.fails = frozenset({call})
    telling.forget([7])
    with pytest.raises(RuntimeError, match="cheese"):
        telling.catch_up()
    telling.move_to(model)
    assert same(memory, told([note(0.0, 60), note(2.0, 62)]))
    telling.remember(7)
    telling.catch_up()
    assert model.position == 3, "it slipped out: it is remembered after all"


REWIND = 4


def short_told(*numbers: int | None) -> Memory:
    """Notes of the machine's by their numbers, and of the human's (None), told to a model that takes four back."""
    memory = Memory(FakeModel(rewind=REWIND))
    for beat, number in enumerate(numbers):
        memory.hear([note(float(beat), 60 + beat, number)])
    return memory


def pitches(memory: Memory) -> list[int]:
    return [one.pitch for one in memory.notes]


def test_a_note_further_back_than_the_model_goes_stays_and_is_counted() -> None:
    memory = short_told(1, 2, None, 3, None, 4)
    assert [one.note_id for one in memory.within_reach({1, 2, 3, 4})] == [3, 4]
    assert [one.note_id for one in memory.forget({2, 3, 4})] == [3, 4]
    assert pitches(memory) == [60, 61, 62, 64] and memory.mismatches == 1
    assert memory.model.position == 4 and memory.believed_ticks == 4 * codec.TICKS_PER_BEAT


def test_the_last_note_that_the_model_can_take_back_is_taken_back() -> None:
    memory = short_told(1, 2, None, 3, 4, 5)
    assert memory.forget({2}) == [] and memory.mismatches == 1
    memory = short_told(1, None, 2, None, None, None)
    assert [one.note_id for one in memory.forget({2})] == [2] and memory.mismatches == 0
    assert pitches(memory) == [60, 61, 63, 64, 65]


def test_with_little_heard_all_of_it_is_within_reach() -> None:
    memory = short_told(1, None)
    assert [one.note_id for one in memory.within_reach({1})] == [1]
    assert memory.forget({7}) == [] and memory.mismatches == 0, "nobody knows that one"
    assert [one.note_id for one in memory.forget({1})] == [1] and pitches(memory) == [61]
    memory = short_told(1)
    assert len(memory.forget({1})) == 1 and memory.empty and memory.believed_ticks == 0


def test_only_the_humans_notes_of_that_voice_are_heard_as_another_as_far_as_the_model_goes() -> None:
    memory = short_told(None, None, 5, None, None)
    memory.hear_as(0, 3, 9)
    assert [one.voice for one in memory.notes] == [0, 3, 0, 3, 3]
    memory.hear_as(3, 1, 1)
    assert [one.voice for one in memory.notes] == [0, 3, 0, 3, 1], "the last one alone"
    memory.hear_as(2, 1, 9)
    assert [one.voice for one in memory.notes] == [0, 3, 0, 3, 1], "there is none of that voice"
    assert memory.model.position == 5 and pitches(memory) == [60, 61, 62, 63, 64]
    memory = short_told(None, 5)
    memory.hear_as(0, 3, 9)
    assert [one.voice for one in memory.notes] == [3, 0]


def test_the_machines_own_notes_come_newest_first() -> None:
    assert [one.note_id for one in short_told(1, None, 2).own_notes] == [2, 1]


def test_candidates_are_of_use_until_something_else_is_heard_or_asked() -> None:
    ways = (
        lambda memory: memory.hear([note(9.0)]),
        lambda memory: memory.forget({1}),
        lambda memory: memory.hear_as(0, 3, 1),
        lambda memory: memory.fork(2),
        lambda memory: memory.lose_batch(),
        lambda memory: memory.clear(),
        lambda memory: memory.move_to(FakeModel()),
    )
    for way in ways:
        memory = short_told(None, 1)
        batch = memory.fork(2)
        assert memory.has_batch(batch)
        way(memory)
        assert not memory.has_batch(batch)


def test_a_branch_holds_notes_of_its_own() -> None:
    memory = short_told(1, None)
    branch = memory.branch()
    branch.write_down([note(5.0, 80)])
    assert pitches(memory) == [60, 61] and pitches(branch) == [60, 61, 80]
    assert memory.believed_ticks == codec.TICKS_PER_BEAT and branch.believed_ticks == 5 * codec.TICKS_PER_BEAT


def telling_after(*numbers: int | None) -> tuple[Telling, Memory]:
    """A model that was told notes on beat 0, 1, 2 and so on: the machine's by their numbers, None the human's."""
    memory = Memory(FakeModel())
    memory.hear([note(float(beat), 60 + beat, number) for beat, number in enumerate(numbers)])
    return Telling(memory), memory


def caught_up(telling: Telling) -> None:
    for _ in range(100):
        if not telling.catch_up():
            return
    raise AssertionError("it is never up to date")


def test_what_waits_is_told_a_few_notes_at_a_time_until_nothing_does() -> None:
    telling, memory = telling_after()
    for beat in range(40):
        telling.tell(note(float(beat), 40 + beat))
    assert telling.behind == telling.waiting == 40 and len(telling.waiting_notes()) == 40
    positions = [0]
    while telling.catch_up():
        positions.append(memory.model.position)
    assert positions[-1] == 40 and telling.behind == 0 and not telling.catch_up()
    assert all(0 < after - before <= MOST_AT_ONCE for before, after in itertools.pairwise(positions))
    assert pitches(memory) == list(range(40, 80))


@pytest.mark.parametrize(("first", "beats"), [(2.0, [-2, -1, 0, 1, 2, 3, 9]), (7.0, [0, 1, 2, 3, 7, 8, 9])])
def test_a_clip_is_heard_as_what_came_last_and_what_came_before_lies_a_beat_before_it(
    first: float, beats: list[float]
) -> None:
    telling, memory = telling_after(None, 1, None, 2)
    telling.tell(note(9.0, 90))
    telling.insert([note(first, 70), note(first + 1.0, 71)])
    assert (telling.behind, telling.waiting) == (7, 1)
    caught_up(telling)
    assert pitches(memory) == [60, 61, 62, 63, 70, 71, 90]
    assert [one.beat for one in memory.notes] == beats
    assert same(memory, told(list(memory.notes)))


def test_of_what_came_long_before_a_clip_only_the_latest_is_told_again() -> None:
    memory = Memory(FakeModel())
    memory.hear([note(float(beat), 30 + beat) for beat in range(RETOLD + 30)])
    telling = Telling(memory)
    telling.insert([note(500.0, 20)])
    caught_up(telling)
    assert pitches(memory) == [*range(60, 60 + RETOLD), 20]


def test_clips_come_one_after_the_other_also_where_none_was_heard_yet() -> None:
    telling, memory = telling_after()
    telling.insert([])
    assert not telling.catch_up()
    telling.insert([note(3.0, 70)])
    telling.insert([note(3.0, 80)])
    caught_up(telling)
    assert pitches(memory) == [70, 80] and memory.notes[1].beat - memory.notes[0].beat == 1.0
    telling.insert([])
    assert not telling.catch_up() and pitches(memory) == [70, 80], "no clip changes nothing"


def test_a_note_that_was_taken_back_is_not_told_again_with_a_clip() -> None:
    telling, memory = telling_after(None, 7, None)
    telling.forget([7])
    telling.insert([note(9.0, 70)])
    caught_up(telling)
    assert pitches(memory) == [60, 62, 70]


def test_a_note_that_was_played_after_all_is_known_once_whenever_that_is_found_out() -> None:
    telling, memory = telling_after(None, 7, None)
    telling.forget([7])
    telling.remember(7)
    caught_up(telling)
    assert pitches(memory) == [60, 61, 62], "in time: it was never forgotten"
    telling.forget([7])
    caught_up(telling)
    assert pitches(memory) == [60, 62]
    telling.remember(7)
    telling.remember(7)
    telling.remember(8)
    caught_up(telling)
    assert pitches(memory) == [60, 62, 61]


def test_a_note_that_is_taken_back_before_it_was_told_is_never_told() -> None:
    telling, memory = telling_after(None)
    for beat, number in enumerate((5, None, 6), start=1):
        telling.tell(note(float(beat), 60 + beat, number))
    telling.forget([5, 6])
    caught_up(telling)
    assert pitches(memory) == [60, 62] and memory.model.position == 2
    telling.remember(6)
    caught_up(telling)
    assert pitches(memory) == [60, 62, 63]


def test_only_the_latest_of_many_that_were_taken_back_can_still_come_back() -> None:
    telling, memory = telling_after()
    for number in range(MOST_FORGOTTEN + 20):
        telling.tell(note(number / 4, 60, number))
    telling.forget(range(MOST_FORGOTTEN + 20))
    caught_up(telling)
    telling.remember(5)
    assert telling.behind == 0
    telling.remember(MOST_FORGOTTEN + 19)
    assert telling.behind == 1 and memory.empty


@pytest.mark.parametrize(
    ("count", "voices"),
    [(1, [0, 0, 1, 0, 0, 3]), (2, [0, 0, 1, 0, 3, 3]), (3, [0, 3, 1, 0, 3, 3]), (9, [3, 3, 1, 0, 3, 3])],
)
def test_the_humans_last_notes_are_heard_in_another_voice_whether_they_were_told_or_wait(
    count: int, voices: list[int]
) -> None:
    telling, memory = telling_after(None, None)
    telling.tell(replace(note(2.0, 62), voice=1))
    telling.tell(note(3.0, 63, 8))
    telling.tell(note(4.0, 64))
    telling.tell(note(5.0, 65))
    telling.hear_as(0, 3, count)
    caught_up(telling)
    assert [one.voice for one in memory.notes] == voices


def test_a_note_that_comes_later_than_was_planned_is_told_after_what_was_played_meanwhile() -> None:
    telling, memory = telling_after(None, 7)
    telling.tell(note(0.5, 80))
    telling.put_after([7])
    caught_up(telling)
    assert pitches(memory) == [60, 80, 61] and same(memory, told(list(memory.notes)))
    telling.tell(note(2.0, 70, 8))
    telling.tell(note(1.5, 81))
    telling.put_after([8])
    caught_up(telling)
    assert pitches(memory) == [60, 80, 61, 81, 70]


def test_what_waits_can_be_told_by_somebody_else_or_left_out() -> None:
    telling, memory = telling_after()
    telling.insert([note(1.0, 70)])
    telling.tell(note(2.0, 71))
    telling.tell(note(3.0, 72))
    telling.skip_oldest()
    assert [one.pitch for one in telling.waiting_notes()] == [70, 72]
    assert [one.pitch for one in telling.take_all()] == [70, 72]
    assert telling.behind == 0 and not telling.catch_up() and memory.empty


def test_what_is_forgotten_altogether_leaves_nothing_to_do_and_nothing_to_come_back() -> None:
    telling, memory = telling_after(None, 7)
    telling.forget([7])
    caught_up(telling)
    telling.tell(note(2.0, 71))
    telling.insert([note(3.0, 72)])
    telling.hear_as(0, 3, 1)
    telling.put_after([9])
    telling.clear()
    assert not telling.catch_up() and memory.empty and telling.behind == 0
    telling.remember(7)
    assert telling.behind == 0


def test_another_model_goes_on_with_what_waits_and_without_what_was_taken_back() -> None:
    telling, memory = telling_after(None, 7, None)
    telling.tell(note(3.0, 70, 8))
    telling.tell(note(4.0, 71))
    telling.forget([7, 8])
    telling.put_after([7])
    other = FakeModel()
    telling.move_to(other)
    caught_up(telling)
    assert memory.model is other and other.position == 3 and pitches(memory) == [60, 62, 71]
    telling.remember(8)
    caught_up(telling)
    assert pitches(memory) == [60, 62, 71, 70]
