"""The optimizer: directions of equal strength, rates, and a state of plain tensors."""

import numpy as np
import pytest
import torch
from tiny_training import TINY, learnt, take_step
from torch import nn

from bridge.training.network import Network
from bridge.training.optimizer import Muon, Optimizer, orthogonalised


@pytest.mark.parametrize("shape", [(8, 8), (8, 24), (24, 8)])
def test_orthogonalised_singular_values_are_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = np.linalg.svd(orthogonalised(torch.randn(shape)).numpy(), compute_uv=False)
    assert values.min() > 0.3 and values.max() < 1.3


def test_a_step_goes_down_along_every_direction_alike() -> None:
    weight = nn.Parameter(torch.zeros(4, 4))
    weight.grad = torch.diag(torch.tensor([1.0, 0.1, 0.01, 0.5]))
    Muon([weight]).step()
    moved = weight.detach().diagonal()
    assert (moved < 0).all() and float(moved.min() / moved.max()) < 2.0


@pytest.mark.parametrize(("family", "muon"), [("transformer", 4), ("gru", 2), ("convolution", 6)])
def test_matrices_inside_go_to_muon(family: str, muon: int) -> None:
    _, optimizer = learnt(family, steps=1)
    assert sum(name.endswith("/momentum") for name in optimizer.state()) == muon


def test_a_rate_of_nothing_moves_nothing() -> None:
    torch.manual_seed(0)
    model = Network(TINY["transformer"])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    events_seen = Optimizer(model)
    events_seen.step(0.0)
    take = model.state_dict()
    assert all(torch.equal(take[name], value) for name, value in before.items())


def test_every_parameter_is_trained() -> None:
    model, optimizer = learnt(steps=0)
    before = {name: value.clone() for name, value in model.named_parameters()}
    take_step(model, optimizer, 0)
    take_step(model, optimizer, 1)
    still = [name for name, value in model.named_parameters() if torch.equal(value, before[name])]
    assert still == []


def test_a_closure_is_refused() -> None:
    with pytest.raises(ValueError, match="no closure"):
        Muon([nn.Parameter(torch.zeros(2, 2))]).step(lambda: 0.0)
