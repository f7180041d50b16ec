"""The echo: what followed the last time, the same whether found all at once or event by event."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.codec import DRUMS, SIZES, VOICES
from bridge.echo import ECHO_SIZE, LONGEST, VIEWS, WINDOW, EchoMemory, echoes

KEYS = VOICES.index("keys")


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


@pytest.mark.parametrize("count", [1, 5, 700, 3000])
def test_event_by_event_is_as_all_at_once(count: int) -> None:
    random = np.random.default_rng(count)
    music = np.stack([random.integers(0, min(size, 3), count) for size in SIZES], axis=1)
    memory, told = EchoMemory(rewind=256), np.empty((count, ECHO_SIZE), np.int64)
    place = 0
    while place < count:
        stop = min(place + int(random.integers(1, 70)), count)
        memory.hear(music[place:stop], told[place:stop])
        place = stop
    tail = min(count, 1000)
    # What is further back than the window and the longest run cannot matter.
    expected = echoes(music[-tail - WINDOW - LONGEST :])[-tail:]
    assert np.array_equal(told[-tail:], expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 20)), min_size=1, max_size=40), st.integers(0, 1000))
def test_events_taken_back_leave_no_trace(steps: list[tuple[int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    memory, kept = EchoMemory(rewind=20), np.zeros((0, 5), np.int64)
    for heard, back in steps:
        music = np.stack([random.integers(0, 3, heard) for _ in range(5)], axis=1)
        memory.hear(music, np.empty((heard, ECHO_SIZE), np.int64))
        back = min(back, heard)
        memory.rewind(back)
        kept = np.concatenate([kept, music[: heard - back]])
    last, out = np.array([[1, 1, 1, 1, 1]]), np.empty((1, ECHO_SIZE), np.int64)
    memory.hear(last, out)
    assert np.array_equal(out[0], echoes(np.concatenate([kept, last]))[-1])
    assert memory.position == len(kept) + 1


def test_a_copy_taken_back_goes_on_exactly() -> None:
    random = np.random.default_rng(1)
    music = np.stack([random.integers(0, 3, 900) for _ in range(5)], axis=1)
    one, other = EchoMemory(8), EchoMemory(8)
    out, again = np.empty((300, ECHO_SIZE), np.int64), np.empty((300, ECHO_SIZE), np.int64)
    one.hear(music[:600], np.empty((600, ECHO_SIZE), np.int64))
    other.restore(one.arrays())
    one.hear(music[600:], out)
    other.hear(music[600:], again)
    assert np.array_equal(out, again)
    with pytest.raises(ValueError, match="does not fit"):
        other.restore({})
    with pytest.raises(ValueError, match="no run"):
        other.restore({**one.arrays(), "echo.place": np.array([0, -1])})
