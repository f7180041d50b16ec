"""Dilated causal convolution: each layer combines an event with the one `dilation` events before it.

A gated residual stack after WaveNet (van den Oord et al., 2016, arXiv:1609.03499): kernel 2, dilations that double,
so that the stack sees the sum of its dilations back. Streaming keeps each layer's last inputs in a ring.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class ConvolutionConfig:
    """Everything that fixes the network's shape; one layer for each of `dilations`."""

    width: int = 256
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128)
    norm_epsilon: float = 1e-6
    echo: bool = False  # whether it listens to the echo (bridge.engine.repetition)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dilations", tuple(self.dilations))
        if not self.dilations or min(self.dilations) < 1:
            raise ValueError(f"dilations={self.dilations}: at least one, each at least 1")

    @property
    def window(self) -> int:
        """How many events a layer reaches over at most: the longest dilation and the event itself."""
        return max(self.dilations) + 1


class ConvolutionLayer(nn.Module):
    """x + output(value * sigmoid(gate)), both from norm(x) now and `dilation` events ago (zeros before the first)."""

    def __init__(self, config: ConvolutionConfig, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.RMSNorm(config.width, eps=config.norm_epsilon)
        # Columns: the event `dilation` ago, then the event itself. Rows: values, then gates.
        self.taps = nn.Linear(2 * config.width, 2 * config.width, bias=False)
        self.output = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape."""
        now = self.norm(x)
        before = F.pad(now, (0, 0, self.dilation, 0))[:, : now.shape[1]]
        value, gate = self.taps(torch.cat((before, now), dim=-1)).chunk(2, dim=-1)
        out: Tensor = x + self.output(value * torch.sigmoid(gate))
        return out


class Convolution(nn.Module):
    """The layers, one after the other."""

    def __init__(self, config: ConvolutionConfig) -> None:
        super().__init__()
        self.config = config
        layers = [ConvolutionLayer(config, dilation) for dilation in config.dilations]
        self.layers = nn.ModuleList(layers)
        for layer in layers:
            nn.init.normal_(layer.taps.weight, std=(2 * config.width) ** -0.5)
            nn.init.normal_(layer.output.weight, std=config.width**-0.5 / len(config.dilations) ** 0.5)

    def forward(self, x: Tensor) -> Tensor:
        """`x` [B, T, width] to the same shape."""
        for layer in self.layers:
            x = layer(x)
        return x
