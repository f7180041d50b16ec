"""Where training runs: in one process on a CPU or GPU, or in many that `torchrun` started, as one.

The many split each batch among them and add up their gradients (DDP), so that they take the steps of one process.
That side is Lightning Fabric's, an optional extra; one process needs nothing but PyTorch.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class Processes(Protocol):
    """The processes of a run, seen from one of them."""

    rank: int  # 0 writes files and speaks
    count: int
    device: torch.device

    def place(self, module: nn.Module) -> nn.Module:
        """`module` moved to the device, its gradients to be summed over the processes and divided by their number."""
        ...

    def precision(self) -> AbstractContextManager[Any]:
        """In this context the forward pass runs in bf16 where that is quicker; on a CPU it is not."""
        ...

    def backward(self, loss: Tensor) -> None:
        """Gradients of `loss`."""
        ...

    def total(self, values: Tensor) -> Tensor:
        """Sum over the processes of equally shaped `values`; every process must call."""
        ...


class OneProcess:
    """This process alone, on `device` (`auto`: a GPU where there is one)."""

    rank, count = 0, 1

    def __init__(self, device: str = "auto") -> None:
        self.device = torch.device(_present(device))
        if self.device.type == "cuda":
            torch.set_float32_matmul_precision("high")

    def place(self, module: nn.Module) -> nn.Module:
        """See `Processes`."""
        return module.to(self.device)

    def precision(self) -> AbstractContextManager[Any]:
        """See `Processes`."""
        return torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else nullcontext()

    def backward(self, loss: Tensor) -> None:
        """See `Processes`."""
        loss.backward()  # type: ignore[no-untyped-call]

    def total(self, values: Tensor) -> Tensor:
        """See `Processes`."""
        return values


class ManyProcesses:
    """One of the processes that `torchrun` started. Raises ValueError without the extra `cluster`."""

    def __init__(self, device: str = "auto") -> None:
        try:
            from lightning_fabric import Fabric
        except ModuleNotFoundError as missing:
            raise ValueError(
                f"training in many processes needs {missing.name}: pip install 'antiphon[cluster]'"
            ) from None
        here, everywhere = int(os.environ["LOCAL_WORLD_SIZE"]), int(os.environ["WORLD_SIZE"])
        gpu = _present(device) == "cuda"
        self._fabric = Fabric(
            accelerator="cuda" if gpu else "cpu",
            strategy="ddp",
            devices=here,
            num_nodes=everywhere // here,
            precision="bf16-mixed" if gpu else "32-true",
        )
        self._fabric.launch()
        self.rank, self.count, self.device = self._fabric.global_rank, self._fabric.world_size, self._fabric.device

    def place(self, module: nn.Module) -> nn.Module:
        """See `Processes`."""
        placed: nn.Module = self._fabric.setup_module(module)
        return placed

    def precision(self) -> AbstractContextManager[Any]:
        """See `Processes`; what was placed does this itself, what was not (held-out pieces) needs it."""
        context: AbstractContextManager[Any] = self._fabric.autocast()
        return context

    def backward(self, loss: Tensor) -> None:
        """See `Processes`."""
        self._fabric.backward(loss)

    def total(self, values: Tensor) -> Tensor:
        """See `Processes`."""
        # A copy: the sum is put into what is handed over.
        summed = self._fabric.all_reduce(values.to(self.device, copy=True), reduce_op="sum")
        assert isinstance(summed, Tensor)
        return summed


def processes(device: str = "auto") -> Processes:
    """Those that this process was started among. Raises ValueError for a GPU that is not there."""
    many = int(os.environ.get("WORLD_SIZE", "1")) > 1 and "LOCAL_WORLD_SIZE" in os.environ
    return ManyProcesses(device) if many else OneProcess(device)


def _present(device: str) -> str:
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device = 'cuda': PyTorch sees no GPU here; leave device out, or say 'cpu'")
    return device
