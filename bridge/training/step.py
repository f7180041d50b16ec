"""One step: the losses of a batch that all processes share, their gradients, and the optimizer's move."""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from bridge.data.encode import IGNORE
from bridge.training.batches import Tensors
from bridge.training.network import Network, nats_of
from bridge.training.optimizer import Optimizer
from bridge.training.processes import Processes

_LARGEST_GRADIENT: Final = 1.0


class Losses(nn.Module):
    """A network and its losses as one module, whose forward pass is all that gradients are taken of.

    With a `teacher` (a larger network, which stays as it is) the share `taught` of what is made small is the
    divergence from the teacher's odds, the rest the cost of what was really played (Hinton, Vinyals and Dean 2015,
    arXiv:1503.02531, at temperature 1).
    """

    def __init__(self, network: Network, teacher: Network | None = None, taught: float = 0.5) -> None:
        super().__init__()
        self.network, self.taught = network, taught
        # In a tuple: its weights are nobody's parameters here.
        self._teacher = () if teacher is None else (teacher.eval().requires_grad_(False),)

    def forward(
        self, events: Tensor, context: Tensor, targets: Tensor, guide: Tensor, told: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Nats of what was played, [B, T, 5] as `Network.losses`, and what is to be made small, [B, T, 5]."""
        logits = self.network.logits(self.network(events, context, told), targets, guide)
        nats = nats_of(logits, targets)
        if not self._teacher:
            return nats, nats
        teacher = self._teacher[0]
        with torch.no_grad():
            wiser = teacher.logits(teacher(events, context, told), targets, guide)
        apart = torch.stack([_divergence(theirs, ours) for theirs, ours in zip(wiser, logits, strict=True)], dim=-1)
        return nats, (1.0 - self.taught) * nats + self.taught * torch.where(targets == IGNORE, 0.0, apart)


def _divergence(theirs: Tensor, ours: Tensor) -> Tensor:
    """Kullback-Leibler divergence in nats [B, T] of the odds of logits `ours` [B, T, n] from those of `theirs`."""
    wanted = theirs.float().log_softmax(dim=-1)
    return (wanted.exp() * (wanted - ours.float().log_softmax(dim=-1))).sum(dim=-1)


class StepCost(NamedTuple):
    """What one step cost this process's rows, by field: sums of nats, and over how many notes; float64 [5]."""

    nats: Tensor
    known: Tensor


def train_step(losses: nn.Module, optimizer: Optimizer, batch: Tensors, where: Processes, rate: float) -> StepCost:
    """One step on the rows of all processes, with every learning rate multiplied by `rate`.

    The loss is nats per note over all of them; as gradients are averaged over the processes, each one's sum counts
    `where.count` times.
    """
    known = (batch.targets != IGNORE).sum(dim=(0, 1)).double()
    notes = where.total(known)[0].clamp_min(1.0)
    with where.precision():
        nats, aim = losses(*batch)
    where.backward(aim.sum() * (where.count / notes).float())
    nn.utils.clip_grad_norm_(losses.parameters(), _LARGEST_GRADIENT)
    optimizer.step(rate)
    return StepCost(nats.detach().sum(dim=(0, 1)).double(), known)
