"""The transformer's backbone: its window, its blocks of queries, its rotary angles."""

from __future__ import annotations

import pytest
import torch
from tiny_training import TINY, reach

from bridge.training.families.transformer import rotary_angles, rotate, windowed_attention


def test_a_transformer_sees_exactly_its_window() -> None:
    assert reach(TINY["transformer"]) == list(range(16))


@pytest.mark.parametrize("length", [1, 255, 257, 700])
def test_blocks_of_queries_equal_the_plain_formula(length: int) -> None:
    torch.manual_seed(1)
    query, key, value = torch.randn(1, 4, length, 8), torch.randn(1, 2, length, 8), torch.randn(1, 2, length, 8)
    age = torch.arange(length)[:, None] - torch.arange(length)
    scores = query @ key.repeat_interleave(2, 1).transpose(-1, -2) / 8**0.5
    scores = scores.masked_fill((age < 0) | (age >= 300), -torch.inf)
    expected = scores.softmax(-1) @ value.repeat_interleave(2, 1)
    torch.testing.assert_close(windowed_attention(query, key, value, 300), expected, atol=1e-5, rtol=1e-5)


def test_rotary_products_depend_on_distance_alone() -> None:
    torch.manual_seed(2)
    a, b = torch.randn(8), torch.randn(8)

    def product(at: int) -> float:
        cos, sin = rotary_angles(torch.tensor([at, at + 5]), 8, 10000.0)
        turned = rotate(torch.stack([a, b]), cos, sin)
        return float(turned[0] @ turned[1])

    assert product(3) == pytest.approx(product(3_000_000), abs=1e-4)
