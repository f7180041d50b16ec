"""Train the transformer for a given number of minutes (or steps); stop and resume at any time.

The learning rate follows the share of the budget that is spent, so that a run that shares its
processors with other work still ends on time with the rate at zero.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import torch
from rich.console import Console
from rich.live import Live
from rich.text import Text
from torch import Tensor

from bridge import codec
from bridge.data.encode import IGNORE
from bridge.training import checkpoint
from bridge.training.checkpoint import Progress
from bridge.data.corpus import Corpus
from bridge.training.crops import CropSampler
from bridge.training.evaluate_bits import evaluate
from bridge.training.families import Config, TransformerConfig
from bridge.training.network import Network
from bridge.training.optimizer import Optimizer
from bridge.training.starting_point import starting_model

_WARM_UP: Final = 0.02
_COOL_DOWN: Final = 0.45
_LARGEST_GRADIENT: Final = 1.0
_LOG_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What to train on, for how long, and how often to look. Exactly one of `minutes` and `steps` is given."""

    data: Path
    out: Path
    minutes: float | None = None
    processor_minutes: float | None = None
    steps: int | None = None
    batch: int = 6
    length: int = 1024
    seed: int = 0
    threads: int = 2
    valid_every_seconds: float = 300.0
    leave_out: frozenset[str] = frozenset()
    rate: float = 1.0  # multiplies every learning rate
    start_from: Path | None = None  # a checkpoint, run or exported model whose weights to begin with

    def __post_init__(self) -> None:
        if sum(budget is not None for budget in (self.minutes, self.processor_minutes, self.steps)) != 1:
            raise ValueError("give one of minutes, processor_minutes and steps: the learning rate must know the end")


def learning_rate(spent: float) -> float:
    """Share of the full rate when `spent` (0-1) of the budget is: up, level, then down to zero in a line."""
    if spent < _WARM_UP:
        return max(spent / _WARM_UP, 0.01)
    return min(1.0, max(0.0, (1.0 - spent) / _COOL_DOWN))


class Step(NamedTuple):
    """What one step measured."""

    fields: Tensor  # bits per note by field, float [5]; nan where no note's was known
    total: float
    notes: int


def train_step(model: Network, optimizer: Optimizer, sampler: CropSampler, number: int, rate: float) -> Step:
    """One step on batch `number`, with every learning rate multiplied by `rate`."""
    batch = sampler.draw(number)
    targets = torch.from_numpy(batch.targets)
    hidden = model(torch.from_numpy(batch.events), torch.from_numpy(batch.context))
    nats = model.losses(hidden, targets, torch.from_numpy(batch.guide))
    known = (targets != IGNORE).sum(dim=(0, 1))
    loss = nats.sum() / known[0]
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), _LARGEST_GRADIENT)
    optimizer.step(rate)
    bits = nats.detach().sum(dim=(0, 1)) / known / math.log(2)
    return Step(bits, float(loss.detach()) / math.log(2), int(known[0]))


class Run:
    """One training run in a folder: `checkpoint/`, `log.jsonl`."""

    def __init__(self, settings: Settings, config: Config | None, console: Console) -> None:
        self.settings, self.console = settings, console
        torch.set_num_threads(settings.threads)
        self.corpus = Corpus(settings.data, settings.leave_out)
        self.folder = settings.out / "checkpoint"
        settings.out.mkdir(parents=True, exist_ok=True)
        checkpoint.recover(self.folder)
        if self.folder.exists():
            self.model, self.optimizer, self.progress = checkpoint.load(self.folder)
            if config is not None and self.model.config != config:
                raise ValueError(f"{self.folder} holds a model of another shape; train into another folder")
        else:
            torch.manual_seed(settings.seed)
            begin = settings.start_from
            self.model = Network(config or TransformerConfig()) if begin is None else starting_model(begin)
            self.optimizer, self.progress = Optimizer(self.model), Progress(seed=settings.seed)
        self.sampler = CropSampler(self.corpus, settings.batch, settings.length, self.progress.seed)

    @property
    def spent(self) -> float:
        """How much of the budget is used up, 0-1."""
        if self.settings.steps is not None:
            return self.progress.step / self.settings.steps
        if self.settings.processor_minutes is not None:
            return self.progress.processor_seconds / (60.0 * self.settings.processor_minutes)
        return self.progress.seconds / (60.0 * (self.settings.minutes or 1.0))

    def log(self, kind: str, **values: Any) -> None:
        """Append one line to log.jsonl."""
        line = {"kind": kind, "step": self.progress.step, "seconds": round(self.progress.seconds, 1), **values}
        with (self.settings.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def keep(self) -> None:
        """Write the checkpoint and, where there are held-out pieces, log their bits per note."""
        checkpoint.save(self.folder, self.model, self.optimizer, self.progress)
        pieces = [piece for piece in self.corpus.pieces if piece.split == "valid"]
        if pieces:
            report = evaluate(self.model, self.corpus, pieces[::3], per_piece=1)["model"]["all"]
            self.log("valid", **report)
            self.console.print(f"step {self.progress.step}: valid {report['total']:.3f} bits per note")

    def go(self, show: Callable[[str], None]) -> None:
        """Train until the budget is spent; `show` is handed a status line now and then."""
        base, began = self.progress.seconds, time.monotonic()
        processor_base, processor_began = self.progress.processor_seconds, time.process_time()
        kept_at = base
        recent: list[Step] = []
        while self.spent < 1.0:
            rate = learning_rate(self.spent) * self.settings.rate
            step = train_step(self.model, self.optimizer, self.sampler, self.progress.step, rate)
            self.progress.step += 1
            self.progress.notes_seen += step.notes
            # Wall-clock, validation included: the run must end when it said it would.
            self.progress.seconds = base + time.monotonic() - began
            self.progress.processor_seconds = processor_base + time.process_time() - processor_began
            recent.append(step)
            if len(recent) == _LOG_EVERY:
                self._log_recent(recent, show)
                recent = []
            if self.progress.seconds - kept_at >= self.settings.valid_every_seconds:
                self.keep()
                kept_at = self.progress.seconds
        self.keep()

    def _log_recent(self, recent: list[Step], show: Callable[[str], None]) -> None:
        fields = torch.stack([step.fields for step in recent]).nanmean(dim=0)
        total = sum(step.total for step in recent) / len(recent)
        by_field = {name: round(float(fields[i]), 4) for i, name in enumerate(codec.FIELDS)}
        self.log("train", total=round(total, 4), notes=self.progress.notes_seen, **by_field)
        show(
            f"step {self.progress.step}  {self.spent:4.0%}  {total:.3f} bits per note  "
            f"{self.progress.notes_seen / max(self.progress.seconds, 1e-9):,.0f} notes/s"
        )


def train(settings: Settings, config: Config | None = None, console: Console | None = None) -> Run:
    """Train (or go on training) in `settings.out`; Ctrl-C keeps what was learnt and raises KeyboardInterrupt.

    `config` None is that of the checkpoint or starting point, else the default. ValueError for data, a
    checkpoint or a starting point that does not fit.
    """
    console = console or Console(stderr=True)
    run = Run(settings, config, console)
    run.log("start", parameters=run.model.size(), batch=settings.batch, length=settings.length, rate=settings.rate)
    with Live(Text("warming up"), console=console, refresh_per_second=1) as live:
        try:
            run.go(lambda line: live.update(Text(line)))
        except KeyboardInterrupt:
            checkpoint.save(run.folder, run.model, run.optimizer, run.progress)
            console.print(f"stopped at step {run.progress.step} and kept; the same command goes on from there")
            raise
    return run


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--minutes", type=float, help="Wall-clock time to train for.")
@click.option("--steps", type=int, help="Steps to train for, instead of minutes.")
@click.option("--batch", default=6, show_default=True, help="Stretches of music in a step.")
@click.option("--length", default=1024, show_default=True, help="Notes in a stretch.")
@click.option("--layers", default=4, show_default=True)
@click.option("--width", default=256, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--start-from", type=click.Path(path_type=Path), help="A run or exported model to begin with.")
@click.option("--rate", type=float, help="Multiplies the learning rates [default: 1; 0.2 with --start-from].")
@click.option("--leave-out", multiple=True, help="A source not to train on (again for more).")
def main(
    data: Path, out: Path, minutes: float | None, steps: int | None, batch: int, length: int,
    layers: int, width: int, seed: int, threads: int, start_from: Path | None, rate: float | None,
    leave_out: tuple[str, ...],
) -> None:  # fmt: skip
    """Train on DATA (a folder that `prepare` wrote) into folder OUT; goes on where OUT left off."""
    config = None if start_from else TransformerConfig(width=width, layers=layers, mlp_width=4 * width, heads=width // 32)
    try:
        settings = Settings(
            data, out, minutes, steps, batch, length, seed, threads, leave_out=frozenset(leave_out),
            rate=rate or (1.0 if start_from is None else 0.2), start_from=start_from,
        )  # fmt: skip
        train(settings, config)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
