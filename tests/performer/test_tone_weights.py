"""What goes with a tune: by lead sheets where only the tune is heard, by the chord where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.held_notes import HeldNote
from bridge.performer.stage import Stage
from bridge.performer.tone_weights import ToneWeights, guessed_key


def hearing(*pitches: int, step: float = 0.5, channel: int = 1) -> tuple[ToneWeights, Stage]:
    """A tune of quarters at 120 BPM, each let go as the next begins."""
    stage = Stage(FakeModel(), 0, "keys")
    weights = ToneWeights(stage)
    for number, pitch in enumerate(pitches):
        note = HeldNote(number * step, pitch, 80, channel)
        stage.hands.let_go()
        stage.hands.press(note)
        stage.follow_hands(note.onset, note)
        weights.heard(note)
    return weights, stage


@pytest.mark.parametrize(
    ("pitches", "key"),
    [
        ([60], "C major"),
        ([67, 72], "C major"),
        ([60, 62, 64], "C major"),
        ([64, 64, 65, 67], "C major"),
        ([57, 60, 64, 69, 68], "A minor"),
        ([], "None"),
    ],
)
def test_the_key_of_the_first_tones(pitches: list[int], key: str) -> None:
    assert str(guessed_key(pitches)) == key


def test_with_one_tone_alone_go_thirds_and_sixths_of_its_key() -> None:
    weights, _ = hearing(60)
    found = weights.at(0.0)
    assert set(np.argsort(-found)[:3].tolist()) == {0, 4, 7}
    assert max(found[[1, 3, 6, 8, 10]]) < 0.1


def test_nothing_heard_says_nothing() -> None:
    weights, _ = hearing()
    assert weights.key is None and (weights.at(0.0) == 0.5).all()


def test_a_leading_tone_is_under_the_dominant() -> None:
    weights, _ = hearing(60, 62, 64, 65, 67, 71)
    found = weights.at(2.5)
    assert str(weights.key) == "C major"
    assert found[7] > found[0] and found[2] > found[0]


def test_a_chord_that_is_held_outweighs_the_tune() -> None:
    weights, stage = hearing(60, 64, 67)
    stage.hands.let_go()
    for pitch in (41, 45, 48, 53):
        note = HeldNote(2.0, pitch, 80, 1)
        stage.hands.press(note)
        stage.follow_hands(2.0, note)
        weights.heard(note)
    found = weights.at(4.0)
    assert set(np.argsort(-found)[:3].tolist()) == {5, 9, 0}


def test_drums_and_lower_notes_are_no_tune() -> None:
    weights, stage = hearing(60)
    before = weights.at(1.0).tolist()
    for note in (HeldNote(0.4, 38, 80, 10), HeldNote(0.45, 43, 80, 1)):
        stage.hands.press(note)
        weights.heard(note)
    assert weights.at(1.0).tolist() == before


def test_forgotten_when_cleared() -> None:
    weights, _ = hearing(60)
    weights.clear()
    assert weights.key is None
