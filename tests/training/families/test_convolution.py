"""The dilated convolution's backbone."""

from __future__ import annotations

import torch
from tiny_training import TINY

from bridge.training.families import Config, backbone
from bridge.training.families.convolution import ConvolutionConfig


def reach(config: Config) -> list[int]:
    """How many events back each of the past ones that changes the last output lies; 0 is the last itself."""
    torch.manual_seed(1)
    x = torch.randn(1, 40, 32).repeat(41, 1, 1)  # row b has another event b back, the last row none
    for back in range(40):
        x[back, 39 - back] += 1.0
    with torch.no_grad():
        last = backbone(config)(x)[:, -1]
    differs = (last[:-1] - last[-1]).abs().amax(dim=-1) > 1e-6
    return differs.nonzero().flatten().tolist()


def test_a_convolution_sees_the_sum_of_its_dilations() -> None:
    assert reach(TINY["convolution"]) == list(range(1 + 2 + 4 + 1))
    assert reach(ConvolutionConfig(width=32, dilations=(3,))) == [0, 3]
