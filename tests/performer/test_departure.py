"""How far an answer goes from its phrase."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.performer.departure import (
    AS_USUAL,
    DENSER,
    FIGURES,
    FIGURES_CHORDS,
    HIGHER,
    LOOSE,
    OPEN,
    OPEN_CHORDS,
    OWN_PACE,
    Departure,
)
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Notes

LINE = [(0.5 * i, 0.5 * i + 0.45, pitch, 80) for i, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 60))]
CHORDS = [(float(i), i + 0.9, pitch + i, 80) for i in range(4) for pitch in (48, 60, 64, 67)]


def heard(rows: list[tuple[float, float, int, int]]) -> HeardPhrase:
    return HeardPhrase(Notes.of(rows), None, 4.0, len(rows))


def drawn(rows: list[tuple[float, float, int, int]], count: int = 400) -> list[Departure]:
    random, phrase = np.random.default_rng(1), heard(rows)
    return [Departure.drawn(phrase, lambda: float(random.random())) for _ in range(count)]


def test_the_usual_answer_is_in_the_phrases_manner() -> None:
    phrase = heard(CHORDS)
    assert AS_USUAL.manner(phrase) == phrase.manner and not AS_USUAL.open


def test_some_may_stay_open_and_leave_the_key() -> None:
    found = drawn(CHORDS)
    assert {one.loose for one in found} == {1.0, LOOSE}
    assert np.mean([one.open for one in found]) == pytest.approx(OPEN_CHORDS, abs=0.08)
    assert np.mean([one.open for one in drawn(LINE)]) == pytest.approx(OPEN, abs=0.08)


def test_chords_go_higher_and_lower_and_a_line_stays_where_it_is() -> None:
    found = drawn(CHORDS)
    assert max(abs(one.higher) for one in found) <= HIGHER and np.std([one.higher for one in found]) > HIGHER / 4
    assert max(abs(one.denser) for one in found) <= DENSER and abs(np.mean([one.denser for one in found])) < 0.1
    assert {(one.higher, one.denser) for one in drawn(LINE)} == {(0.0, 0.0)}


def test_its_manner_is_so_much_higher_and_denser() -> None:
    phrase = heard(CHORDS)
    manner = Departure(higher=3.0, denser=1.0).manner(phrase)
    assert manner["register"] == pytest.approx(phrase.manner["register"] + 3)
    assert manner["density"] == pytest.approx(2 * phrase.manner["density"])
    assert manner["energy"] == phrase.manner["energy"]


def test_at_its_own_pace_a_line_is_asked_for_no_density_and_for_all_else_of_the_phrases_manner() -> None:
    phrase = heard(LINE)
    assert Departure(own_pace=True).manner(phrase) == {
        name: value for name, value in phrase.manner.items() if name != "density"
    }
    assert np.mean([one.own_pace for one in drawn(LINE)]) == pytest.approx(OWN_PACE, abs=0.08)


def test_what_was_played_comes_back_more_often_in_a_line_than_in_chords() -> None:
    assert AS_USUAL.figures
    assert np.mean([one.figures for one in drawn(LINE)]) == pytest.approx(FIGURES, abs=0.08)
    assert np.mean([one.figures for one in drawn(CHORDS)]) == pytest.approx(FIGURES_CHORDS, abs=0.06)


def test_the_same_chances_bring_the_same_departure() -> None:
    assert drawn(CHORDS, 20) == drawn(CHORDS, 20)


def of(*chances: float) -> list[Departure]:
    """What is drawn by these chances for a line, for chords and for drums."""
    beat = HeardPhrase(Notes.of(CHORDS, drums=True), None, 4.0, len(CHORDS))
    return [Departure.drawn(phrase, iter(chances).__next__) for phrase in (heard(LINE), heard(CHORDS), beat)]


def test_which_chance_is_for_what() -> None:
    line, chords, drums = of(0.28, 0.5, 0.75, 0.0, 0.25, 0.9, 0.4, 0.5)
    assert (chords.higher, chords.denser) == (pytest.approx(0.25 * HIGHER), pytest.approx(-0.75 * DENSER))
    assert not line.open and chords.open, "27 times in 100 for a line, 30 for chords"
    assert chords.loose == line.loose == 1.0
    assert (line.higher, line.denser, drums.higher, drums.denser) == (0.0, 0.0, 0.0, 0.0)
    assert (line.own_pace, chords.own_pace, drums.own_pace) == (True, False, False)
    assert (line.figures, chords.figures) == (True, False)
    line, chords, _ = of(0.1, 0.9, 0.6, 0.9, 0.35, 0.4, 0.6, 0.05)
    assert not line.own_pace and line.figures and chords.figures
    assert line.open and line.loose == chords.loose == LOOSE
    assert (chords.higher, chords.denser) == (pytest.approx(0.5 * HIGHER), pytest.approx(0.25 * DENSER))
