"""Train a model until its budget is spent; stop and resume (`resumable_run`) at any time.

The learning rate follows the share of the budget that is spent, so that a run that shares its
processors with other work still ends on time with the rate at zero.

A run is a folder: `checkpoint/` (how far it came), `best/` (where held-out pieces were cheapest), `log.jsonl`,
`tensorboard/` and, at the end, `loss_curve.png`.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from dataclasses import asdict, replace
from types import FrameType, TracebackType
from typing import Any, Final, NamedTuple

import torch
from rich.console import Console

from bridge.system import terminal
from bridge.training import checkpoint
from bridge.training.batches import batches
from bridge.training.display import Display
from bridge.training.families import Config
from bridge.training.journal import RunJournal, draw_loss_curve
from bridge.training.processes import processes
from bridge.training.resumable_run import Run
from bridge.training.settings import TrainingSettings
from bridge.training.step import StepCost, train_step
from bridge.vocabulary import codec

_WARM_UP: Final = 0.02
_COOL_DOWN: Final = 0.45
_LOG_EVERY: Final = 20  # steps


def learning_rate(spent: float) -> float:
    """Share of the full rate when `spent` (0-1) of the budget is: up, level, then down to zero in a line."""
    if spent < _WARM_UP:
        return max(spent / _WARM_UP, 0.01)
    return min(1.0, max(0.0, (1.0 - spent) / _COOL_DOWN))


def train(settings: TrainingSettings, config: Config | None = None, console: Console | None = None) -> Run:
    """Train (or go on training) in `settings.out`, alone or as one of the processes that `torchrun` started.

    `config` None is the network of the checkpoint or starting point, else the default. Raises ValueError for data,
    a checkpoint or a starting point that does not fit, OSError when the last checkpoint could not be written, and
    KeyboardInterrupt, with everything kept, when stopped by Ctrl-C or SIGTERM.
    """
    where = processes(settings.device)
    run = Run(settings, config, where)
    display = Display((console or terminal.console(stderr=True)) if where.rank == 0 else terminal.console(quiet=True))
    loop = _Loop(run, display)
    loop.tell("start", parameters=run.model.size(), processes=where.count, device=str(where.device),
              settings={name: _plain(value) for name, value in asdict(settings).items()})  # fmt: skip
    with display, loop.interrupt:
        completed = loop.go()
    if not completed:
        display.say(f"stopped at step {run.progress.step} and kept; the same command goes on from there")
        raise KeyboardInterrupt
    if run.stopped_early:
        display.say(f"stopped early, after {run.progress.stale} checks without a better one; the best is in {run.best}")
    if where.rank == 0:
        draw_loss_curve(settings.out / "log.jsonl", settings.out / "loss_curve.png")
    return run


def _plain(value: Any) -> Any:
    """A setting as JSON knows it."""
    return value if isinstance(value, (int, float, str, dict, list, type(None))) else str(value)


class _Now(NamedTuple):
    """What all processes agree on between two steps."""

    spent: float  # share of the budget, by the first process's clock
    rate: float  # what the learning rates are multiplied by
    interrupted: bool
    keep: bool  # whether it is time for a checkpoint


class _Loop:
    """The steps of a run, and what is told and kept of them."""

    def __init__(self, run: Run, display: Display) -> None:
        self.run, self.display, self.interrupt = run, display, Interrupt()
        self.journal = RunJournal(run.settings.out, run.progress.step) if run.where.rank == 0 else None
        self._recent: list[StepCost] = []
        self._base = replace(run.progress)
        self._began, self._processor_began = time.monotonic(), time.process_time()
        self._kept_at = self._told_at = self._began

    def tell(self, kind: str, **values: Any) -> None:
        """A line of the journal. Training goes on without it where it cannot be written."""
        if self.journal is None:
            return
        try:
            self.journal.write(kind, self.run.progress.step, self.run.progress.seconds, **values)
        except OSError as error:
            self.display.say(f"{self.journal.path} could not be written: {error}")

    def go(self) -> bool:
        """Steps until the budget is spent or held-out pieces no longer gain; False: until interrupted."""
        run, progress, first = self.run, self.run.progress, self.run.progress.step
        source = batches(run.sampler, first, run.where, run.settings.workers)
        now = self._now()
        while now.spent < 1.0 and not now.interrupted and not run.stopped_early:
            self._recent.append(train_step(run.losses, run.optimizer, next(source), run.where, now.rate))
            self._count()
            before, now = now, self._now()
            if progress.step % _LOG_EVERY == 0:
                self._tell_recent(now)
            if run.held_out and int(now.spent * run.settings.checks) > int(before.spent * run.settings.checks):
                self._check(now)
            elif now.keep:
                self._keep(now)
        if progress.step > first:
            self._keep(now, last=True)
        if self.journal is not None:
            self.journal.close()
        return not now.interrupted

    def _now(self) -> _Now:
        due = time.monotonic() - self._kept_at >= 60.0 * self.run.settings.keep_minutes
        mine = (self.run.spent, float(due)) if self.run.where.rank == 0 else (0.0, 0.0)
        said = torch.tensor([*mine, float(self.interrupt.asked)], dtype=torch.float64)
        spent, keep, asked = self.run.where.total(said).tolist()
        return _Now(spent, learning_rate(spent) * self.run.settings.full_rate, asked > 0, keep > 0)

    def _count(self) -> None:
        progress = self.run.progress
        progress.step += 1
        # Wall-clock, checks included: the run must end when it said it would.
        progress.seconds = self._base.seconds + time.monotonic() - self._began
        progress.processor_seconds = self._base.processor_seconds + time.process_time() - self._processor_began

    def _tell_recent(self, now: _Now) -> None:
        """What the steps since the last time cost, over all processes."""
        if not self._recent:
            return
        sums = torch.stack([torch.stack(column).sum(dim=0) for column in zip(*self._recent, strict=True)])
        nats, known = self.run.where.total(sums).cpu()
        self._recent = []
        notes, bits = int(known[0]), nats / math.log(2)
        self.run.progress.notes_seen += notes
        by_field = {name: round(float(b / k), 4) for name, b, k in zip(codec.FIELDS, bits, known, strict=True) if k > 0}
        moment = time.monotonic()
        speed, self._told_at = notes / max(moment - self._told_at, 1e-9), moment
        total = round(float(bits.sum()) / max(notes, 1), 4)
        self.tell("train", total=total, notes=self.run.progress.notes_seen, rate=round(now.rate, 6),
                  notes_per_second=round(speed), **by_field)  # fmt: skip
        self.display.trained(now.spent, self.run.progress.step, total, speed)

    def _check(self, now: _Now) -> None:
        self._tell_recent(now)
        report = self.run.check()
        best = self.run.progress.stale == 0
        self.tell("valid", **report)
        self.display.checked(now.spent, self.run.progress.step, report["total"], best)
        self._keep(now, best=best)
        self._told_at = time.monotonic()  # The speed is that of the steps.

    def _keep(self, now: _Now, *, best: bool = False, last: bool = False) -> None:
        """Write the checkpoint. Where it cannot be, say so and go on, for there may be room the next time: OSError if
        it is the last."""
        self._tell_recent(now)
        self._kept_at = time.monotonic()
        run = self.run
        if run.where.rank != 0:
            return
        try:
            checkpoint.save(run.folder, run.model, run.optimizer, run.progress)
            if best:
                checkpoint.save(run.best, run.model, run.optimizer, run.progress)
        except OSError as error:
            if last:
                raise
            self.display.say(str(error))


_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """While entered, the first signal sets `asked`; a second does what it always did. In the main thread only."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._ask) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
