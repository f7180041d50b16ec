"""Training itself: it learns, it resumes exactly, it says what it measured."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from rich.console import Console
from songs import scale, write_song

from bridge.training import checkpoint
from bridge.data.corpus import Corpus
from bridge.training.crops import Batch, CropSampler
from bridge.data.prepare import prepare
from bridge.training.evaluate_bits import Unigram, evaluate
from bridge.training.optimizer import Optimizer, orthogonalised
from bridge.training.train import Settings, learning_rate, main, train, train_step
from bridge.training.transformer import Config, Transformer

TINY = Config(width=32, layers=1, heads=4, kv_heads=2, head_dim=8, mlp_width=64, window=16)
QUIET = Console(quiet=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "songs"
    folder.mkdir()
    rows = ["path,source,split"]
    for i in range(4):
        write_song(folder / f"song{i}.mid", scale(60), program=0)
        rows.append(f"song{i}.mid,mine,{'valid' if i == 3 else 'train'}")
    (folder / "manifest.csv").write_text("\n".join(rows))
    prepare(folder, tmp_path / "data", QUIET)
    return tmp_path / "data"


def settings(data: Path, out: Path, steps: int) -> Settings:
    return Settings(data, out, steps=steps, batch=2, length=64, threads=1)


def logged(out: Path, kind: str) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return [line for line in lines if line["kind"] == kind]


def test_it_learns(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 40), TINY, QUIET)
    first, last = logged(tmp_path / "run", "train")
    assert last["total"] < first["total"] - 1.0
    (valid,) = logged(tmp_path / "run", "valid")
    assert valid["notes"] == 59
    fields = ("dt", "voice", "pitch", "velocity", "duration")
    assert valid["total"] == pytest.approx(sum(valid[f] for f in fields))


def test_a_run_resumed_from_its_checkpoint_is_the_same_run(data: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, sampler = Transformer(TINY), CropSampler(Corpus(data), 2, 64)
    optimizer, place = Optimizer(model), tmp_path / "checkpoint"
    for number in range(6):
        if number == 3:
            checkpoint.save(place, model, optimizer, checkpoint.Progress(step=3, seconds=1.5, notes_seen=384))
        train_step(model, optimizer, sampler, number, rate=0.5)
    again, optimizer, progress = checkpoint.load(place)
    assert (progress.step, progress.seconds, progress.notes_seen) == (3, 1.5, 384)
    for number in range(3, 6):
        train_step(again, optimizer, sampler, number, rate=0.5)
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name


def test_a_finished_run_is_left_as_it_is(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 5), TINY, QUIET)
    before = (tmp_path / "run" / "checkpoint" / "model.safetensors").read_bytes()
    run = train(settings(data, tmp_path / "run", 5), TINY, QUIET)
    assert run.progress.step == 5
    assert (tmp_path / "run" / "checkpoint" / "model.safetensors").read_bytes() == before
    with pytest.raises(ValueError, match="another shape"):
        train(settings(data, tmp_path / "run", 5), Config(layers=1), QUIET)


def test_an_interrupted_run_keeps_what_it_learnt(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: CropSampler, number: int) -> Batch:
        if number == 4:
            raise KeyboardInterrupt
        return draw(self, number)

    draw = CropSampler.draw
    monkeypatch.setattr(CropSampler, "draw", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(settings(data, tmp_path / "run", 9), TINY, QUIET)
    monkeypatch.undo()
    assert train(settings(data, tmp_path / "run", 9), TINY, QUIET).progress.step == 9


def test_a_checkpoint_half_replaced_is_recovered(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 3), TINY, QUIET)
    (tmp_path / "run" / "checkpoint").rename(tmp_path / "run" / "checkpoint.previous")
    assert train(settings(data, tmp_path / "run", 3), TINY, QUIET).progress.step == 3


def test_bits_beside_the_unigram(data: Path, tmp_path: Path) -> None:
    run = train(settings(data, tmp_path / "run", 60), TINY, QUIET)
    corpus = Corpus(data)
    report = evaluate(run.model, corpus, corpus.split("valid"), Unigram(corpus, corpus.split("train")))
    assert set(report) == {"model", "unigram"}
    assert set(report["model"]) == {"all", "source:mine", "voice:keys"}
    assert report["model"]["all"]["notes"] == report["unigram"]["all"]["notes"] == 59
    assert report["model"]["all"]["dt"] < 2.0
    # 24 pitches equally often, and 128 more seen once each by the smoothing.
    assert 4.5 < report["unigram"]["all"]["pitch"] < 7.0


def test_learning_rate_rises_holds_and_ends_at_zero() -> None:
    assert learning_rate(0.0) < 0.05
    assert learning_rate(0.02) == learning_rate(0.5) == 1.0
    assert learning_rate(1.0) == 0.0
    assert learning_rate(0.9) < learning_rate(0.7)


@pytest.mark.parametrize("shape", [(8, 8), (8, 24), (24, 8)])
def test_orthogonalised_singular_values_are_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = np.linalg.svd(orthogonalised(torch.randn(shape)).numpy(), compute_uv=False)
    assert values.min() > 0.3 and values.max() < 1.3


def test_errors_are_sentences(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, [str(tmp_path), str(tmp_path / "out")])
    assert outcome.exit_code == 1 and "minutes or steps" in outcome.output
    outcome = CliRunner().invoke(main, [str(tmp_path), str(tmp_path / "out"), "--steps", "1"])
    assert outcome.exit_code == 1 and "antiphon prepare" in outcome.output
    with pytest.raises(ValueError, match="not a checkpoint"):
        checkpoint.load_model(tmp_path)
