"""Batches as tensors, one after the other; before a GPU, prepared ahead by processes of their own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Final, NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from bridge.system.terminal import leave_interrupts_to_the_parent
from bridge.training.crops import CropSampler, TrainingBatch
from bridge.training.processes import Processes

_WORKERS: Final = 32  # at most; a GPU hears a million notes a second, and a core draws 40,000


class Tensors(NamedTuple):
    """A batch on the device of a process; its shapes are those of `crops.Batch`."""

    events: Tensor
    context: Tensor
    targets: Tensor
    guide: Tensor
    told: Tensor


class _Drawn(Dataset[TrainingBatch]):
    """The share of one process in every batch, by the batch's number."""

    def __init__(self, sampler: CropSampler, rank: int, count: int) -> None:
        self.sampler, self.rank, self.count = sampler, rank, count

    def __getitem__(self, number: int) -> TrainingBatch:
        return self.sampler.draw(number, self.rank, self.count)


def batches(sampler: CropSampler, first: int, processes: Processes, workers: int | None = None) -> Iterator[Tensors]:
    """This process's share of the batches from number `first` on, without end.

    `workers` processes draw ahead; None is some for a GPU, which must not wait, and none for a CPU, which they
    would only slow down.
    """
    gpu = processes.device.type == "cuda"
    if workers is None:
        workers = min(_WORKERS, max(1, (os.cpu_count() or 1) - 1)) if gpu else 0
    loader = DataLoader(
        _Drawn(sampler, processes.rank, processes.count),
        batch_size=None,
        sampler=itertools.count(first),
        num_workers=workers,
        pin_memory=gpu,
        worker_init_fn=_begin_worker,
    )
    for batch in loader:
        yield Tensors(*(part.to(processes.device, non_blocking=True) for part in batch))


def _begin_worker(worker: int) -> None:
    torch.set_num_threads(1)
    leave_interrupts_to_the_parent()
