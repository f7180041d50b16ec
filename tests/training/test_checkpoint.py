"""Checkpoints: whole or not at all, and everything that the next step depends on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tiny_training import learnt, take_step

from bridge.training import checkpoint
from bridge.training.checkpoint import Progress
from bridge.training.families import CONFIGS


@pytest.mark.parametrize("family", CONFIGS)
def test_what_comes_back_goes_on_as_if_there_had_been_no_break(family: str, tmp_path: Path) -> None:
    model, optimizer = learnt(family)
    written = Progress(step=2, seconds=1.5, processor_seconds=1.25, notes_seen=40, seed=7, best=9.5, stale=1)
    checkpoint.save(tmp_path / "checkpoint", model, optimizer, written)
    again, restored, progress = checkpoint.load(tmp_path / "checkpoint")
    assert progress == written and again.config == model.config
    for number in (2, 3):
        take_step(model, optimizer, number)
        take_step(again, restored, number)
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name


def test_progress_of_an_older_version_is_read(tmp_path: Path) -> None:
    model, optimizer = learnt()
    checkpoint.save(tmp_path / "checkpoint", model, optimizer, Progress(step=2))
    older = {"step": 2, "seconds": 1.5, "processor_seconds": 1.0, "notes_seen": 40, "seed": 7}
    (tmp_path / "checkpoint" / "progress.json").write_text(json.dumps(older))
    assert checkpoint.load(tmp_path / "checkpoint")[2] == Progress(2, 1.5, 1.0, 40, 7, None, 0)


def test_a_checkpoint_half_replaced_is_recovered(tmp_path: Path) -> None:
    model, optimizer = learnt()
    checkpoint.save(tmp_path / "checkpoint", model, optimizer, Progress(step=2))
    (tmp_path / "checkpoint").rename(tmp_path / "checkpoint.previous")
    checkpoint.recover(tmp_path / "checkpoint")
    assert checkpoint.load(tmp_path / "checkpoint")[2].step == 2
    checkpoint.recover(tmp_path / "checkpoint")  # nothing to do is no error


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        checkpoint.load_model(tmp_path)
    model, optimizer = learnt()
    checkpoint.save(tmp_path / "checkpoint", model, optimizer, Progress())
    config = tmp_path / "checkpoint" / "config.json"
    values = json.loads(config.read_text())
    for wrong, message in (
        ({"family": "tree"}, "family 'tree' is not known"),
        ({"branches": 3}, "family transformer: .*branches"),
        ({"width": 16}, "the weights do not fit config.json"),
    ):
        config.write_text(json.dumps({**values, **wrong}))
        with pytest.raises(ValueError, match=message):
            checkpoint.load_model(tmp_path / "checkpoint")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for one checkpoint, not for two."""
    place = tmp_path / "disk"
    place.mkdir()
    checkpoint.save(tmp_path / "measured", *learnt(), Progress())
    size = sum(file.stat().st_size for file in (tmp_path / "measured").iterdir())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size * 3 // 2}", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount command here to make a small disk with")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="small disks are tmpfs, which is Linux's")
def test_a_full_disk_leaves_the_old_checkpoint(small_disk: Path) -> None:
    model, optimizer = learnt()
    checkpoint.save(small_disk / "checkpoint", model, optimizer, Progress(step=2))
    with pytest.raises(OSError, match=r"checkpoint could not be written .*No space left.*; make room"):
        checkpoint.save(small_disk / "checkpoint", model, optimizer, Progress(step=3))
    assert checkpoint.load(small_disk / "checkpoint")[2].step == 2
    assert [entry.name for entry in small_disk.iterdir()] == ["checkpoint"]
