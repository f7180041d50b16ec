"""A checkpoint is a folder: weights, the network's shape, the optimizer, and how far training came.

model.safetensors  config.json  optimizer.safetensors  progress.json
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors.torch import load_file, save_file

from bridge.training.optimizer import Optimizer
from bridge.training.transformer import Config, Transformer


@dataclass(slots=True)
class Progress:
    """How far a run came; `seconds` is time spent training, over all its restarts."""

    step: int = 0
    seconds: float = 0.0
    notes_seen: int = 0
    seed: int = 0


def save(folder: Path, model: Transformer, optimizer: Optimizer, progress: Progress) -> None:
    """Replace the checkpoint in `folder`; until the last moment the old one stays whole."""
    partial, previous = folder.with_name(folder.name + ".partial"), folder.with_name(folder.name + ".previous")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file(model.state_dict(), partial / "model.safetensors")
    save_file(optimizer.state(), partial / "optimizer.safetensors")
    (partial / "config.json").write_text(json.dumps(asdict(model.config), indent=1), encoding="utf-8")
    (partial / "progress.json").write_text(json.dumps(asdict(progress), indent=1), encoding="utf-8")
    shutil.rmtree(previous, ignore_errors=True)
    if folder.exists():
        folder.rename(previous)
    partial.rename(folder)
    shutil.rmtree(previous, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put the old checkpoint back where the machine stopped between taking it away and putting in the new one."""
    previous = folder.with_name(folder.name + ".previous")
    if previous.exists() and not folder.exists():
        previous.rename(folder)


def load_model(folder: Path) -> Transformer:
    """The model of a checkpoint. ValueError when there is none, or it does not fit its own config."""
    config = folder / "config.json"
    if not config.exists():
        raise ValueError(f"{folder}: no config.json, so this is not a checkpoint; `antiphon train` writes them")
    model = Transformer(Config(**json.loads(config.read_text(encoding="utf-8"))))
    try:
        model.load_state_dict(load_file(folder / "model.safetensors"))
    except RuntimeError as error:
        raise ValueError(f"{folder}: the weights do not fit config.json ({error})") from None
    return model


def load(folder: Path) -> tuple[Transformer, Optimizer, Progress]:
    """Everything needed to train on as if there had been no break."""
    model = load_model(folder)
    optimizer = Optimizer(model)
    optimizer.restore(load_file(folder / "optimizer.safetensors"))
    progress = Progress(**json.loads((folder / "progress.json").read_text(encoding="utf-8")))
    return model, optimizer, progress
