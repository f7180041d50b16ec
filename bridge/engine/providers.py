"""Where graphs run: the CPU always; CUDA only where its libraries really load.

ONNX Runtime prints red lines when it is asked for CUDA in vain, so it is asked only after all it needs was found.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import sys
from typing import Final, NamedTuple

import onnxruntime

from bridge.engine.errors import ModelError

PROVIDERS: Final = ("auto", "cpu", "cuda")


class Provider(NamedTuple):
    """`name` is for people; `reason` says in one line why this one."""

    name: str
    reason: str
    cuda: bool = False

    @property
    def order(self) -> list[str]:
        """ONNX Runtime's names, the wanted one first."""
        return ["CUDAExecutionProvider", "CPUExecutionProvider"] if self.cuda else ["CPUExecutionProvider"]


def choose_provider(wanted: str = "auto") -> Provider:
    """The provider to use. Raises ModelError for an unknown name, or when CUDA is demanded and cannot be had."""
    if wanted not in PROVIDERS:
        raise ModelError(f"no provider {wanted!r}: choose from {', '.join(PROVIDERS)}")
    if wanted == "cpu":
        return Provider("CPU", "CPU, as asked")
    missing = cuda_missing()
    if missing is None:
        return Provider("CUDA", "CUDA: a GPU and its libraries were found", cuda=True)
    if wanted == "cuda":
        raise ModelError(f"provider cuda cannot be used: {missing}; use auto or cpu, or pip install 'antiphon[cuda]'")
    return Provider("CPU", f"CPU, because {missing}")


def runtime_version() -> str:
    """ONNX Runtime's version."""
    return str(onnxruntime.__version__)


def cuda_missing() -> str | None:
    """What CUDA lacks here, in words; None when nothing."""
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        return "this ONNX Runtime is built without CUDA"
    if not _gpu_count():
        return "there is no NVIDIA GPU (or no driver for it)"
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            onnxruntime.preload_dlls()
    except (OSError, RuntimeError, AttributeError) as error:
        return f"CUDA's libraries cannot be loaded ({error})"
    failed = [line for line in said.getvalue().splitlines() if line.startswith("Failed to load")]
    if failed and "Please follow" in said.getvalue():
        return f"a library of CUDA is missing ({failed[-1].removeprefix('Failed to load ')})"
    return None


def _gpu_count() -> int:
    """GPUs that the driver knows; 0 without a driver."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        count = ctypes.c_int(0)
        if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
            return 0
        return count.value
    except (OSError, AttributeError):
        return 0
