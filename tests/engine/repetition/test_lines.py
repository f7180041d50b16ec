"""Lines and keys: what each voice played last, and what followed in its own line."""

from __future__ import annotations

import numpy as np

from bridge.engine.repetition import (
    NO_PITCH,
    RECALL,
    RECENT,
    STREAM_SIZE,
    echoes,
    recalls,
    told,
)
from bridge.vocabulary.codec import UNKNOWN_DURATION, UNKNOWN_VELOCITY, VOICES

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")


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


def test_many_passages_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    many = np.stack([rng.integers(0, (4, 2, 5, 3, 3)[field], (3, 4, 90)) for field in range(5)], axis=-1)
    many[..., 1] *= KEYS
    many[0, 1] = many[0, 0]  # what one repeats of another is news to it
    at_once = told(many)
    assert at_once.shape == (3, 4, 89, STREAM_SIZE + len(RECALL))
    for index in np.ndindex(3, 4):
        assert np.array_equal(at_once[index], told(many[index]))
    assert told(many[0, 0][:1]).shape == (0, STREAM_SIZE + len(RECALL))
