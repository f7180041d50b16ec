"""How sure the model was of a note."""

from __future__ import annotations

import math

import pytest

from bridge.engine.model import Sample
from bridge.performer.sampling import MOST_ODDS, Odds
from bridge.vocabulary.codec import Event
from bridge.vocabulary.events import PlayNote
from bridge.vocabulary.requests import NoteOdds


def sample(pitch: int, odds: float, ranked: tuple[tuple[int, float], ...]) -> Sample:
    """A draw of which the pitch's odds are known."""
    nothing = (0.0, (0,), (1.0,))
    fields = [nothing, nothing, (math.log(odds), *zip(*ranked, strict=True)), nothing, nothing]
    return Sample(Event(0, 0, pitch, 10, 3), *(tuple(part) for part in zip(*fields, strict=True)))


def play(note_id: int, pitch: int) -> PlayNote:
    return PlayNote(note_id, 2.0, 2.5, pitch, 90, 3)


def test_odds_are_of_the_pitch_and_of_the_likeliest_beside_it() -> None:
    odds = Odds()
    odds.keep(1, sample(60, 0.5, ((60, 0.5), (64, 0.3))))
    assert odds.take(play(1, 60)) == NoteOdds(1, 2.0, 60, 3, pytest.approx(0.5), ((64, 0.3),))
    assert odds.take(play(1, 60)) is None  # told once
    odds.keep(2, sample(61, 0.1, ((60, 0.5), (64, 0.2), (67, 0.1), (72, 0.06))))
    assert odds.take(play(2, 61)) == NoteOdds(2, 2.0, 61, 3, pytest.approx(0.1), ((60, 0.5), (64, 0.2), (67, 0.1)))


def test_the_only_pitch_there_is_has_no_other() -> None:
    odds = Odds()
    odds.keep(1, sample(60, 1.0, ((60, 1.0), (0, 0.0))))
    assert odds.take(play(1, 60)) == NoteOdds(1, 2.0, 60, 3, 1.0, ())


def test_what_comes_of_a_rule_or_was_moved_has_none() -> None:
    odds = Odds()
    odds.keep(1, None)
    assert odds.take(play(1, 60)) is None
    odds.keep(2, sample(60, 0.5, ((60, 0.5), (64, 0.3))))
    assert odds.take(play(2, 72)) is None


def test_old_ones_are_forgotten() -> None:
    odds = Odds()
    for number in range(MOST_ODDS + 1):
        odds.keep(number, sample(60, 0.5, ((60, 0.5), (64, 0.3))))
    assert odds.take(play(0, 60)) is None and odds.take(play(MOST_ODDS, 60)) is not None
