"""Which of several answers is played."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from bridge.performer.brief import Brief
from bridge.performer.candidates import Candidate, Candidates, Judge
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_features import FEATURES
from bridge.performer.phrase_measures import Notes
from bridge.performer.sampling import Draft

TUNE = (60, 62, 64, 60, 62, 64, 67, 65, 64, 62, 64, 60)
GOOD = (62, 64, 65, 62, 65, 64, 62, 67, 64, 62, 59, 60)
SCATTERED = (60, 85, 51, 73, 44, 90, 61, 78, 49, 66, 87, 54)


def heard() -> HeardPhrase:
    rows = [(0.5 * i, 0.5 * i + 0.45, pitch, 80) for i, pitch in enumerate(TUNE)]
    return HeardPhrase(Notes.of(rows), None, 6.0, len(rows))


def answer(pitches: Sequence[int], step: float = 0.5, held: float = 0.45) -> Candidate:
    drafts = [Draft(0.0, 8 + step * i, held, 4, pitch, 80) for i, pitch in enumerate(pitches)]
    return Candidate(tuple(drafts), 8.0, True, Brief())


def best(*answers: Candidate, critic: object = None, **asked: float) -> Candidate:
    candidates = Candidates(Judge(heard(), asked, critic))  # type: ignore[arg-type]
    for one in answers:
        candidates.add(one)
    return candidates.best_first()[0]


def test_a_varied_answer_is_better_than_a_scattered_one_and_than_the_phrase_again() -> None:
    for other in (SCATTERED, TUNE):
        assert best(answer(other), answer(GOOD)).drafts[0].pitch == GOOD[0]


def test_every_term_lies_between_0_and_1() -> None:
    for pitches in (TUNE, GOOD, SCATTERED, (60, 60, 60), (60,)):
        terms = best(answer(pitches)).terms
        assert terms and all(0.0 <= value <= 1.0 for value in terms.values())


def test_the_one_in_the_phrases_rhythm_is_better() -> None:
    assert best(answer(GOOD, step=1.7), answer(GOOD)).drafts[1].onset_beat == 8.5


def test_a_register_that_is_set_goes_before_the_phrases() -> None:
    low = tuple(pitch - 24 for pitch in GOOD)
    assert best(answer(GOOD), answer(low), register=40.0).drafts[0].pitch == low[0]


class LikesItHigh:
    features = ("pitch_change", "motif_share")

    def score(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return rows[:, 0] / 4


def test_the_critic_of_a_model_has_its_say() -> None:
    high = tuple(pitch + 24 for pitch in GOOD)
    assert best(answer(GOOD), answer(high)).drafts[0].pitch == GOOD[0]
    assert best(answer(GOOD), answer(high), critic=LikesItHigh()).drafts[0].pitch == high[0]


def test_one_that_was_taught_on_other_measures_has_none() -> None:
    class Stranger(LikesItHigh):
        features = ("unheard of", "pitch_change")

    assert "unheard of" not in FEATURES
    assert "critic" not in best(answer(GOOD), critic=Stranger()).terms


def test_of_equal_ones_the_earlier() -> None:
    first, second = answer(GOOD), answer(GOOD)
    assert best(first, second).drafts is first.drafts


def test_what_may_not_be_played_is_passed_over() -> None:
    candidates = Candidates(Judge(heard(), {}))
    for one in (answer(GOOD), answer(SCATTERED), answer(())):
        candidates.add(one)
    assert len(candidates) == 2
    assert [
        len(candidates.best_first(lambda one: one.drafts[0].pitch == 60)),
        candidates.best_first(lambda one: False),
    ] == [1, []]


def test_without_a_phrase_only_what_was_set_counts() -> None:
    judge = Judge(None, {"register": 60.0})
    assert judge.terms(answer((60, 60)).drafts) == {"register": pytest.approx(1.0)}


def orders(count: int, *pitches: Sequence[int]) -> list[list[int]]:
    """In which order answers come, for as many seeds: places in `pitches`."""
    found = []
    for seed in range(count):
        candidates, answers = Candidates(Judge(heard(), {}), seed), [answer(each) for each in pitches]
        for one in answers:
            candidates.add(one)
        found.append([[other.drafts for other in answers].index(one.drafts) for one in candidates.best_first()])
    return found


def test_the_better_come_first_more_often_and_the_poor_hardly_ever() -> None:
    other = (*GOOD[:7], 65, *GOOD[8:])  # hardly another
    first = [order[0] for order in orders(80, GOOD, other, SCATTERED)]
    assert min(first.count(0), first.count(1)) > 4 and first.count(2) == 0


def chords() -> HeardPhrase:
    rows = [(float(i), i + 0.9, pitch + i % 3, 80) for i in range(6) for pitch in (48, 60, 64, 67)]
    return HeardPhrase(Notes.of(rows), None, 6.0, len(rows))


def test_among_answers_to_chords_more_is_left_to_chance() -> None:
    drums = HeardPhrase(Notes.of([(i / 2, i / 2 + 0.1, 36, 90) for i in range(8)], drums=True), None, 4.0, 8)
    beaten = []
    for phrase in (chords(), heard()):
        worse = 0
        for seed in range(200):
            candidates = Candidates(Judge(phrase, {}, LikesItHigh()), seed)  # type: ignore[arg-type]
            for pitches in (GOOD, tuple(pitch + 5 for pitch in GOOD)):
                candidates.add(answer(pitches))
            best, other = candidates.best_first()
            worse += best.score < other.score
        beaten.append(worse)
    assert beaten[0] > 2 * beaten[1] and beaten[0] > 20, beaten
    assert Judge(drums, {}).chance == Judge(heard(), {}).chance == Judge(None, {}).chance < Judge(chords(), {}).chance


def test_a_line_that_leaps_less_than_the_phrase_is_as_far_from_it_as_one_that_leaps_more() -> None:
    flat, same, wide = (60, 61) * 6, TUNE, tuple(60 + 3 * (pitch - 60) for pitch in TUNE)
    leaps = [Judge(heard(), {}).terms(answer(pitches).drafts)["leap"] for pitches in (flat, same, wide)]
    assert leaps[1] == 1.0 and leaps[0] < 0.85 and leaps[2] < 0.6


def test_the_same_chances_bring_the_same_order() -> None:
    assert orders(12, GOOD, SCATTERED, GOOD[2:]) == orders(12, GOOD, SCATTERED, GOOD[2:])
