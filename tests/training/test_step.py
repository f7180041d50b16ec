"""One step: what is counted, what is made small, and a teacher's share in it."""

from __future__ import annotations

import torch
from small_networks import music, network

from bridge.data.encode import IGNORE
from bridge.engine.repetition import told
from bridge.training.batches import Tensors
from bridge.training.step import Losses
from bridge.vocabulary.guide import GUIDE_SIZE

LENGTH = 12


def batch(seed: int = 0) -> Tensors:
    """One row of random music whose next events are known, but for some velocities."""
    events, context = music(LENGTH + 1, seed)
    targets = events[1:].copy()
    targets[::3, 3] = IGNORE
    targets[targets[:, 3] >= 32, 3] = IGNORE
    targets[targets[:, 4] >= 72, 4] = IGNORE
    guide = torch.zeros((1, LENGTH, GUIDE_SIZE), dtype=torch.long)
    parts = (events[:-1], context[:-1], targets)
    first = [torch.from_numpy(part)[None] for part in parts]
    return Tensors(first[0], first[1], first[2], guide, torch.from_numpy(told(events))[None])


def test_without_a_teacher_what_is_made_small_is_what_was_played() -> None:
    nats, aim = Losses(network("gru"))(*batch())
    assert torch.equal(nats, aim) and nats.shape == (1, LENGTH, 5)
    assert (nats[batch().targets == IGNORE] == 0).all() and (nats[batch().targets != IGNORE] > 0).all()


def test_a_teacher_that_is_the_pupil_has_nothing_to_teach() -> None:
    pupil = network("gru")
    nats, aim = Losses(pupil, network("gru"), taught=0.25)(*batch())
    torch.testing.assert_close(aim, 0.75 * nats)


def test_another_teacher_costs_what_its_odds_are_apart_and_stays_as_it_is() -> None:
    teacher = network("gru", seed=5)
    before = [weight.clone() for weight in teacher.parameters()]
    losses = Losses(network("gru"), teacher, taught=1.0)
    _, aim = losses(*batch())
    known = batch().targets != IGNORE
    assert (aim[known] > 0).all() and (aim[~known] == 0).all()
    aim.sum().backward()
    assert all(torch.equal(one, other) for one, other in zip(before, teacher.parameters(), strict=True))
    assert all(weight.grad is None for weight in teacher.parameters())
    mine = {id(parameter) for parameter in losses.parameters()}
    assert not mine & {id(weight) for weight in teacher.parameters()}, "its weights are nobody's to learn"
    assert any(parameter.grad is not None and parameter.grad.any() for parameter in losses.parameters())
