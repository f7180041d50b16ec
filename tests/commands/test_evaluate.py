"""`antiphon evaluate` from the command line to the page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from engine_models import write_model
from evaluation_music import line, prepared

from bridge.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(0)
    tunes = {
        source: [
            (split, line((60 + np.cumsum(rng.integers(-3, 4, 60)) % 24).tolist()))
            for split in ("train", "train", "train", "valid", "valid", "test")
        ]
        for source in ("songs", "<b>dances")
    }
    return prepared(tmp_path_factory.mktemp("data"), {name.replace("<b>", ""): own for name, own in tunes.items()})


def test_a_model_and_baselines_end_to_end(folder: Path, tmp_path: Path) -> None:
    model = write_model(tmp_path / "small", "gru")
    out = tmp_path / "out"
    arguments = ["evaluate", str(model), "--data", str(folder), "--baseline", "unigram", "--baseline", "markov"]
    arguments += ["--phrases", "2", "--prompt-beats", "4", "--beats", "6", "--out", str(out)]
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code == 0, outcome.output
    found = json.loads((out / "evaluation.json").read_text())
    assert list(found["bits"]) == ["small", "unigram", "markov"]
    everything = found["bits"]["small"]["all"]
    assert everything["notes"] == 4 * 59 and everything["pieces"] == 4
    assert everything["total"]["low"] <= everything["total"]["value"] <= everything["total"]["high"]
    assert sum(everything[field]["value"] for field in ("dt", "voice", "pitch", "velocity", "duration")) == (
        pytest.approx(everything["total"]["value"], abs=1e-3)
    )
    assert found["differences"]["small - markov"]["all"]["value"] > 0
    assert found["continuations"]["small"]["answers"]["human"]["phrases"] == 2
    assert set(found["controls"]["small"]) == {"density", "energy", "register", "texture"}
    page = (out / "evaluation.html").read_text()
    assert page.count("data:image/png;base64,") >= 6 and "http" not in page


def test_baselines_alone_on_the_test_split(folder: Path, tmp_path: Path) -> None:
    arguments = ["evaluate", "--data", str(folder), "--baseline", "unigram", "--split", "test", "--pieces", "1"]
    outcome = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path)])
    assert outcome.exit_code == 0, outcome.output
    found = json.loads((tmp_path / "evaluation.json").read_text())
    assert found["pieces"] == 1 and found["bits"]["unigram"]["all"]["total"]["low"] is None
    assert found["continuations"] == found["controls"] == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a MODEL, or a --baseline"),
        (["no-such-model"], "no model 'no-such-model'"),
        (["--baseline", "oracle"], "oracle"),
    ],
)
def test_refusals(folder: Path, arguments: list[str], message: str) -> None:
    outcome = CliRunner().invoke(main, ["evaluate", "--data", str(folder), *arguments])
    assert outcome.exit_code != 0 and message in " ".join(outcome.output.split())


def test_phrases_longer_than_any_piece(folder: Path, tmp_path: Path) -> None:
    model = write_model(tmp_path / "small", "gru")
    arguments = ["evaluate", str(model), "--data", str(folder), "--only", "continuations", "--beats", "500"]
    outcome = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "out")])
    assert outcome.exit_code == 1 and "no phrase of 16 beats followed by 500" in " ".join(outcome.output.split())
