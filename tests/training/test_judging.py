"""Answers judged as the performer judges its candidates."""

from __future__ import annotations

import numpy as np
from training_corpus import Note, note_array

from bridge.data.encode import Stretch, stretch_of
from bridge.training.judging import judge_of


def stretch(notes: list[Note]) -> Stretch:
    return stretch_of(note_array(notes), free=False)


def line(pitches: list[int], start: float = 0.0, last: float = 0.5) -> Stretch:
    lengths = [0.5] * (len(pitches) - 1) + [last]
    return stretch([(start + i / 2, lengths[i], 0, pitch, 70) for i, pitch in enumerate(pitches)])


PHRASE = line([60, 62, 64, 65, 67, 65, 64, 62, 60])
KIND = line([67, 69, 71, 72, 74, 71, 67, 62, 60], start=6.0, last=2.0)
SCATTERED = line([40, 73, 51, 90, 44, 66, 97, 42, 61], start=6.0)


class Taught:
    """A critic that looks at the leap alone, and likes it."""

    features = ("leap",)

    def score(self, features: np.ndarray) -> np.ndarray:
        return 10.0 * features[:, 0] - 100.0


def test_an_answer_in_kind_is_better_than_scattered_notes() -> None:
    kind, scattered = judge_of(None)(PHRASE, [KIND, SCATTERED])
    assert 0.0 <= scattered < kind <= 1.0


def test_a_critic_has_its_say() -> None:
    kind, scattered = judge_of(Taught())(PHRASE, [KIND, SCATTERED])
    assert scattered > kind


def test_a_phrase_without_bars_is_judged_too() -> None:
    free = stretch_of(note_array([(i / 2, 0.5, 0, 60 + i, 70) for i in range(8)], bars=False), free=True)
    assert len(judge_of(None)(free, [free])) == 1
