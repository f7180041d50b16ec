"""The GRU's backbone."""

from __future__ import annotations

import torch
from tiny_training import TINY, reach

from bridge.training.families.gru import GruConfig, GruLayer


def test_a_gru_remembers_long() -> None:
    assert reach(TINY["gru"])[:12] == list(range(12))


def test_the_grus_own_gradients_are_pytorchs() -> None:
    torch.manual_seed(0)
    layer = GruLayer(GruConfig(width=6, units=5)).double()
    x, wanted = torch.randn(3, 9, 6, dtype=torch.float64), torch.randn(3, 9, 6, dtype=torch.float64)

    def gradients(out: torch.Tensor) -> list[torch.Tensor]:
        layer.zero_grad()
        (out * wanted).sum().backward()
        return [out.detach(), *(p.grad.clone() for p in layer.parameters() if p.grad is not None)]

    ours, theirs = gradients(layer(x)), gradients(x + layer.output(layer.gru(layer.norm(x))[0]))
    assert len(ours) == 7
    torch.testing.assert_close(ours, theirs)
    with torch.no_grad():
        torch.testing.assert_close(layer(x), ours[0])
