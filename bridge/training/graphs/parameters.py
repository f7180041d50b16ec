"""How a graph's constants hold a network's parameters, and the way back from constants to parameters.

A matrix lies transposed, for x @ W; a GRU's gates lie in ONNX's order; what is multiplied or looked up together lies
end to end in one constant, whose name is theirs with a plus between. Everything else lies as it is, under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from torch import nn

from bridge.vocabulary import codec

TRANSPOSED: Final = ".transposed"
TABLES: Final = "embed.tables"
GATES: Final = ".zrh"
JOIN: Final = "+"
_GRU_MATRICES: Final = ("weight_ih_l0", "weight_hh_l0")
_GRU_BIASES: Final = ("bias_ih_l0", "bias_hh_l0")
_BOTH_BIASES: Final = "biases"

Parameters = Mapping[str, npt.NDArray[np.float32]]
Constants = Mapping[str, npt.NDArray[Any]]


def parameters_of(model: nn.Module) -> dict[str, npt.NDArray[np.float32]]:
    """All parameters of `model` by name, float32."""
    return {name: value.detach().cpu().float().numpy() for name, value in model.state_dict().items()}


def tables(parameters: Parameters) -> list[npt.NDArray[np.float32]]:
    """The tables of the fields that are read, in the order of `codec.FIELDS`."""
    return [parameters[f"embed.{name}.weight"] for name in codec.FIELDS]


def gates(parameters: Parameters, name: str) -> dict[str, npt.NDArray[np.float32]]:
    """The three constants of the operator GRU for the `torch.nn.GRU` of one layer called `name`, in its order."""
    matrices = [f"{name}.{kind}" for kind in _GRU_MATRICES]
    biases = [_swapped(parameters[f"{name}.{kind}"]) for kind in _GRU_BIASES]
    return {
        **{matrix + GATES: _swapped(parameters[matrix])[None] for matrix in matrices},
        f"{name}.{_BOTH_BIASES}{GATES}": np.concatenate(biases)[None],
    }


def _swapped(stacked: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows of a GRU's gates: PyTorch's order (reset, update, new) to ONNX's (update, reset, new), or back."""
    reset, update, new = np.split(stacked, 3)
    return np.concatenate([update, reset, new])


def joined(*names: str) -> str:
    """The name of a constant that holds these parameters end to end."""
    return JOIN.join(names)


def from_constants(constants: Constants, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, npt.NDArray[np.float32]]:
    """The parameters of these names and shapes. Raises KeyError for one that the constants do not hold."""
    known: dict[str, npt.NDArray[np.float32]] = {}
    if TABLES in constants:
        names = [f"embed.{field}.weight" for field in codec.FIELDS]
        ends = np.cumsum([shapes[name][0] for name in names])
        known |= zip(names, np.split(constants[TABLES], ends[:-1]), strict=True)
    for name, array in constants.items():
        if name.endswith(TRANSPOSED):
            matrices = [f"{part}.weight" for part in name.removesuffix(TRANSPOSED).split(JOIN)]
            known |= _parted(matrices, array.T, shapes)
        elif name.endswith(GATES):
            known |= _without_order(name.removesuffix(GATES), array[0])
        elif JOIN in name:
            known |= _parted(name.split(JOIN), array, shapes)
        else:
            known.setdefault(name, array)
    return {name: np.array(known[name][: shape[0]], dtype=np.float32, order="C") for name, shape in shapes.items()}


def _parted(names: list[str], rows: npt.NDArray[Any], shapes: Mapping[str, tuple[int, ...]]) -> Parameters:
    """Parameters that lie end to end; behind the last may be rows that only a graph needs."""
    parts: dict[str, npt.NDArray[np.float32]] = {}
    for name in names:
        if name not in shapes:
            return parts  # another network's: what it lacks will be missed
        parts[name], rows = rows[: shapes[name][0]], rows[shapes[name][0] :]
    return parts


def _without_order(name: str, stacked: npt.NDArray[np.float32]) -> Parameters:
    """One constant of `gates` as the parameters it was made of."""
    prefix, _, kind = name.rpartition(".")
    if kind != _BOTH_BIASES:
        return {name: _swapped(stacked)}
    halves = np.split(stacked, len(_GRU_BIASES))
    return {f"{prefix}.{bias}": _swapped(half) for bias, half in zip(_GRU_BIASES, halves, strict=True)}
