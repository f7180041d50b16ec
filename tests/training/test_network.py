"""A whole network: what is read, the guide, and a head that gives each field those before it."""

import math

import numpy as np
import pytest
import torch
from tiny_training import TINY, music, unsaid

from bridge.data.encode import IGNORE
from bridge.training.families import CONFIGS
from bridge.training.network import Network
from bridge.vocabulary import codec
from bridge.vocabulary.guide import ENDING_ENTRY, GUIDE_SIZES, HUMAN, guide_of


def network(family: str = "transformer") -> Network:
    torch.manual_seed(0)
    return Network(TINY[family])


@pytest.mark.parametrize("family", CONFIGS)
def test_the_future_is_not_seen(family: str) -> None:
    model, (events, context) = network(family), music(40)
    other = events.clone()
    other[0, 20:] = 0
    torch.testing.assert_close(model(other, context)[:, :20], model(events, context)[:, :20])


def test_drum_keys_are_not_pitches() -> None:
    model, (events, context) = network(), music(4)
    events[..., 1] = codec.DRUMS
    before = model(events, context)
    with torch.no_grad():
        model.embed["pitch"].weight[:128].zero_()
    assert torch.equal(model(events, context), before)


def test_a_field_is_given_those_before_it_only() -> None:
    model, (events, _) = network(), music(3)
    hidden = torch.randn(1, 3, 32)
    logits = model.head(hidden, events, unsaid(3))
    assert [x.shape[-1] for x in logits] == list(codec.SIZES)
    for field in range(4):
        other = events.clone()
        other[..., field] = (other[..., field] + 1) % codec.SIZES[field]
        changed = model.head(hidden, other, unsaid(3))
        assert all(torch.equal(changed[i], logits[i]) for i in range(field + 1))
        assert not torch.equal(changed[field + 1], logits[field + 1])


def test_a_guide_conditions_the_draw_of_its_own_place_only() -> None:
    model, (events, _) = network(), music(3)
    hidden, guide = torch.randn(1, 3, 32), unsaid(3)
    plain = model.head(hidden, events, guide)
    guide[0, 1] = torch.from_numpy(guide_of({"bass": HUMAN}, {"density": 4.0}))
    for logits, guided in zip(plain, model.head(hidden, events, guide), strict=True):
        assert torch.equal(logits[0, 0], guided[0, 0]) and torch.equal(logits[0, 2], guided[0, 2])
        assert not torch.equal(logits[0, 1], guided[0, 1])


def test_losses_begin_near_chance() -> None:
    model, (events, context) = network(), music(200)
    nats = model.losses(model(events, context), events, unsaid(200)).mean(dim=(0, 1))
    for value, size in zip(nats.tolist(), codec.SIZES, strict=True):
        assert value == pytest.approx(math.log(size), rel=0.1)


def test_a_loss_is_that_of_the_right_class() -> None:
    model, (events, context) = network(), music(5)
    hidden = model(events, context)
    nats = model.losses(hidden, events, unsaid(5))
    for field, logits in enumerate(model.head(hidden, events, unsaid(5))):
        expected = -logits.log_softmax(dim=-1).gather(-1, events[..., field, None])[..., 0]
        torch.testing.assert_close(nats[..., field], expected)


def test_ignored_fields_cost_nothing() -> None:
    model, (events, context) = network(), music(6)
    targets = events.clone()
    targets[0, 2, 3] = IGNORE
    targets[0, 4] = IGNORE
    nats = model.losses(model(events, context), targets, unsaid(6))[0].detach().numpy()
    assert nats[2, 3] == 0 and (nats[4] == 0).all()
    assert (np.delete(nats, [2, 4], axis=0) > 0).all()


def test_weights_from_before_the_ending_give_a_model_that_is_told_nothing_by_it() -> None:
    old = network().state_dict()
    old["head.guide.weight"] = old["head.guide.weight"][: sum(GUIDE_SIZES[:ENDING_ENTRY])]
    model = network()
    model.load_state_dict(old)
    assert (model.head.guide.weight[-GUIDE_SIZES[ENDING_ENTRY] :] == 0).all()
    assert (model.head.guide.weight[: -GUIDE_SIZES[ENDING_ENTRY]] == old["head.guide.weight"]).all()
