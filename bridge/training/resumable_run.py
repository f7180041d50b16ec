"""A training run: a folder, and the model, optimizer and progress that stand where it stands.

One that was stopped goes on here: where the folder holds a checkpoint, `Run` takes model, optimizer and progress from
that (`checkpoint.load`), and begins at `start_from` or with a fresh network only where it holds none.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch

from bridge.data.corpus import Corpus
from bridge.data.notes import Piece
from bridge.evaluation.bits import BitsTally
from bridge.evaluation.chunks import Chunk, chunks
from bridge.training import checkpoint
from bridge.training.checkpoint import Progress
from bridge.training.crops import CropSampler, told_for
from bridge.training.families import Config
from bridge.training.families.transformer import TransformerConfig
from bridge.training.network import Network
from bridge.training.optimizer import Optimizer
from bridge.training.processes import Processes
from bridge.training.settings import TrainingSettings
from bridge.training.starting_point import starting_model
from bridge.training.step import Losses
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZE


class Run:
    """One training run in a folder, as one of its processes sees it."""

    def __init__(self, settings: TrainingSettings, config: Config | None, where: Processes) -> None:
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


# --- bits per note on pieces that are not trained on -----------------------------------------------------


# By the whole pass of PyTorch, for speed; `bridge.evaluation` measures what was exported, as it plays.


def check_pieces(corpus: Corpus, most: int) -> list[Piece]:
    """At most `most` pieces of `valid`, evenly through all of them; [] where there are none."""
    pieces = [piece for piece in corpus.pieces if piece.split == "valid"]
    return [pieces[i * len(pieces) // most] for i in range(most)] if len(pieces) > most else pieces


def held_out_bits(model: Network, corpus: Corpus, pieces: list[Piece], processes: Processes) -> dict[str, float]:
    """Bits per note of the first chunk of each of `pieces`, each heard by one process.

    In all (`total`) and of each field where it is known; and the number of `notes`.
    """
    tally, training = BitsTally(), model.training
    model.eval()
    mine = pieces[processes.rank :: processes.count]
    for piece in mine:
        first = next(chunks(corpus, [piece]), None)
        if first is not None:
            tally.add(nats_of(model, first, processes), first.targets)
    model.train(training)
    # float32 on some devices: whole counts up to 2 ** 24 are exact, and so are sums over few processes.
    both = processes.total(torch.from_numpy(np.stack([tally.nats, tally.counts]))).cpu().numpy()
    bits, counts = both[0] / math.log(2), both[1]
    report = {"notes": float(counts[0]), "total": float(bits.sum() / max(counts[0], 1))}
    return report | {name: float(bits[i] / max(counts[i], 1)) for i, name in enumerate(codec.FIELDS)}


@torch.inference_mode()
def nats_of(model: Network, chunk: Chunk, processes: Processes) -> np.ndarray:
    """-log p of each field of the chunk's targets under a free guide, float64 [N - 1, 5]; 0 where they are IGNORE."""
    heard = chunk.events[:-1]
    said = np.zeros((len(heard), GUIDE_SIZE), np.int64)
    parts = (heard, chunk.contexts()[:-1], told_for(chunk.events, model.config.echo), chunk.targets, said)
    events, context, told, targets, guide = (torch.from_numpy(part)[None].to(processes.device) for part in parts)
    with processes.precision():
        nats = model.losses(model(events, context, told), targets, guide)
    return np.asarray(nats[0].double().cpu().numpy())
