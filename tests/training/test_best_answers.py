"""The best of many answers, written as pieces that training learns the answers of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from training_corpus import Note, note_array, scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.data.encode import IGNORE, Stretch, stretch_of
from bridge.engine.fake import FakeModel
from bridge.training.best_answers import Improvement, improve, judge_of, write
from bridge.training.crops import CropSampler
from bridge.vocabulary import codec
from bridge.vocabulary.guide import ENDING_ENTRY

FEW = Improvement(phrases=12, answers=5, minutes=10.0)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Phrases of eight notes with rests between them."""
    phrases = [(6.0 * p + i / 2, 0.5, 0, 60 + (p + i) % 12, 70) for p in range(40) for i in range(8)]
    return Corpus(write_corpus(tmp_path / "data", [("songs", "train", phrases), ("flat", "train", scale(80))]))


def low(phrase: Stretch, answers: Sequence[Stretch]) -> list[float]:
    """Whoever likes low notes best."""
    return [-float(answer.pitch.mean()) for answer in answers]


def test_the_best_of_the_answers_is_kept_and_the_poorest_phrases_are_not(corpus: Corpus) -> None:
    found = improve(FakeModel(), corpus, low, FEW)
    assert 0 < len(found) <= 12
    for one in found:
        assert one.best == low(one.phrase, [one.answer])[0] and one.best >= one.first
        assert one.answer.onset[0] >= one.phrase.onset[-1] and len(one.answer.onset) >= 2
        # In the phrase's voices, and about as long as it.
        assert set(one.answer.voice.tolist()) <= set(one.phrase.voice.tolist())
        assert one.answer.onset[-1] - one.phrase.onset[-1] <= 17.0 * codec.TICKS_PER_BEAT
    everyone = improve(FakeModel(), corpus, lambda phrase, answers: [0.0] * len(answers), FEW)
    assert len(found) < len(everyone)


def test_the_same_again_for_the_same_seed_and_no_phrase_after_the_last_minute(corpus: Corpus) -> None:
    first, second = (improve(FakeModel(), corpus, low, FEW) for _ in range(2))
    assert [one.answer.pitch.tolist() for one in first] == [one.answer.pitch.tolist() for one in second]
    assert improve(FakeModel(), corpus, low, Improvement(phrases=12, answers=5, minutes=1e-9)) == []


def test_what_is_written_is_learnt_from_the_answer_on_with_its_end_told(corpus: Corpus, tmp_path: Path) -> None:
    found = improve(FakeModel(), corpus, low, FEW)
    write(found, tmp_path / "answers")
    answers = Corpus(tmp_path / "answers")
    assert [(piece.heard, piece.stop - piece.start) for piece in answers.pieces] == [
        (len(one.phrase.onset), len(one.phrase.onset) + len(one.answer.onset)) for one in found
    ]
    sampler = CropSampler(corpus, 2, 64, turns=1.0, turn_length=64, answers=answers, answer_share=1.0)
    batch = sampler.draw(0)
    learnt = batch.targets[..., 2] != IGNORE
    heard = np.array([piece.heard for piece in answers.pieces])
    # Every row begins with a phrase that is heard only: the targets of its notes but the first are left out.
    assert all(int(np.argmax(row)) + 1 in heard for row in learnt)
    told = batch.guide[..., ENDING_ENTRY]
    assert told.any() and set(np.unique(batch.events[..., 1]).tolist()) <= {0}
    write(found[:1], tmp_path / "answers")
    assert len(Corpus(tmp_path / "answers").pieces) == 1


def test_nothing_answered_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give more phrases, or more minutes"):
        write([], tmp_path / "answers")


# --- answers judged as the performer judges its candidates ----------


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
