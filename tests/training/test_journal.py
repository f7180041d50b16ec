"""The log of a run: what was taken back is told once."""

import json
from pathlib import Path

from tiny_training import QUIET, TINY, settings

from bridge.training.journal import RunJournal, read_log
from bridge.training.train import train


def test_steps_taken_again_are_told_once(tmp_path: Path) -> None:
    journal = RunJournal(tmp_path, 0)
    for step in (20, 40, 60):
        journal.write("train", step, step / 10, total=10.0 - step / 10)
    journal.close()
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"kind": "tra')  # killed in the midst of a line
    again = RunJournal(tmp_path, 40)
    again.write("train", 60, 6.5, total=3.5)
    again.close()
    assert [(line["step"], line["total"]) for line in read_log(tmp_path / "log.jsonl")] == [
        (20, 8.0), (40, 6.0), (60, 3.5),
    ]  # fmt: skip


def test_numbers_become_curves_of_tensorboard(tmp_path: Path) -> None:
    journal = RunJournal(tmp_path, 0)
    journal.write("start", 0, 0.0, settings={"batch": 2}, parameters=1000)
    journal.write("valid", 20, 1.0, total=7.5)
    journal.close()
    (events,) = (tmp_path / "tensorboard").iterdir()
    assert b"valid/total" in events.read_bytes() and b"parameters" not in events.read_bytes()
    assert json.loads((tmp_path / "log.jsonl").read_text().splitlines()[0])["settings"] == {"batch": 2}


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_log(tmp_path / "log.jsonl") == []


# --- a run draws its curve when it ends ----------


def test_a_run_leaves_a_curve(data: Path, tmp_path: Path) -> None:
    train(settings(data, tmp_path / "run", 20), TINY["transformer"], QUIET)
    assert (tmp_path / "run" / "loss_curve.png").read_bytes().startswith(b"\x89PNG")
