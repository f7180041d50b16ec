"""A whole assessment on small music, with the stand-in for a model; what is written of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing import gallery, listener, report
from bridge.evaluation.playing.bars import LISTENER, Bar, bar_of
from bridge.evaluation.playing.evaluate import evaluate, telling_alone
from bridge.evaluation.playing.listener import fairly
from bridge.evaluation.playing.parts import HUMAN, MACHINE, Findings, Question, over_pieces
from bridge.midi import files

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    rows = [row for part in range(5) for row in line([p + part for p in SCALE], start=8.0 * part)]
    folder: Path = tmp_path_factory.mktemp("data")
    corpus = Corpus(prepared(folder, {"pop909": [("valid", rows)] * 3}))
    told: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listener, "_TREES", 20)
        question = Question(count=22, modes=("respond",), styles=("two hands",), values={"choose": 1.0})
        found = evaluate(corpus, FakeModel(), question, told.append)
    assert told == sorted(told) and told[-1] == 1.0
    return found


def test_every_player_is_measured(findings: Findings) -> None:
    (part,) = findings.parts
    assert list(part.figures)[:2] == [HUMAN, MACHINE] and len(part.figures) == 6
    assert all(len(played) == len(part.excerpts) == 22 for played in part.played.values())
    again = part.figure("phrase again", "motif_share")
    assert again is not None and again.value == 1.0
    heard = part.figure("random in key", LISTENER)
    assert heard is not None and heard.value > 0.8


def test_the_report_says_what_is_missed(findings: Findings, tmp_path: Path) -> None:
    (part,) = findings.parts
    bar, figure = bar_of("respond", "two hands", "in_key"), part.figure(MACHINE, "in_key")
    assert bar is not None and figure is not None
    assert ("in_key" in part.missed()) == (figure.value < 0.92)
    html, text, figures = report.write(findings, tmp_path)
    assert "≥ 0.92" in text.read_text(encoding="utf-8") and "<table>" in html.read_text(encoding="utf-8")
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["parts"][0]["measures"]["human"]["in_key"]["value"] is not None


def test_the_gallery_shows_the_first(findings: Findings, tmp_path: Path) -> None:
    page = gallery.write(findings, tmp_path, "antiphon assess")
    text = page.read_text(encoding="utf-8")
    assert len(list((tmp_path / "playing").glob("respond-*.png"))) == gallery.SHOWN["respond"] == 8
    assert "playing/respond-8.mid" in text and "    antiphon assess" in text
    file = files.read(tmp_path / "playing" / "respond-1.mid")
    excerpt = findings.parts[0].excerpts[0]
    assert file.names[1:2] == ["Human"] or "Human" in file.names
    assert len(file.notes) == len(excerpt.phrase.onset) + len(findings.parts[0].performances[0].machine)


def test_a_style_that_there_is_not(findings: Findings, tmp_path: Path) -> None:
    corpus = Corpus(prepared(tmp_path, {"pop909": [("valid", line(SCALE))]}))
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


def test_bars() -> None:
    assert Bar(0.15, 0.4).reached(0.15) and not Bar(high=0.4).reached(0.41)
    assert [str(bar) for bar in (Bar(high=0.4), Bar(low=0.9), Bar(0.5, 3.0))] == ["≤ 0.4", "≥ 0.9", "0.5 to 3"]
