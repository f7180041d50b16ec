"""`antiphon assess` from the command line; what is measured is tested in tests/evaluation/playing."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("sklearn")

from evaluation_music import line, prepared

from bridge.cli import main
from bridge.commands import assess as module
from bridge.engine.fake import FakeModel
from bridge.evaluation.playing.parts import Question


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return prepared(tmp_path / "data", {"mine": [("valid", line([60] * 20))]})


def assess(*words: object) -> Result:
    return CliRunner().invoke(main, ["assess", *map(str, words)])


def test_what_was_asked_is_measured_and_written(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []
    monkeypatch.setattr("bridge.commands.model_loading.load_model", lambda name, provider: FakeModel(name))
    monkeypatch.setattr(
        "bridge.evaluation.playing.evaluate.evaluate",
        lambda corpus, model, question, tell: asked.append(question) or "findings",
    )
    monkeypatch.setattr("bridge.evaluation.playing.report.write", lambda findings, out: [out / "playing.html"])
    monkeypatch.setattr("bridge.evaluation.playing.report.as_markdown", lambda findings: f"the {findings}")
    done = assess(
        "some", "--data", data, "--count", 3, "--mode", "duet", "--style", "a tune", "--set", "density=2", "--seed", 5,
        "--second-listener", 0, "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert asked == [Question("valid", 3, ("duet",), 5, {"density": 2.0}, ("a tune",))]
    assert "the findings" in done.output and "playing.html" in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [(("--set", "densty=2"), "densty"), (("--set", "density"), "density"), (("--mode", "solo"), "solo")],
)
def test_what_cannot_be_set_is_refused_before_anything_is_loaded(
    data: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr("bridge.commands.model_loading.load_model", lambda *_: pytest.fail("loaded for nothing"))
    done = assess("some", "--data", data, *words)
    assert done.exit_code != 0 and message in done.output


@pytest.mark.parametrize(
    ("question", "second", "further"),
    [
        (Question("test", 24, module._MODES, 0), 64, []),
        (Question("test", 24, ("duet",), 0), 64, ["--mode", "duet"]),
        (Question("test", 24, module._MODES, 0, {"scale": "C major"}), 64, ["--set", "scale=C major"]),
        (Question("test", 24, module._MODES, 0, {}, ("single line",)), 0, ["--style", "single line"]),
    ],
)
def test_the_command_that_a_gallery_prints_is_the_one_that_made_it(
    question: Question, second: int, further: list[str]
) -> None:
    words = shlex.split(module._as_written("duo", question, second))
    assert words[:4] == ["antiphon", "assess", "duo", "--data"]
    assert words[words.index("--count") + 1] == "24" and words[words.index("--split") + 1] == "test"
    rest = words[words.index("docs") + 1 :]
    assert rest == further + ([] if second == 64 else ["--second-listener", "0"])
