"""Answers, beside the human's and beside silence."""

from __future__ import annotations

import numpy as np
from evaluation_music import C_MAJOR, HUMAN, PHRASE, PROMPT, line, stretch

from bridge.evaluation import answers
from bridge.evaluation.copying import Library


def test_answers_of_the_human_and_of_nobody() -> None:
    library = Library([stretch(line([p + 2 for p in C_MAJOR * 4]))])
    (human,) = answers.answer_rows([PHRASE], [HUMAN], library)
    assert human == answers.Answer(in_key=1.0, density_fits=True, register_fits=True, copied=32)
    strange = stretch(line([94, 97, 99, 102], step=4.0, start=8.0))
    (other,) = answers.answer_rows([PHRASE], [strange], library)
    assert other.in_key == 0.0 and not other.density_fits and not other.register_fits and other.copied == 0
    told = answers.summary([human, other])
    assert told["in_key"]["value"] == 0.5 and told["not_copied"]["value"] == 0.5 and told["longest_copy"] == 32


def test_an_answer_of_silence_has_no_key() -> None:
    assert np.isnan(answers.in_key(PROMPT, stretch([])))
    assert not answers.register_fits(PHRASE, stretch([]))
