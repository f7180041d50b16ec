"""Odd players: each has an answer of the shipped model's that makes sense, in the same role."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import cache

import pytest

from bridge.engine.folders import find_model
from bridge.engine.streaming import StreamingModel
from bridge.performer.settings import Settings
from bridge.sessions.perform import HumanNote, MachineNote, Performance, perform

SEEDS = (1, 2)
# Beats of half a second: nobody beats time to these players.
SCALE = (0, 2, 4, 5, 7, 9, 11)


@cache
def model() -> StreamingModel:
    return StreamingModel.load(find_model("duo"), provider="cpu")


def line(pitches: Sequence[int], step: float = 0.5, start: float = 0.0, channel: int = 1) -> list[HumanNote]:
    return [HumanNote(start + i * step, step * 0.9, pitch, 80, channel) for i, pitch in enumerate(pitches)]


def answers(human: list[HumanNote]) -> list[Performance]:
    played = [perform(model(), Settings(seed=seed, human_voice="auto"), human) for seed in SEEDS]
    for performance in played:
        assert performance.machine and performance.ended
    return played


def rate(notes: Sequence[HumanNote] | Sequence[MachineNote]) -> float:
    """Notes a beat from the first onset to the last."""
    onsets = [note.onset for note in notes]
    return (len(onsets) - 1) / max(max(onsets) - min(onsets), 1.0)


def test_one_note_is_answered_with_a_few_near_it() -> None:
    for performance in answers([HumanNote(0.0, 1.0, 60, 80)]):
        assert len(performance.machine) <= 6
        assert all(abs(note.pitch - 60) <= 24 for note in performance.machine)
        assert performance.machine[-1].onset < 8


def test_a_very_fast_scale_is_answered_as_fast_at_most_and_in_its_range() -> None:
    human = line([48 + 12 * (i // 7) + SCALE[i % 7] for i in range(29)], step=1 / 16)
    for performance in answers(human):
        assert rate(performance.machine) <= 1.5 * rate(human)
        assert len(performance.machine) <= 2 * len(human)
        assert all(36 <= note.pitch <= 108 for note in performance.machine)


def test_a_twelve_tone_row_is_answered_at_its_pace_in_its_range() -> None:
    human = line((60, 66, 61, 70, 67, 64, 69, 63, 68, 62, 71, 65))
    for performance in answers(human):
        assert 0.5 <= rate(performance.machine) / rate(human) <= 2
        assert all(48 <= note.pitch <= 83 for note in performance.machine)
        assert len({note.pitch for note in performance.machine}) > 2


@pytest.mark.parametrize("low", [(28, 31, 33, 28, 26, 28, 33, 35), (36, 36, 43, 36, 41, 41, 48, 41, 36, 36, 43, 36)])
def test_a_low_line_is_answered_low(low: tuple[int, ...]) -> None:
    for performance in answers(line(low)):
        mean = statistics.fmean(note.pitch for note in performance.machine)
        assert abs(mean - statistics.fmean(low)) <= 12
        assert max(note.pitch for note in performance.machine) <= max(low) + 19
        assert {(note.voice, note.channel) for note in performance.machine} == {("bass", 1)}


def test_a_long_silence_is_left_alone_and_does_not_end_the_set() -> None:
    human = [*line((60, 64, 67, 72)), *line((72, 71, 67, 60), start=240.0)]
    for performance in answers(human):
        onsets = [note.onset for note in performance.machine]
        assert not [onset for onset in onsets if 30 < onset < 240], "it plays on into the silence"
        assert min(onsets) < 30 and max(onsets) > 241, "one of the two phrases has no answer"


def test_hands_that_cross_are_two_hands() -> None:
    human = [*line((48, 52, 55, 60, 64, 67, 72, 76)), *line((84, 79, 76, 72, 67, 64, 60, 55), start=0.02)]
    for performance in answers(human):
        assert all(36 <= note.pitch <= 96 for note in performance.machine)
        assert 0.4 <= rate(performance.machine) / rate(human) <= 2


def test_someone_who_plays_wrong_notes_is_answered_in_the_key() -> None:
    human = line((60, 62, 64, 66, 67, 68, 67, 64, 60, 61, 62, 64, 67, 64, 62, 60))
    notes = [note for performance in answers(human) for note in performance.machine]
    in_key = sum((note.pitch - 60) % 12 in SCALE for note in notes) / len(notes)
    assert in_key >= 0.7


def test_drums_alone_are_answered_at_their_pace() -> None:
    human = [HumanNote(i * 0.5, 0.2, 42, 90, 10) for i in range(16)]
    human += [HumanNote(float(i), 0.2, 36 if i % 2 == 0 else 38, 100, 10) for i in range(8)]
    for performance in answers(human):
        assert {(note.voice, note.channel) for note in performance.machine} == {("drums", 10)}
        assert 0.5 <= rate(performance.machine) / rate(human) <= 1.5
