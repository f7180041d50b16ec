"""The network's promises: causal, windowed, and a head that gives each field those before it."""

import numpy as np
import pytest
import torch

from bridge import codec
from bridge.training.transformer import (
    IGNORE,
    Config,
    Transformer,
    rotary_angles,
    rotate,
    windowed_attention,
)

TINY = Config(width=32, layers=1, heads=4, kv_heads=2, head_dim=8, mlp_width=64, window=16)


def music(count: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """One piece of random events [1, N, 5] and contexts [1, N, 29]."""
    generator = torch.Generator().manual_seed(seed)
    fields = [torch.randint(0, size, (1, count), generator=generator) for size in codec.SIZES]
    return torch.stack(fields, dim=-1), torch.randn(1, count, codec.CONTEXT_SIZE, generator=generator)


def model_of(config: Config) -> Transformer:
    torch.manual_seed(0)
    return Transformer(config).eval()


def test_one_layer_sees_exactly_its_window() -> None:
    model, (events, context) = model_of(TINY), music(40)
    last = 39
    hidden = model(events, context)[0, last]
    for changed, seen in ((last - 16, False), (last - 15, True), (last, True)):
        other = events.clone()
        other[0, changed, 2] = (other[0, changed, 2] + 1) % 128
        assert torch.equal(model(other, context)[0, last], hidden) is not seen


def test_the_future_is_not_seen() -> None:
    model, (events, context) = model_of(TINY), music(40)
    other = events.clone()
    other[0, 20:] = 0
    torch.testing.assert_close(model(other, context)[:, :20], model(events, context)[:, :20])


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


def test_drum_keys_are_not_pitches() -> None:
    model, (events, context) = model_of(TINY), music(4)
    events[..., 1] = codec.DRUMS
    before = model(events, context)
    with torch.no_grad():
        model.embed["pitch"].weight[:128].zero_()
    assert torch.equal(model(events, context), before)


def test_a_field_is_given_those_before_it_only() -> None:
    model, (events, _) = model_of(TINY), music(3)
    hidden = torch.randn(1, 3, TINY.width)
    logits = model.head(hidden, events)
    assert [x.shape[-1] for x in logits] == list(codec.SIZES)
    for field in range(4):
        other = events.clone()
        other[..., field] = (other[..., field] + 1) % codec.SIZES[field]
        changed = model.head(hidden, other)
        assert all(torch.equal(changed[i], logits[i]) for i in range(field + 1))
        assert not torch.equal(changed[field + 1], logits[field + 1])


def test_ignored_fields_cost_nothing() -> None:
    model, (events, context) = model_of(TINY), music(6)
    targets = events.clone()
    targets[0, 2, 3] = IGNORE
    targets[0, 4] = IGNORE
    nats = model.losses(model(events, context), targets)[0].detach().numpy()
    assert nats[2, 3] == 0 and (nats[4] == 0).all()
    assert (np.delete(nats, [2, 4], axis=0) > 0).all()


@pytest.mark.parametrize("wrong", [{"heads": 3}, {"head_dim": 7}, {"window": 0}])
def test_shapes_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Config(**wrong)
