"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from bridge import __version__


def cpu_name() -> str:
    """The processor as it calls itself."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> float | None:
    """Processes that wanted a processor in the last minute; None where the system does not tell."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def facts(model: str) -> dict[str, Any]:
    """Machine, versions and model, as JSON types."""
    import onnxruntime

    from bridge.engine.manifest import ModelError, find_model, load_manifest

    told: dict[str, Any] = {
        "antiphon": __version__,
        "cpu": cpu_name(),
        "cores": cores(),
        "load": load(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__,
        "model": model,
    }
    try:
        manifest = load_manifest(find_model(model))
    except ModelError as error:
        return {**told, "model_problem": str(error)}
    return {
        **told,
        "model_family": manifest.family,
        "model_weights": manifest.weights,
        "model_window": manifest.window,
        "model_sha256": manifest.digest,
    }
