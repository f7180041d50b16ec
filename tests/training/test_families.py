"""What each family promises: causal, as far back as it says, no shape that cannot be."""

from __future__ import annotations

import pytest
import torch
from tiny_training import TINY

from bridge.training.families import CONFIGS, Config, backbone, family_of
from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.families.gru import GruConfig, Layer
from bridge.training.families.transformer import rotary_angles, rotate, windowed_attention


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


@pytest.mark.parametrize("family", CONFIGS)
def test_the_future_is_not_seen(family: str) -> None:
    torch.manual_seed(1)
    x, module = torch.randn(2, 40, 32), backbone(TINY[family])
    other = x.clone()
    other[:, 20:] = 0.0
    before, after = module(x), module(other)
    torch.testing.assert_close(before[:, :20], after[:, :20])
    assert not torch.equal(before[:, 20:], after[:, 20:])
    assert family_of(TINY[family]) == family


def test_a_transformer_sees_exactly_its_window() -> None:
    assert reach(TINY["transformer"]) == list(range(16))


def test_a_convolution_sees_the_sum_of_its_dilations() -> None:
    assert reach(TINY["convolution"]) == list(range(1 + 2 + 4 + 1))
    assert reach(ConvolutionConfig(width=32, dilations=(3,))) == [0, 3]


def test_a_gru_remembers_long() -> None:
    assert reach(TINY["gru"])[:12] == list(range(12))


def test_the_grus_own_gradients_are_pytorchs() -> None:
    torch.manual_seed(0)
    layer = Layer(GruConfig(width=6, units=5)).double()
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


@pytest.mark.parametrize("family", CONFIGS)
def test_a_stretch_may_be_of_any_length(family: str) -> None:
    assert backbone(TINY[family])(torch.zeros(1, 1, 32)).shape == (1, 1, 32)


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


@pytest.mark.parametrize(
    ("family", "wrong"),
    [
        ("transformer", {"heads": 3}),
        ("transformer", {"head_dim": 7}),
        ("transformer", {"window": 0}),
        ("gru", {"units": 0}),
        ("gru", {"layers": 0}),
        ("convolution", {"dilations": ()}),
        ("convolution", {"dilations": (1, 0)}),
    ],
)
def test_shapes_that_cannot_be_are_refused(family: str, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CONFIGS[family](**wrong)
