"""Two local processes under torchrun take the steps of one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from places import ROOT
from tiny_training import QUIET, TINY, logged, settings, weights

from bridge.training.processes import OneProcess, processes
from bridge.training.train import train
from bridge.vocabulary.codec import FIELDS

CONFIG = """
data = "{data}"
out = "two"
steps = 12
batch = 2
length = 64
checks = 1

[network]
width = 32
layers = 1
heads = 4
head_dim = 8
mlp_width = 64
window = 16
"""


def test_two_take_the_steps_of_one(data: Path, tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(CONFIG.format(data=data))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*torchrun, "-m", "bridge", "train", str(tmp_path / "two.toml")],
        capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        cwd=ROOT, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    train(settings(data, tmp_path / "one", 12), TINY["transformer"], QUIET)
    (start,) = logged(tmp_path / "two", "start")
    assert start["processes"] == 2
    for kind in ("train", "valid"):
        (alone,), (together,) = logged(tmp_path / "one", kind), logged(tmp_path / "two", kind)
        assert together["notes"] == alone["notes"]
        for field in ("total", *FIELDS):
            assert together[field] == pytest.approx(alone[field], abs=1e-3), (kind, field)
    for name, weight in weights(tmp_path / "one").items():
        torch.testing.assert_close(weights(tmp_path / "two")[name], weight, atol=1e-4, rtol=1e-4)


def test_one_process_is_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = processes("cpu")
    assert isinstance(alone, OneProcess) and (alone.rank, alone.count) == (0, 1)
    assert alone.total(torch.tensor([2.0])).item() == 2.0


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="PyTorch sees no GPU here"):
        processes("cuda")
    assert processes("auto").device.type == "cpu"


def test_many_processes_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    with pytest.raises(ValueError, match=r"pip install 'antiphon\[cluster\]'"):
        processes("cpu")
