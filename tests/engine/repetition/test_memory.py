"""The echo event by event: as all at once, and taken back without a trace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engine.repetition import (
    ECHO_SIZE,
    RECALL,
    STREAM_SIZE,
    EchoMemory,
    echoes,
    recall_from,
    recalls,
)
from bridge.vocabulary.codec import SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY, VOICES

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")


def random_music(random: np.random.Generator, count: int, classes: int = 3) -> np.ndarray:
    """Few classes, so that much comes back; some velocities and durations are not known."""
    music = np.stack([random.integers(0, min(size, classes), count) for size in SIZES], axis=1)
    music[random.random(count) < 0.2, 3] = UNKNOWN_VELOCITY
    music[random.random(count) < 0.2, 4] = UNKNOWN_DURATION
    music[random.random(count) < 0.004, 1] = BASS + 1  # one that seldom plays
    return music


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
