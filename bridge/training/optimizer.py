"""Muon for the matrices inside the network, AdamW for everything else.

Muon (Jordan et al., 2024, https://kellerjordan.github.io/posts/muon/) steps along the momentum with
its singular values made equal, which learns more from each note than AdamW does. PyTorch's own
works in bfloat16, which is slow on processors without it; this one stays in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch import Tensor, nn

_QUINTIC: Final = (3.4445, -4.7750, 2.0315)  # Coefficients of the source above.
_ITERATIONS: Final = 5
# Parts of the names of tables that are looked up in, of which each step touches few rows.
_TABLES: Final = ("embed", "guide", "echo.", "trust.")


def orthogonalised(matrix: Tensor) -> Tensor:
    """The nearest matrix (roughly) whose singular values are all one, by Newton-Schulz iteration."""
    a, b, c = _QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    out: Tensor = x.T if tall else x
    return out


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised; for 2-D parameters only."""

    def __init__(self, parameters: Iterable[Tensor], lr: float = 0.02, momentum: float = 0.95) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One step along the gradients. ValueError for a closure: nothing here evaluates the loss again."""
        if closure is not None:
            raise ValueError("Muon.step takes no closure; call backward first, then step()")
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                velocity = state.setdefault("momentum", torch.zeros_like(parameter))
                velocity.lerp_(parameter.grad, 1 - group["momentum"])
                ahead = parameter.grad.lerp(velocity, group["momentum"])
                stretch = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
                parameter.add_(orthogonalised(ahead), alpha=-group["lr"] * stretch)


class Optimizer:
    """Both optimizers as one, with a state that is a flat dictionary of tensors (for safetensors)."""

    def __init__(self, model: nn.Module) -> None:
        self._names: dict[Tensor, str] = {parameter: name for name, parameter in model.named_parameters()}
        named = list(model.named_parameters())
        # Muon wants matrices that are one linear map; those of a GRU are three, inside a loop.
        inner = [p for n, p in named if p.ndim == 2 and n.startswith("backbone.") and ".gru." not in n]
        chosen = set(inner)
        tables = [p for n, p in named if p not in chosen and any(part in n for part in _TABLES)]
        held = set(tables)
        rest = [p for n, p in named if p not in chosen and p not in held]
        groups = [{"params": tables, "lr": 4e-3}, {"params": rest, "lr": 2e-3}]
        self._parts: tuple[torch.optim.Optimizer, ...] = (
            Muon(inner),
            torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-10, weight_decay=0.0),
        )
        self._rates = [[group["lr"] for group in part.param_groups] for part in self._parts]

    def step(self, rate: float) -> None:
        """One step with every learning rate multiplied by `rate` in 0-1, and the gradients cleared."""
        for part, rates in zip(self._parts, self._rates, strict=True):
            for group, base in zip(part.param_groups, rates, strict=True):
                group["lr"] = base * rate
            part.step()
            part.zero_grad(set_to_none=True)

    def state(self) -> dict[str, Tensor]:
        """Everything that the next step depends on: `PARAMETER/QUANTITY` to tensor."""
        return {
            f"{self._names[parameter]}/{key}": value.contiguous()
            for part in self._parts
            for parameter, quantities in part.state.items()
            for key, value in quantities.items()
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from `state`. KeyError when it is of another model."""
        parameters = {name: parameter for parameter, name in self._names.items()}
        owner = {p: part for part in self._parts for group in part.param_groups for p in group["params"]}
        for key, value in state.items():
            name, quantity = key.rsplit("/", 1)
            parameter = parameters[name]
            # AdamW counts its steps on the CPU wherever the parameter is.
            place = value.device if value.ndim == 0 else parameter.device
            owner[parameter].state[parameter][quantity] = value.to(place, copy=True)
