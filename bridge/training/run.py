"""A training run: a folder, and the model, optimizer and progress that stand where it stands."""

from __future__ import annotations

from dataclasses import replace

import torch

from bridge.data.corpus import Corpus
from bridge.training import checkpoint
from bridge.training.checkpoint import Progress
from bridge.training.crops import CropSampler
from bridge.training.families import Config
from bridge.training.families.transformer import TransformerConfig
from bridge.training.held_out import check_pieces, held_out_bits
from bridge.training.network import Network
from bridge.training.optimizer import Optimizer
from bridge.training.processes import Processes
from bridge.training.settings import Settings
from bridge.training.starting_point import starting_model
from bridge.training.step import Losses


class Run:
    """One training run in a folder, as one of its processes sees it."""

    def __init__(self, settings: Settings, config: Config | None, where: Processes) -> None:
        self.settings, self.where = settings, where
        if settings.batch < where.count:
            raise ValueError(f"batch={settings.batch} rows cannot be shared by {where.count} processes; give more rows")
        torch.set_num_threads(settings.threads)
        self.corpus = Corpus(settings.data, frozenset(settings.leave_out))
        self.folder, self.best = settings.out / "checkpoint", settings.out / "best"
        if where.rank == 0:
            settings.out.mkdir(parents=True, exist_ok=True)
            checkpoint.recover(self.folder)
            checkpoint.recover(self.best)
        where.total(torch.zeros(1))  # The others wait until the folder is in order.
        self.model, self.optimizer, self.progress = self._begin(config)
        self.model.set_dropout(settings.dropout)
        teacher = None if settings.teacher is None else starting_model(settings.teacher).to(where.device)
        self.losses = where.place(Losses(self.model, teacher, settings.taught))
        answers = None if settings.answers is None else Corpus(settings.answers)
        self.sampler = CropSampler(
            self.corpus, settings.batch, settings.length, self.progress.seed, settings.emphasis, self.model.config.echo,
            settings.turns, settings.turn_length, answers, settings.answer_share,
        )  # fmt: skip
        self.held_out = check_pieces(self.corpus, settings.check_pieces)

    def _begin(self, config: Config | None) -> tuple[Network, Optimizer, Progress]:
        """Where the run stands: at its checkpoint, else at `start_from` or a fresh network."""
        settings, device = self.settings, self.where.device
        if self.folder.exists():
            model, optimizer, progress = checkpoint.load(self.folder, device)
            _same_shape(config, model, self.folder)
            return model, optimizer, progress
        torch.manual_seed(settings.seed)
        if settings.start_from is None:
            model = Network(config or TransformerConfig())
        else:
            model = starting_model(settings.start_from)
            _same_shape(config, model, settings.start_from)
        model = model.to(device)
        return model, Optimizer(model), Progress(seed=settings.seed)

    @property
    def spent(self) -> float:
        """How much of the budget is used up, 0-1."""
        if self.settings.steps is not None:
            return self.progress.step / self.settings.steps
        if self.settings.processor_minutes is not None:
            return self.progress.processor_seconds / (60.0 * self.settings.processor_minutes)
        return self.progress.seconds / (60.0 * (self.settings.minutes or 1.0))

    @property
    def stopped_early(self) -> bool:
        """Whether held-out pieces have not become cheaper for too long."""
        return 0 < self.settings.patience <= self.progress.stale

    def check(self) -> dict[str, float]:
        """Bits per note held out, by field; whether they are the best so far goes into `progress`."""
        report = held_out_bits(self.model, self.corpus, self.held_out, self.where)
        if self.progress.best is None or report["total"] < self.progress.best:
            self.progress.best, self.progress.stale = report["total"], 0
        else:
            self.progress.stale += 1
        return report


def _same_shape(config: Config | None, model: Network, place: object) -> None:
    # An exported model gives back epsilon as float32 keeps it.
    if config is not None and replace(config, norm_epsilon=model.config.norm_epsilon) != model.config:
        raise ValueError(f"{place} holds a model of another shape ({model.config}); train into another folder, "
                         "or leave out family and network")  # fmt: skip
