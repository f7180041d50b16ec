"""Gated recurrent units: x + output(GRU(norm(x))), layer upon layer. Streaming keeps one vector for each layer.

One layer of about a thousand units is the shape of Notochord's model (Armitage, Privato, Shepardson, Betancur
Gutierrez, "Notochord: a flexible probabilistic model for real-time MIDI performance", AIMC 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class GruConfig:
    """Everything that fixes the network's shape; `units` is the size of a layer's memory."""

    width: int = 256
    layers: int = 1
    units: int = 1024
    norm_epsilon: float = 1e-6
    echo: bool = False  # whether it listens to the echo (bridge.engine.repetition)

    def __post_init__(self) -> None:
        if self.layers < 1 or self.units < 1:
            raise ValueError(f"layers={self.layers} and units={self.units}: at least one of each")


class _Recurrence(torch.autograd.Function):
    """The recurrence of `nn.GRU`, whose gradient of the recurrent weights is one product over all of time.

    PyTorch's own on a CPU adds up a gradient as large as the weights at every event: most of what a step costs.
    Time comes first: `given` [T, B, 3 U] are the inputs' shares in the gates (reset, update, new), `weight` [3 U, U]
    and `bias` [3 U] the memory's. Gives the memory after every event, [T, B, U], zeros before the first.
    """

    @staticmethod
    def forward(ctx: Any, given: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        length, batch, units = given.shape[0], given.shape[1], weight.shape[1]
        memory = given.new_zeros(length + 1, batch, units)
        gates = given.new_empty(length, batch, 2 * units)
        fresh, recalled = (given.new_empty(length, batch, units) for _ in range(2))
        for t in range(length):
            share = torch.addmm(bias, memory[t], weight.T)
            torch.sigmoid(given[t, :, : 2 * units] + share[:, : 2 * units], out=gates[t])
            recalled[t] = share[:, 2 * units :]
            torch.tanh(given[t, :, 2 * units :] + gates[t, :, :units] * recalled[t], out=fresh[t])
            torch.lerp(fresh[t], memory[t], gates[t, :, units:], out=memory[t + 1])
        ctx.save_for_backward(weight, memory, gates, fresh, recalled)
        return memory[1:]

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        weight, memory, gates, fresh, recalled = ctx.saved_tensors
        units = weight.shape[1]
        reset, update = gates[..., :units], gates[..., units:]
        # What does not depend on later events, for all of time at once.
        by_update = (memory[:-1] - fresh) * update * (1 - update)
        by_fresh = (1 - update) * (1 - fresh * fresh)
        by_reset = recalled * reset * (1 - reset)
        to_given, to_share = (torch.empty_like(torch.cat((gates, fresh), dim=-1)) for _ in range(2))
        ahead = torch.zeros_like(memory[0])
        for t in range(len(fresh) - 1, -1, -1):
            ahead = ahead + outputs[0][t]
            new = ahead * by_fresh[t]
            torch.mul(new, by_reset[t], out=to_given[t, :, :units])
            torch.mul(ahead, by_update[t], out=to_given[t, :, units : 2 * units])
            to_given[t, :, 2 * units :] = new
            to_share[t, :, : 2 * units] = to_given[t, :, : 2 * units]
            torch.mul(new, reset[t], out=to_share[t, :, 2 * units :])
            ahead = torch.addmm(ahead * update[t], to_share[t], weight)
        shares = to_share.flatten(0, 1)
        return to_given, shares.T @ memory[:-1].flatten(0, 1), shares.sum(dim=0)


class GruLayer(nn.Module):
    """x + output(GRU(norm(x)))."""

    def __init__(self, config: GruConfig) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        self.gru = nn.GRU(config.width, config.units, batch_first=True)
        self.output = nn.Linear(config.units, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape; the memory begins as zeros."""
        out: Tensor = x + self.output(self._remembered(self.norm(x)))
        return out

    def _remembered(self, x: Tensor) -> Tensor:
        if x.is_cuda or not torch.is_grad_enabled():
            remembered: Tensor = self.gru(x)[0]
            return remembered
        to_given, weight, given_bias, bias = self.gru.all_weights[0]
        given = F.linear(x.transpose(0, 1), to_given, given_bias)
        over_time: Tensor = _Recurrence.apply(given, weight, bias)  # type: ignore[no-untyped-call]
        return over_time.transpose(0, 1)


class Gru(nn.Module):
    """The layers, one after the other."""

    def __init__(self, config: GruConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(GruLayer(config) for _ in range(config.layers))

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape."""
        for layer in self.layers:
            x = layer(x)
        return x
