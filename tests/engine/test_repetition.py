"""The echo: what followed the last time, the same whether found all at once or event by event."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engine.repetition import (
    ECHO_SIZE,
    LONGEST,
    NO_PITCH,
    RECALL,
    RECENT,
    STREAM_SIZE,
    VIEWS,
    WINDOW,
    EchoMemory,
    echoes,
    recall_from,
    recalls,
)
from bridge.vocabulary.codec import DRUMS, SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY, VOICES

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")
READ = (*SIZES[:3], UNKNOWN_VELOCITY + 1, UNKNOWN_DURATION + 1)


def events(*notes: tuple[int, int], voice: int = KEYS) -> np.ndarray:
    """(pitch, dt) pairs as events of one voice; velocity and duration tell the notes apart."""
    return np.array([[dt, voice, pitch, i % 32, i % 72] for i, (pitch, dt) in enumerate(notes)], dtype=np.int64)


def seen(echo: np.ndarray, view: str) -> tuple[list[int], int]:
    part = echo[VIEWS.index(view) * 6 :][:6].tolist()
    return part[:5], part[5]


def test_the_event_after_the_same_pitches_is_told_with_the_length_of_the_run() -> None:
    music = events((60, 0), (62, 24), (64, 24), (65, 24), (60, 24), (62, 24))
    told = echoes(music)
    assert seen(told[5], "pitch") == (music[2].tolist(), 2)
    assert seen(told[5], "rhythm") == (music[2].tolist(), 1)  # 62 came after 24 both times, 60 did not
    assert seen(told[0], "pitch") == ([0] * 5, 0)
    assert seen(told[3], "pitch") == ([0] * 5, 0)  # 65 is new


def test_a_phrase_in_another_key_is_recognised_by_its_steps_and_its_echo_moved_along() -> None:
    music = events((60, 0), (62, 24), (64, 24), (72, 24), (53, 24), (55, 24), (57, 24))
    follow, length = seen(echoes(music)[6], "interval")
    assert (follow[2], length) == (65, 2)  # 72 - 64 + 57
    assert seen(echoes(music)[6], "pitch")[1] == 0


def test_drums_are_not_moved() -> None:
    music = events((36, 0), (42, 24), (38, 24), (36, 24), (42, 24), voice=DRUMS)
    assert seen(echoes(music)[4], "interval") == (music[2].tolist(), 2)


def test_of_equal_runs_the_latest_counts_and_of_unequal_the_longest() -> None:
    music = events((60, 0), (61, 1), (60, 2), (62, 3), (60, 4))
    assert seen(echoes(music)[4], "pitch") == (music[3].tolist(), 1)
    music = events((50, 0), (60, 0), (61, 1), (70, 1), (60, 2), (62, 3), (50, 3), (60, 4))
    assert seen(echoes(music)[7], "pitch") == (music[2].tolist(), 2)


def test_no_further_back_than_the_window_and_no_longer_than_the_longest() -> None:
    far = events(*[(60, 0)], *[(61 + i % 5, 1) for i in range(WINDOW - 1)], (60, 1))
    assert seen(echoes(far)[-1], "pitch")[1] == 0
    near = events(*[(60, 0)], *[(61 + i % 5, 1) for i in range(WINDOW - 2)], (60, 1))
    assert seen(echoes(near)[-1], "pitch") == (near[1].tolist(), 1)
    same = events(*[(60, 1)] * 40)
    assert seen(echoes(same)[-1], "rhythm") == (same[39].tolist(), LONGEST)


def random_music(random: np.random.Generator, count: int, classes: int = 3) -> np.ndarray:
    """Few classes, so that much comes back; some velocities and durations are not known."""
    music = np.stack([random.integers(0, min(size, classes), count) for size in SIZES], axis=1)
    music[random.random(count) < 0.2, 3] = UNKNOWN_VELOCITY
    music[random.random(count) < 0.2, 4] = UNKNOWN_DURATION
    music[random.random(count) < 0.004, 1] = BASS + 1  # one that seldom plays
    return music


def recalled(music: np.ndarray) -> dict[str, int]:
    """What was known of the last event before it came."""
    return dict(zip(RECALL, recalls(music)[-1].tolist(), strict=True))


def test_a_line_is_told_apart_from_what_the_others_play_between() -> None:
    bass = [[12, BASS, pitch, 20 + i, 7] for i, pitch in enumerate((40, 43, 45, 40, 43))]
    keys = [[12, KEYS, 60 + 3 * i, 9, 1 + i] for i in range(5)]
    music = np.array([event for pair in zip(bass, keys, strict=True) for event in pair] + [[12, BASS, 45, 9, 9]])
    told = recalled(music)
    assert (told["line_pitch"], told["line_before"]) == (43, 40)
    assert (told["line_velocity"], told["line_velocity_times"]) == (24, 1)
    assert (told["line_duration"], told["line_duration_times"]) == (7, 5)
    assert [told[f"line_pitch_{what}"] for what in ("pitch", "velocity", "duration", "length")] == [45, 22, 7, 2]
    assert (told["key_velocity"], told["key_duration"]) == (22, 7)
    assert echoes(music)[9][5] == 0  # in the whole stream nothing came back


def test_a_line_comes_back_in_another_key() -> None:
    music = np.array([[12, BASS, pitch, 20, 7] for pitch in (40, 43, 45, 52, 55, 0)])
    told = recalled(music)
    assert told["line_pitch_length"] == 0
    assert [told[f"line_interval_{what}"] for what in ("pitch", "length")] == [57, 1]


def test_of_the_last_notes_of_a_line_loudness_and_length_are_counted() -> None:
    music = np.array([[12, KEYS, 60, 20 + (i % 3 == 0), 7] for i in range(RECENT + 5)] + [[0, KEYS, 60, 0, 0]])
    told = recalled(music)
    assert {name: count for name, count in told.items() if "_count_" in name and count} == {
        "line_velocity_count_20": 11,
        "line_velocity_count_21": 5,
        "line_duration_count_7": 16,
    }


def test_of_a_voice_and_a_key_never_heard_nothing_is_told() -> None:
    told = recalled(np.array([[0, KEYS, 60, 20, 7], [12, BASS, 60, 20, 7]]))
    assert told == {name: 0 for name in RECALL} | {
        "line_pitch": NO_PITCH, "line_before": NO_PITCH, "line_velocity": UNKNOWN_VELOCITY,
        "line_duration": UNKNOWN_DURATION, "key_velocity": UNKNOWN_VELOCITY, "key_duration": UNKNOWN_DURATION,
    }  # fmt: skip


def test_what_is_not_known_changes_no_habit() -> None:
    music = np.array([[0, KEYS, 60, 20, 7], [1, KEYS, 60, UNKNOWN_VELOCITY, UNKNOWN_DURATION], [1, KEYS, 60, 0, 0]])
    told = recalled(music)
    assert (told["key_velocity"], told["key_velocity_times"]) == (20, 1)
    assert (told["line_duration"], told["line_duration_times"]) == (7, 1)


@pytest.mark.parametrize(("count", "classes"), [(1, 3), (5, 3), (700, 3), (3000, 3), (2000, 8)])
def test_event_by_event_is_as_all_at_once(count: int, classes: int) -> None:
    random = np.random.default_rng(count)
    music = random_music(random, count, classes)
    memory, told = EchoMemory(rewind=256), np.empty((count, ECHO_SIZE), np.int64)
    place = 0
    while place < count:
        stop = min(place + int(random.integers(1, 70)), count)
        memory.hear(music[place:stop], told[place:stop])
        place = stop
    assert np.array_equal(told[:, :STREAM_SIZE], echoes(music))
    following = [
        recall_from(row[STREAM_SIZE:], event[1], event[2]) for row, event in zip(told, music[1:], strict=False)
    ]
    assert np.array_equal(np.array(following).reshape(-1, len(RECALL)), recalls(music)[1:])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 20)), min_size=1, max_size=40), st.integers(0, 1000))
def test_events_taken_back_leave_no_trace(steps: list[tuple[int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    memory, kept = EchoMemory(rewind=20), np.zeros((0, 5), np.int64)
    for heard, back in steps:
        music = random_music(random, heard)
        memory.hear(music, np.empty((heard, ECHO_SIZE), np.int64))
        back = min(back, heard)
        memory.rewind(back)
        kept = np.concatenate([kept, music[: heard - back]])
    again, told = EchoMemory(rewind=20), np.empty((len(kept) + 1, ECHO_SIZE), np.int64)
    last, out = np.array([[1, 1, 1, 1, 1]]), np.empty((1, ECHO_SIZE), np.int64)
    memory.hear(last, out)
    again.hear(np.concatenate([kept, last]), told)
    assert np.array_equal(out[0], told[-1])
    assert memory.position == len(kept) + 1


def test_a_copy_taken_back_goes_on_exactly() -> None:
    random = np.random.default_rng(1)
    music = random_music(random, 900)
    one, other = EchoMemory(8), EchoMemory(8)
    out, again = np.empty((300, ECHO_SIZE), np.int64), np.empty((300, ECHO_SIZE), np.int64)
    one.hear(music[:600], np.empty((600, ECHO_SIZE), np.int64))
    other.restore(one.arrays())
    one.hear(music[600:], out)
    other.hear(music[600:], again)
    assert np.array_equal(out, again)
    with pytest.raises(ValueError, match="does not fit"):
        other.restore({})
    with pytest.raises(ValueError, match=r"echo.place must be one number, 0 or more"):
        other.restore({**one.arrays(), "echo.place": np.array([-1])})
    one.hear(music[:200], out[:200])
    other.hear(music[:200], again[:200])
    one.rewind(8)
    other.rewind(8)
    one.hear(music[:300], out)
    other.hear(music[:300], again)
    assert np.array_equal(out, again)  # nothing was changed by what was refused


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2500), st.lists(st.tuples(st.integers(1, 30), st.integers(0, 8)), max_size=6), st.integers(0, 99))
def test_a_fork_goes_on_as_one_that_heard_it_all(before: int, steps: list[tuple[int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    past = random_music(random, before)
    memory = EchoMemory(rewind=8)
    memory.hear(past, np.empty((before, STREAM_SIZE), np.int64))
    was = memory.arrays()
    forks, heard = [memory.fork() for _ in range(3)], [past] * 3
    for count, back in steps:
        for i, fork in enumerate(forks):
            music = random_music(random, count, 3 + i)
            fork.hear(music, np.empty((count, STREAM_SIZE), np.int64))
            back = min(back, count)
            fork.rewind(back)
            heard[i] = np.concatenate([heard[i], music[: count - back]])
    assert all(np.array_equal(array, was[name]) for name, array in memory.arrays().items())
    last = random_music(random, 1)
    for fork, events in zip(forks, heard, strict=True):
        out, again = np.empty((1, ECHO_SIZE), np.int64), np.empty((len(events) + 1, ECHO_SIZE), np.int64)
        fork.hear(last, out)
        EchoMemory(rewind=8).hear(np.concatenate([events, last]), again)
        assert np.array_equal(out[0], again[-1])
