"""A whole assessment on small music, with the stand-in for a model; what is written of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing.bars import LISTENER
from bridge.evaluation.playing.evaluate import evaluate, telling_alone
from bridge.evaluation.playing.listener import fairly
from bridge.evaluation.playing.parts import HUMAN, MACHINE, Findings, Question, over_pieces


def test_every_player_is_measured(findings: Findings) -> None:
    (part,) = findings.parts
    assert list(part.figures)[:2] == [HUMAN, MACHINE] and len(part.figures) == 6
    assert all(len(played) == len(part.excerpts) == 22 for played in part.played.values())
    again = part.figure("phrase again", "motif_share")
    assert again is not None and again.value == 1.0
    heard = part.figure("random in key", LISTENER)
    assert heard is not None and heard.value > 0.8


def test_a_style_that_there_is_not(findings: Findings, tmp_path: Path) -> None:
    corpus = Corpus(prepared(tmp_path, {"mine": [("valid", line((60, 62, 64, 65)))]}))
    with pytest.raises(ValueError, match=r"no style polka in these modes: there are .*two hands"):
        evaluate(corpus, FakeModel(), Question(styles=("polka",)), lambda done: None)


def test_a_listener_hears_both_as_long_as_the_shorter(findings: Findings) -> None:
    excerpt = findings.parts[0].excerpts[0]
    one, other = fairly(excerpt, excerpt.human, excerpt.human)
    assert (one == other).all()
    alone = telling_alone(one[None].repeat(3, 0), other[None].repeat(3, 0))
    assert all(area == 0.5 for _, area, _, _ in alone)


def test_pieces_are_drawn_again_and_not_answers() -> None:
    found = over_pieces([1.0, 1.0, 1.0, 0.0, float("nan")], ["a", "a", "a", "b", "b"])
    assert found == Interval(0.75, 0.0, 1.0)
