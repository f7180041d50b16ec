"""One step: the losses of a batch that all processes share, their gradients, and the optimizer's move."""

from __future__ import annotations

from typing import Final, NamedTuple

from torch import Tensor, nn

from bridge.data.encode import IGNORE
from bridge.training.batches import Tensors
from bridge.training.network import Network
from bridge.training.optimizer import Optimizer
from bridge.training.processes import Processes

_LARGEST_GRADIENT: Final = 1.0


class Losses(nn.Module):
    """A network and its losses as one module, whose forward pass is all that gradients are taken of."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, events: Tensor, context: Tensor, targets: Tensor, guide: Tensor, told: Tensor) -> Tensor:
        """Nats [B, T, 5], as `Network.losses`."""
        return self.network.losses(self.network(events, context, told), targets, guide)


class Step(NamedTuple):
    """What one step cost this process's rows, by field: sums of nats, and over how many notes; float64 [5]."""

    nats: Tensor
    known: Tensor


def train_step(losses: nn.Module, optimizer: Optimizer, batch: Tensors, where: Processes, rate: float) -> Step:
    """One step on the rows of all processes, with every learning rate multiplied by `rate`.

    The loss is nats per note over all of them; as gradients are averaged over the processes, each one's sum counts
    `where.count` times.
    """
    known = (batch.targets != IGNORE).sum(dim=(0, 1)).double()
    notes = where.total(known)[0].clamp_min(1.0)
    with where.precision():
        nats = losses(*batch)
    by_field = nats.sum(dim=(0, 1))
    where.backward(by_field.sum() * (where.count / notes).float())
    nn.utils.clip_grad_norm_(losses.parameters(), _LARGEST_GRADIENT)
    optimizer.step(rate)
    return Step(by_field.detach().double(), known)
