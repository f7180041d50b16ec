"""The echo: what followed the last time, the same whether found all at once or event by event."""

import numpy as np

from bridge.engine.repetition import (
    LONGEST,
    VIEWS,
    WINDOW,
    echoes,
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
