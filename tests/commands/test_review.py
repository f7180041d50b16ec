"""`antiphon review` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("onnx")
pytest.importorskip("torch")

from evaluation_music import line, prepared
from library_songs import C_MAJOR, song

from bridge.cli import main


def review(*words: object) -> Result:
    return CliRunner().invoke(main, ["review", *map(str, words)])


def test_a_file_is_told_drawn_and_kept_as_figures(model: Path, tmp_path: Path) -> None:
    piece, page, figures = song(tmp_path / "tune.mid", C_MAJOR), tmp_path / "page.html", tmp_path / "figures.json"
    done = review(piece, "--model", model, "-o", page, "--json", figures)
    assert done.exit_code == 0, done.output
    assert "surprise" in done.output and "notes a beat" not in done.output
    told = json.loads(figures.read_text())
    assert told["notes"] == len(C_MAJOR) and told["measures"]["key"]["value"] == 1.0
    # A stranger's surprise has no scale; what needs no model has.
    assert told["measures"]["surprise"]["percentile"] is None
    assert told["measures"]["density"]["percentile"] is not None
    assert "Surprise over time" in page.read_text(encoding="utf-8")


def test_a_scale_is_learnt_and_then_gone_by(model: Path, tmp_path: Path) -> None:
    pieces = [("valid", line([60 + (step * number) % 12 for step in range(16)])) for number in range(1, 23)]
    data, scale = prepared(tmp_path / "data", {"mine": pieces}), tmp_path / "scale.json"
    done = review("--learn", data, "--model", model, "--scale", scale, "--pieces", 22)
    assert done.exit_code == 0, done.output
    assert f"{scale}: the scale of 22 pieces of valid" in done.output.replace("\n", "")
    figures = tmp_path / "figures.json"
    done = review(song(tmp_path / "tune.mid", C_MAJOR), "--model", model, "--scale", scale, "--json", figures)
    assert json.loads(figures.read_text())["measures"]["surprise"]["percentile"] is not None, done.output


@pytest.mark.parametrize("words", [[], ["a.mid", "--learn", "data"], ["--learn", "data", "--rank", "data"]])
def test_it_does_one_thing_at_a_time(words: list[str]) -> None:
    done = review(*words)
    assert done.exit_code == 2 and "give one of" in done.output


def test_a_file_that_is_none_is_named(model: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.mid").write_bytes(b"MThd but no more")
    done = review(tmp_path / "broken.mid", "--model", model)
    assert done.exit_code == 1 and "broken.mid" in done.output
    short = review(song(tmp_path / "short.mid", [60, 62]), "--model", model)
    assert short.exit_code == 1 and "2 notes are too few to review" in short.output
