"""Gated recurrent units: x + output(GRU(norm(x))), layer upon layer. Streaming keeps one vector for each layer.

One layer of about a thousand units is the shape of Notochord's model (Armitage, Privato, Shepardson, Betancur
Gutierrez, "Notochord: a flexible probabilistic model for real-time MIDI performance", AIMC 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class GruConfig:
    """Everything that fixes the network's shape; `units` is the size of a layer's memory."""

    width: int = 256
    layers: int = 1
    units: int = 1024
    norm_epsilon: float = 1e-6

    def __post_init__(self) -> None:
        if self.layers < 1 or self.units < 1:
            raise ValueError(f"layers={self.layers} and units={self.units}: at least one of each")


class Layer(nn.Module):
    """x + output(GRU(norm(x)))."""

    def __init__(self, config: GruConfig) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        self.gru = nn.GRU(config.width, config.units, batch_first=True)
        self.output = nn.Linear(config.units, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape; the memory begins as zeros."""
        remembered, _ = self.gru(self.norm(x))
        out: Tensor = x + self.output(remembered)
        return out


class Gru(nn.Module):
    """The layers, one after the other."""

    def __init__(self, config: GruConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape."""
        for layer in self.layers:
            x = layer(x)
        return x
