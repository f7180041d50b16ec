"""Training itself: it learns, it resumes exactly, it stops in time, it says what it measured."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from rich.console import Console
from tiny_training import QUIET, logged, settings, weights
from tiny_training import TINY as SHAPES
from training_corpus import scale, write_corpus

from bridge.training import checkpoint
from bridge.training.crops import CropSampler, TrainingBatch
from bridge.training.families import CONFIGS
from bridge.training.settings import TrainingSettings
from bridge.training.train import Interrupt, learning_rate, train
from bridge.vocabulary.codec import FIELDS

TINY = SHAPES["transformer"]


class Killed(Exception):
    """What stands for kill -9: nothing is written any more."""


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Drawing this batch ends the process, so to speak, once."""

    def draw(self: CropSampler, wanted: int, rank: int = 0, count: int = 1) -> TrainingBatch:
        if wanted == number:
            monkeypatch.undo()
            raise Killed
        return drawn(self, wanted, rank, count)

    drawn = CropSampler.draw
    monkeypatch.setattr(CropSampler, "draw", draw)


@pytest.mark.parametrize("family", CONFIGS)
def test_every_family_learns(family: str, data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 40), SHAPES[family], QUIET)
    first, last = logged(tmp_path / "run", "train")
    assert last["total"] < first["total"] - 1.0
    (valid,) = logged(tmp_path / "run", "valid")
    assert valid["notes"] == 59
    assert valid["total"] == pytest.approx(sum(valid[name] for name in FIELDS))
    assert (tmp_path / "run" / "loss_curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("at", [3, 7])
def test_a_run_killed_and_resumed_is_the_same_run(
    at: int, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_in(name: str) -> TrainingSettings:
        return replace(settings(data, tmp_path / name, 12), checks=6)

    train(run_in("straight"), TINY, QUIET)
    killed_at(monkeypatch, at)
    with pytest.raises(Killed):
        train(run_in("killed"), TINY, QUIET)
    run = train(run_in("killed"), TINY, QUIET)
    assert run.progress.step == 12
    for name, weight in weights(tmp_path / "straight").items():
        assert torch.equal(weight, weights(tmp_path / "killed")[name]), name
    for kind in ("train", "valid"):
        straight, killed = (logged(tmp_path / name, kind) for name in ("straight", "killed"))
        timing = {"seconds": None, "notes_per_second": None}
        assert [line | timing for line in killed] == [line | timing for line in straight]


def test_a_finished_run_is_left_as_it_is(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 5), TINY, QUIET)
    before = (tmp_path / "run" / "checkpoint" / "model.safetensors").read_bytes()
    run = train(settings(data, tmp_path / "run", 5), TINY, QUIET)
    assert run.progress.step == 5
    assert (tmp_path / "run" / "checkpoint" / "model.safetensors").read_bytes() == before
    with pytest.raises(ValueError, match="another shape"):
        train(settings(data, tmp_path / "run", 5), SHAPES["gru"], QUIET)


def test_what_is_asked_to_stop_ends_its_step_and_keeps_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(self: CropSampler, number: int, rank: int = 0, count: int = 1) -> TrainingBatch:
        if number == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return drawn(self, number, rank, count)

    drawn = CropSampler.draw
    monkeypatch.setattr(CropSampler, "draw", draw)
    with pytest.raises(KeyboardInterrupt):
        train(settings(data, tmp_path / "run", 9), TINY, QUIET)
    monkeypatch.undo()
    _, _, progress = checkpoint.load(tmp_path / "run" / "checkpoint")
    assert progress.step == 5
    train(settings(data, tmp_path / "straight", 9), TINY, QUIET)
    assert train(settings(data, tmp_path / "run", 9), TINY, QUIET).progress.step == 9
    for name, weight in weights(tmp_path / "straight").items():
        assert torch.equal(weight, weights(tmp_path / "run")[name]), name


def test_it_stops_early_and_keeps_the_best(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter([5.0, 4.0, 4.5, 4.25, 1.0])

    def held_out(*_: object) -> dict[str, float]:
        return {"notes": 59.0, "total": next(said), **dict.fromkeys(FIELDS, 1.0)}

    monkeypatch.setattr("bridge.training.resumable_run.held_out_bits", held_out)
    patient = replace(settings(data, tmp_path / "run", 20), checks=10, patience=2)
    run = train(patient, TINY, QUIET)
    assert (run.progress.step, run.progress.best, run.stopped_early) == (8, 4.0, True)
    assert checkpoint.load(run.best)[2].step == 4
    # The same command does not go on.
    assert train(patient, TINY, QUIET).progress.step == 8


def test_without_held_out_pieces_it_trains_all_the_same(tmp_path: Path) -> None:
    data = write_corpus(tmp_path / "data", [("mine", "train", scale(60))])
    run = train(settings(data, tmp_path / "run", 3), TINY, QUIET)
    assert run.progress.step == 3 and logged(tmp_path / "run", "valid") == []
    assert not run.best.exists()


def test_training_goes_on_when_a_checkpoint_cannot_be_written(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def save(folder: Path, *rest: Any) -> None:
        if rest[-1].step < 6:
            raise OSError(f"{folder} could not be written (No space left on device)")
        saved(folder, *rest)

    saved = checkpoint.save
    monkeypatch.setattr(checkpoint, "save", save)
    run = train(replace(settings(data, tmp_path / "run", 6), checks=3), TINY, Console(width=200))
    assert "checkpoint could not be written (No space left on device)" in capsys.readouterr().out
    assert checkpoint.load(run.folder)[2].step == 6
    monkeypatch.setattr(checkpoint, "save", lambda *_: save(run.folder, run.progress.__class__(step=0)))
    with pytest.raises(OSError, match="No space left"):
        train(settings(data, tmp_path / "run", 8), TINY, QUIET)


def test_the_log_says_what_was_asked_and_what_it_cost(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 4), TINY, QUIET)
    (start,) = logged(tmp_path / "run", "start")
    assert start["settings"]["steps"] == 4 and start["settings"]["data"] == str(data)
    assert start["parameters"] > 10_000 and start["processes"] == 1
    (line,) = logged(tmp_path / "run", "train")
    assert line["step"] == 4 and 0 < line["notes"] <= 4 * 2 * 64
    assert line["rate"] == 0.0  # at the end
    assert list((tmp_path / "run" / "tensorboard").glob("events.out.tfevents.*"))


def test_learning_rate_rises_holds_and_ends_at_zero() -> None:
    assert learning_rate(0.0) < 0.05
    assert learning_rate(0.02) == learning_rate(0.5) == 1.0
    assert learning_rate(1.0) == 0.0
    assert learning_rate(0.9) < learning_rate(0.7)


# --- signals: asked once, stopped once ----------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks(number: int) -> None:
    before = signal.getsignal(number)
    with Interrupt() as interrupt:
        assert not interrupt.asked
        os.kill(os.getpid(), number)
        assert interrupt.asked
        assert signal.getsignal(number) is before  # the next one does what it always did
    assert signal.getsignal(number) is before


def test_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        pass
    assert signal.getsignal(signal.SIGINT) is before and not interrupt.asked
