"""What is known before an event, against the same worked out event by event."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_music import BASS, DRUMS, KEYS, chunk_of, random_events, stretch

from bridge.data.encode import event_classes
from bridge.data.notes import Piece
from bridge.evaluation.chunks import Chunk
from bridge.evaluation.past import NOTHING, Past, coarse
from bridge.performer.keys import MAJOR_AND_MINOR
from bridge.vocabulary import codec

LENGTHS = [int(ticks) for ticks in codec.DURATION_TICKS]


@pytest.fixture(scope="module")
def past() -> Past:
    """Three chunks, so that there are borders that nothing looks across."""
    return Past([chunk_of(random_events(count, seed)) for count, seed in ((40, 1), (1, 2), (60, 3))])


def rows(past: Past) -> list[tuple[int, int]]:
    """(where the chunk begins, event) of every event."""
    return list(zip(past.begin.tolist(), range(past.count), strict=True))


def test_times_are_coarse_from_a_few_ticks_on() -> None:
    assert coarse(np.array([-5, 0, 1, 3, 4, 6, 12, 24])).tolist() == [0, 0, 1, 3, 6, 8, 11, 14]


def test_columns_one_event_earlier_end_at_the_chunks_border(past: Past) -> None:
    expected = [past.pitch[i - 1] if i > begin else NOTHING for begin, i in rows(past)]
    assert past.back(past.pitch).tolist() == expected
    expected = [past.pitch[i - 3] if i - 3 >= begin else NOTHING for begin, i in rows(past)]
    assert past.back(past.pitch, 3).tolist() == expected


def test_onsets_count_from_the_chunks_first_event(past: Past) -> None:
    assert [past.onset[begin] for begin in {begin for begin, _ in rows(past)}] == [0, 0, 0]
    assert all(past.onset[i] - past.onset[i - 1] == past.wait[i] for begin, i in rows(past) if i > begin)


def test_the_previous_event_of_a_voice(past: Past) -> None:
    def last(begin: int, i: int) -> int:
        return max((j for j in range(begin, i) if past.voice[j] == past.voice[i]), default=NOTHING)

    assert past.in_voice.tolist() == [last(begin, i) for begin, i in rows(past)]


def test_the_last_step_is_the_first_note_of_the_chord_before(past: Past) -> None:
    for begin, i in rows(past):
        if i == begin:
            assert past.last_step[i] == NOTHING
            continue
        j = i - 1
        while j > begin and past.dt[j] == 0:
            j -= 1
        assert past.last_step[i] == j and past.chord_place[i] == i - 1 - j


def test_which_note_of_its_voices_chord_an_event_is(past: Past) -> None:
    for begin, i in rows(past):
        place, j = 0, i
        while j > begin and past.dt[j] == 0:
            j -= 1
            place += past.voice[j] == past.voice[i]
        assert past.part_place[i] == place


def sounds(past: Past, j: int, tick: int) -> bool:
    return bool(past.offset[j] > tick)


def test_what_sounds_as_an_event_begins_drums_left_out(past: Past) -> None:
    for begin, i in rows(past):
        held = [j for j in range(max(begin, i - 24), i) if sounds(past, j, past.onset[i]) and past.voice[j] != DRUMS]
        assert past.sounding[i] == sum(1 << pitch for pitch in {int(past.pitch[j]) % 12 for j in held})


def test_until_the_next_release(past: Past) -> None:
    for begin, i in rows(past):
        if i == begin:
            continue
        now = past.onset[i - 1]
        left = [past.offset[j] - now for j in range(max(begin, i - 24), i) if past.offset[j] > now]
        assert past.until_release[i] == min(left, default=0)


def test_voices_among_the_last_events(past: Past) -> None:
    for begin, i in rows(past):
        assert past.recent_voices[i] == sum(1 << int(v) for v in {int(v) for v in past.voice[begin:i]})


def of_notes(notes: list[tuple[float, float, int]], voice: int = KEYS) -> Past:
    music = stretch(notes, voice)
    return Past([Chunk(Piece("a", "mine", "valid", "CC0", 0, len(notes), True), music, event_classes(music))])


def test_bars_are_those_of_the_event_before_counted_on() -> None:
    past = of_notes([(3.0, 0.5, 60), (3.75, 0.25, 62), (4.5, 0.5, 64)])
    beat = codec.TICKS_PER_BEAT
    assert past.bar_before.tolist() == [NOTHING, 3 * beat, 3.75 * beat]
    assert past.bar_here.tolist() == [NOTHING, 3.75 * beat, 0.5 * beat]
    assert past.pulse.tolist() == [NOTHING, 0.75 * beat, 0.5 * beat]
    assert past.bar_length.tolist() == [NOTHING, 4 * beat, 4 * beat]


def test_where_bars_are_unknown_there_is_nothing_to_say(past: Past) -> None:
    assert set(past.bar_here.tolist()) == set(past.pulse.tolist()) == {NOTHING}


def test_the_running_key_is_of_what_came_before() -> None:
    scale = [60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60]
    past = of_notes([(0.5 * i, 0.5, pitch) for i, pitch in enumerate(scale)])
    root, name = str(MAJOR_AND_MINOR[past.key[-1]]), MAJOR_AND_MINOR[past.key[-1]]
    assert name.root == 0, root
    # A last note far from it changes nothing that was known before it.
    other = of_notes([(0.5 * i, 0.5, pitch) for i, pitch in enumerate([*scale[:-1], 61])])
    assert (other.key == past.key).all()
    drums = of_notes([(0.5 * i, 0.5, 36) for i in range(6)], DRUMS)
    assert len(set(drums.key.tolist())) == 1, "drums have none"


def test_together_and_in_a_chord_of_the_same_voice() -> None:
    events = np.array([[0, KEYS, 60, 10, 5], [0, KEYS, 64, 10, 5], [0, BASS, 40, 10, 5], [6, BASS, 41, 10, 5]])
    past = Past([chunk_of(events)])
    assert past.together.tolist() == [1, 1, 1, 0] and past.in_chord.tolist() == [0, 1, 0, 0]


def test_a_note_takes_over_from_the_lowest_that_ends_as_it_begins() -> None:
    past = of_notes([(0.0, 1.0, 64), (0.0, 1.0, 60), (0.0, 2.0, 55), (1.0, 1.0, 60), (1.0, 1.0, 65)])
    pitches = [NOTHING if place < 0 else int(past.pitch[place]) for place in past.released.tolist()]
    # In playing order: 55 rings on; the first of the new chord takes over from 60, the one above it from 64.
    assert pitches[:3] == [NOTHING] * 3 and pitches[3:] == [60, 64]
