"""What each family promises: causal, as far back as it says, no shape that cannot be."""

from __future__ import annotations

import pytest
import torch
from tiny_training import TINY

from bridge.training.families import CONFIGS, backbone, family_of


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


@pytest.mark.parametrize("family", CONFIGS)
def test_a_stretch_may_be_of_any_length(family: str) -> None:
    assert backbone(TINY[family])(torch.zeros(1, 1, 32)).shape == (1, 1, 32)


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
