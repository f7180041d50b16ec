"""Where graphs run, and why."""

from __future__ import annotations

import onnxruntime
import pytest

from bridge.engine import providers
from bridge.engine.errors import ModelError
from bridge.engine.providers import choose_provider, cuda_missing


def test_the_cpu_as_asked_whatever_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "cuda_missing", lambda: None)
    chosen = choose_provider("cpu")
    assert (chosen.name, chosen.cuda, chosen.order) == ("CPU", False, ["CPUExecutionProvider"])


def test_cuda_where_nothing_is_missing_and_the_cpu_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "cuda_missing", lambda: None)
    for wanted in ("auto", "cuda"):
        assert choose_provider(wanted).order == ["CUDAExecutionProvider", "CPUExecutionProvider"]


def test_auto_falls_back_and_says_why_and_cuda_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "cuda_missing", lambda: "there is no NVIDIA GPU")
    chosen = choose_provider()
    assert not chosen.cuda and chosen.reason == "CPU, because there is no NVIDIA GPU"
    with pytest.raises(ModelError, match=r"provider cuda cannot be used: there is no NVIDIA GPU; use auto or cpu"):
        choose_provider("cuda")


def test_another_name_is_refused() -> None:
    with pytest.raises(ModelError, match=r"no provider 'gpu': choose from auto, cpu, cuda"):
        choose_provider("gpu")


def test_what_cuda_lacks_is_looked_for_from_the_runtime_to_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    available: list[str] = []
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: available)
    assert cuda_missing() == "this ONNX Runtime is built without CUDA"
    available.append("CUDAExecutionProvider")
    monkeypatch.setattr(providers, "_gpu_count", lambda: 0)
    assert cuda_missing() == "there is no NVIDIA GPU (or no driver for it)"
    monkeypatch.setattr(providers, "_gpu_count", lambda: 1)

    def preload() -> None:
        print("Failed to load libcudnn.so.9: no such file\nPlease follow the instructions")

    monkeypatch.setattr(onnxruntime, "preload_dlls", preload, raising=False)
    assert cuda_missing() == "a library of CUDA is missing (libcudnn.so.9: no such file)"

    def broken() -> None:
        raise OSError("bad file")

    monkeypatch.setattr(onnxruntime, "preload_dlls", broken)
    assert cuda_missing() == "CUDA's libraries cannot be loaded (bad file)"
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)
    assert cuda_missing() is None
