"""What goes with a tune: by the chords it may have where only the tune is heard, by the chord where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.held_notes import HeldNote
from bridge.performer.stage import Stage
from bridge.performer.tone_weights import PASSABLE, ToneWeights, TuneTone, guessed_key


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


def test_with_one_tone_alone_go_tones_of_the_key_it_begins() -> None:
    weights, _ = hearing(60)
    found = weights.at(0.0)
    assert np.argmax(found) == 0
    assert max(found[[1, 3, 6, 8, 10]]) < min(found[[4, 5, 7, 9]])


def test_under_a_tune_alone_tones_of_its_key_are_as_likely_as_the_chords_make_them_and_others_not_at_all() -> None:
    weights, stage = hearing(*TUNE)
    assert str(weights.key) == "C major"
    likely = stage.tuning.in_the_chord(8.0, stage.clock)
    assert likely is not None
    own = [0, 2, 4, 5, 7, 9, 11]
    found = weights.at(8.0)
    np.testing.assert_allclose(found[own], np.maximum(likely[own] / likely[own].max(), PASSABLE))
    assert not found[[1, 3, 6, 8, 10]].any()


def test_of_minor_the_leading_tone_is_its_own() -> None:
    weights, _ = hearing(69, 72, 76, 74, 72, 71, 68, 69)
    assert str(weights.key) == "A minor" and weights.at(8.0)[8] > 0


def test_a_tune_that_leaves_its_key_has_its_key_under_it() -> None:
    weights, _ = hearing(*TUNE, 73)
    found = weights.at(8.0)
    assert found[1] == 0 and found.max() == 1


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


def test_the_tunes_tone_is_there_while_it_is_held_and_half_a_beat_where_it_is_let_go_at_once() -> None:
    weights, stage = hearing(60, 64)  # the second from beat 1 on, at two beats a second
    assert weights.tone_at(1.0) == TuneTone(64, 0.0) and weights.tone_at(3.5) == TuneTone(64, 2.5)
    assert weights.tone_at(0.5) == TuneTone(64, 0.0), "a beat that lies before it was heard"
    stage.hands.let_go()
    assert weights.tone_at(1.4) == TuneTone(64, pytest.approx(0.4))
    assert weights.tone_at(1.5) is None and weights.tone_at(3.5) is None
    weights.clear()
    assert weights.tone_at(1.0) is None


def test_forgotten_when_cleared() -> None:
    weights, _ = hearing(60)
    weights.clear()
    assert weights.key is None


TUNE = (60, 64, 62, 67, 65, 69, 72, 71)


@pytest.mark.parametrize("up", range(1, 12))
def test_the_same_tune_in_another_key_has_the_same_chords_there(up: int) -> None:
    here, _ = hearing(*TUNE)
    there, _ = hearing(*(pitch + up for pitch in TUNE))
    assert here.key is not None and there.key is not None
    assert (there.key.root - here.key.root) % 12 == up and there.key.scale == here.key.scale
    for beat in (7.0, 8.0, 9.5):
        np.testing.assert_allclose(there.at(beat), np.roll(here.at(beat), up), rtol=1e-6)


@pytest.mark.parametrize("pitches", [(60,), (60, 61, 62, 63), TUNE, (72, 40, 90, 31), (66,) * 20])
def test_weights_are_shares_at_any_time(pitches: tuple[int, ...]) -> None:
    weights, _ = hearing(*pitches)
    for beat in (0.0, 1.0, 7.3, 20.0, 400.0):
        found = weights.at(beat)
        assert found.shape == (12,) and np.isfinite(found).all() and (found >= 0).all() and (found <= 1).all()


@pytest.mark.parametrize("order", [(60, 64, 67), (67, 64, 60), (64, 67, 60)])
def test_of_notes_struck_together_the_highest_is_the_tune_in_whichever_order_they_came(order: tuple[int, ...]) -> None:
    stage = Stage(FakeModel(), 0, "keys")
    weights = ToneWeights(stage)
    for number, pitch in enumerate(order):
        note = HeldNote(1.0 + 0.005 * number, pitch, 80, 1)
        stage.hands.press(note)
        weights.heard(note)
    assert weights.key == guessed_key([67])


def test_notes_after_each_other_are_each_of_the_tune() -> None:
    weights, _ = hearing(72, 67, step=0.25)
    assert weights.key == guessed_key([72, 67]) != guessed_key([67])


def test_what_was_just_played_says_more_than_what_was_played_long_ago() -> None:
    weights, _ = hearing(60, 62, 64, 65, 67, 71)
    leading = [weights.at(beat)[7] - weights.at(beat)[0] for beat in (5.0, 6.0, 30.0)]
    assert leading[0] > leading[1] > leading[2] - 1e-9
