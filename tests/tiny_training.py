"""Networks that are trained in a second, and short runs of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from bridge.training import checkpoint
from bridge.training.families import Config, backbone
from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.families.gru import GruConfig
from bridge.training.families.transformer import TransformerConfig
from bridge.training.network import Network
from bridge.training.optimizer import Optimizer
from bridge.training.settings import TrainingSettings
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZE

TINY: dict[str, Config] = {
    "transformer": TransformerConfig(width=32, layers=1, heads=4, kv_heads=2, head_dim=8, mlp_width=64, window=16),
    "gru": GruConfig(width=32, layers=2, units=24),
    "convolution": ConvolutionConfig(width=32, dilations=(1, 2, 4)),
}
QUIET = Console(quiet=True)


def music(count: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """One piece of random events [1, N, 5] and contexts [1, N, 29]."""
    generator = torch.Generator().manual_seed(seed)
    fields = [torch.randint(0, size, (1, count), generator=generator) for size in codec.SIZES]
    return torch.stack(fields, dim=-1), torch.randn(1, count, codec.CONTEXT_SIZE, generator=generator)


def reach(config: Config) -> list[int]:
    """How many events back each of the past ones that changes the last output lies; 0 is the last itself."""
    torch.manual_seed(1)
    x = torch.randn(1, 40, 32).repeat(41, 1, 1)  # row b has another event b back, the last row none
    for back in range(40):
        x[back, 39 - back] += 1.0
    with torch.no_grad():
        last = backbone(config)(x)[:, -1]
    differs = (last[:-1] - last[-1]).abs().amax(dim=-1) > 1e-6
    return differs.nonzero().flatten().tolist()


def unsaid(count: int) -> torch.Tensor:
    """A guide [1, N, 12] that says nothing."""
    return torch.zeros(1, count, GUIDE_SIZE, dtype=torch.int64)


def learnt(family: str = "transformer", steps: int = 2) -> tuple[Network, Optimizer]:
    """A network after some steps."""
    torch.manual_seed(0)
    model = Network(TINY[family])
    optimizer = Optimizer(model)
    for number in range(steps):
        take_step(model, optimizer, number)
    return model, optimizer


def take_step(model: Network, optimizer: Optimizer, number: int) -> None:
    events, context = music(20, seed=number)
    model.losses(model(events, context), events, unsaid(20)).mean().backward()
    optimizer.step(0.5)


def settings(data: Path, out: Path, steps: int) -> TrainingSettings:
    return TrainingSettings(data, out, steps=steps, batch=2, length=64, threads=1, checks=1)


def logged(out: Path, kind: str) -> list[dict[str, Any]]:
    """The lines of a run's log that are of a kind."""
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return [line for line in lines if line["kind"] == kind]


def weights(out: Path, which: str = "checkpoint") -> dict[str, torch.Tensor]:
    return checkpoint.load_model(out / which).state_dict()
