"""From parameters to a graph's constants and back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from bridge.training.graphs.parameters import (
    JOIN,
    TABLES,
    TRANSPOSED,
    from_constants,
    gates,
    joined,
    parameters_of,
)
from bridge.vocabulary import codec


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def test_all_of_a_network_by_name() -> None:
    found = parameters_of(nn.Linear(3, 2).half())
    assert {name: (value.shape, value.dtype) for name, value in found.items()} == {
        "weight": ((2, 3), np.float32),
        "bias": ((2,), np.float32),
    }


def test_a_matrix_lies_transposed_and_comes_back_with_its_neighbour() -> None:
    one, other = numbers(2, 3), numbers(4, 3, seed=1)
    constants = {f"{joined('a', 'b')}{TRANSPOSED}": np.concatenate([one, other]).T, "bias": numbers(2)}
    shapes = {"a.weight": (2, 3), "b.weight": (4, 3), "bias": (2,)}
    found = from_constants(constants, shapes)
    np.testing.assert_array_equal(found["a.weight"], one)
    np.testing.assert_array_equal(found["b.weight"], other)
    assert found["a.weight"].flags.c_contiguous


def test_rows_that_only_a_graph_needs_are_left_out() -> None:
    table = numbers(5, 3)
    padded = np.concatenate([table, np.ones((1, 3), np.float32)])
    np.testing.assert_array_equal(from_constants({"gate": padded}, {"gate": (5, 3)})["gate"], table)
    one = from_constants({JOIN.join(("x", "y")): padded}, {"x": (2, 3), "y": (3, 3)})
    np.testing.assert_array_equal(one["y"], table[2:])


def test_tables_lie_end_to_end_in_the_order_of_the_fields() -> None:
    tables = {f"embed.{name}.weight": numbers(3 + i, 2, seed=i) for i, name in enumerate(codec.FIELDS)}
    found = from_constants(
        {TABLES: np.concatenate(list(tables.values()))}, {name: table.shape for name, table in tables.items()}
    )
    for name, table in tables.items():
        np.testing.assert_array_equal(found[name], table)


def test_a_grus_gates_change_their_order_and_come_back() -> None:
    torch.manual_seed(0)
    parameters = {f"layer.{name}": value for name, value in parameters_of(nn.GRU(4, 2)).items()}
    constants = gates(parameters, "layer")
    update_first = next(iter(constants.values()))[0]
    np.testing.assert_array_equal(update_first[:2], parameters["layer.weight_ih_l0"][2:4])
    found = from_constants(constants, {name: value.shape for name, value in parameters.items()})
    for name, value in parameters.items():
        np.testing.assert_array_equal(found[name], value)


def test_another_networks_constants_lack_what_they_lack() -> None:
    with pytest.raises(KeyError, match="b"):
        from_constants({"a": numbers(2)}, {"a": (2,), "b": (2,)})
