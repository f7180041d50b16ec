"""A checkpoint is a folder: weights, the network's shape, the optimizer, and how far training came.

model.safetensors  config.json  optimizer.safetensors  progress.json
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from bridge.training.families import CONFIGS, Config, family_of
from bridge.training.network import Network
from bridge.training.optimizer import Optimizer


@dataclass(slots=True)
class Progress:
    """How far a run came, over all its restarts: wall-clock and processor time, notes heard; its best check."""

    step: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    notes_seen: int = 0
    seed: int = 0
    best: float | None = None  # lowest bits per note held out
    stale: int = 0  # checks since then


def config_to_json(config: Config) -> dict[str, Any]:
    """A network's shape as plain values, its family named."""
    return {"family": family_of(config), **asdict(config)}


def config_from_json(values: dict[str, Any]) -> Config:
    """The way back. Raises ValueError for an unknown family or key."""
    values = dict(values)
    family = values.pop("family", None)
    if family not in CONFIGS:
        raise ValueError(f"family {family!r} is not known: there are {', '.join(CONFIGS)}")
    try:
        return CONFIGS[family](**values)
    except TypeError as error:
        raise ValueError(f"family {family}: {error}") from None


def save(folder: Path, model: Network, optimizer: Optimizer, progress: Progress) -> None:
    """Replace the checkpoint in `folder`; until the last moment the old one stays whole.

    Raises OSError when it cannot be written, for want of room say; the old one stays.
    """
    partial, previous = folder.with_name(folder.name + ".partial"), folder.with_name(folder.name + ".previous")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        save_file(model.state_dict(), partial / "model.safetensors")
        save_file(optimizer.state(), partial / "optimizer.safetensors")
        (partial / "config.json").write_text(json.dumps(config_to_json(model.config), indent=1), encoding="utf-8")
        (partial / "progress.json").write_text(json.dumps(asdict(progress), indent=1), encoding="utf-8")
        for file in partial.iterdir():
            _to_disk(file)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise OSError(
            f"{folder} could not be written ({error}); make room, the checkpoint before it is kept"
        ) from error
    shutil.rmtree(previous, ignore_errors=True)
    if folder.exists():
        folder.rename(previous)
    partial.rename(folder)
    shutil.rmtree(previous, ignore_errors=True)


def _to_disk(file: Path) -> None:
    """Wait until `file` has left the system's buffers: a rename must not overtake what it renames."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def recover(folder: Path) -> None:
    """Put the old checkpoint back where the machine stopped between taking it away and putting in the new one."""
    previous = folder.with_name(folder.name + ".previous")
    if previous.exists() and not folder.exists():
        previous.rename(folder)


def load_model(folder: Path) -> Network:
    """The model of a checkpoint. ValueError when there is none, or it does not fit its own config."""
    config = folder / "config.json"
    if not config.exists():
        raise ValueError(f"{folder}: no config.json, so this is not a checkpoint; `antiphon train` writes them")
    model = Network(config_from_json(json.loads(config.read_text(encoding="utf-8"))))
    try:
        model.load_state_dict(load_file(folder / "model.safetensors"))
    except RuntimeError as error:
        raise ValueError(f"{folder}: the weights do not fit config.json ({error})") from None
    return model


def load(folder: Path, device: torch.device | None = None) -> tuple[Network, Optimizer, Progress]:
    """Everything needed to train on as if there had been no break, on `device` (None: the CPU)."""
    model = load_model(folder).to(device or torch.device("cpu"))
    optimizer = Optimizer(model)
    optimizer.restore(load_file(folder / "optimizer.safetensors"))
    progress = Progress(**json.loads((folder / "progress.json").read_text(encoding="utf-8")))
    return model, optimizer, progress
