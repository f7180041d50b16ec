"""How the commands find and load models."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx")

from engine_models import write_model

from bridge.commands import model_loading
from bridge.commands.model_loading import load_faster, load_folder, load_reader, load_recorded, loader
from bridge.commands.options import AUTO_MODEL
from bridge.engine.errors import ModelError
from bridge.engine.manifest import load_manifest
from bridge.engine.streaming import StreamingModel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "small", "gru")


@pytest.fixture(autouse=True)
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is tried out in a process of its own, which `tests/live/test_model_trial.py` tests."""
    monkeypatch.setattr("bridge.live.model_trial.try_folder", lambda folder, provider: None)


def test_only_the_first_may_be_a_folder(folder: Path) -> None:
    load = loader("cpu")
    assert load(str(folder)).model.name == "small"
    with pytest.raises(ModelError):  # by then it comes from the network
        load(str(folder))


def test_auto_is_no_folder_and_neither_is_what_comes_after(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_loading, "load_faster", lambda provider: f"the faster on {provider}")
    load = loader("cpu")
    assert load(AUTO_MODEL) == "the faster on cpu"
    with pytest.raises(ModelError):
        load(str(folder))


def twins(monkeypatch: pytest.MonkeyPatch, folder: Path, seconds: dict[str, float]) -> None:
    """Both names are that folder's, but for those that are not there; a note takes each as long as this."""
    asked: list[str] = []

    def find(name: str) -> Path:
        asked.append(name)
        if name not in seconds:
            raise ModelError(f"no model {name!r}")
        return folder

    monkeypatch.setattr("bridge.engine.folders.find_model_by_name", find)
    monkeypatch.setattr(StreamingModel, "time_a_note", lambda model: seconds[asked[-1]])


@pytest.mark.parametrize("faster", model_loading.TWINS)
def test_the_faster_of_two_plays(folder: Path, monkeypatch: pytest.MonkeyPatch, faster: str) -> None:
    twins(monkeypatch, folder, {name: 0.001 if name == faster else 0.002 for name in model_loading.TWINS})
    timed: list[StreamingModel] = []
    load = StreamingModel.load
    monkeypatch.setattr(
        StreamingModel, "load", lambda folder, provider: timed.append(load(folder, provider=provider)) or timed[-1]
    )
    loaded = load_faster("cpu")
    assert loaded.model is timed[model_loading.TWINS.index(faster)]
    assert loaded.digest == load_manifest(folder).digest


def test_the_one_that_is_there_plays_and_without_any_it_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twins(monkeypatch, folder, {"duo": 0.002})
    assert load_faster("cpu").model.name == "small"
    twins(monkeypatch, folder, {})
    with pytest.raises(ModelError, match="no model 'duo'"):
        load_faster("cpu")


def test_a_folder_is_tried_before_it_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path, provider: str) -> None:
        raise ModelError(f"{folder.name} crashed on {provider}")

    monkeypatch.setattr("bridge.live.model_trial.try_folder", refuse)
    for load in (load_folder, lambda folder, provider: load_reader(str(folder), provider)):
        with pytest.raises(ModelError, match="small crashed on cpu"):
            load(folder, "cpu")


def test_a_session_is_explained_by_the_model_that_played_it(folder: Path, tmp_path: Path) -> None:
    digest = load_manifest(folder).digest
    assert load_recorded("whatever", digest, str(folder)).manifest.digest == digest
    with pytest.raises(ValueError, match=rf"model 'gone' is not the one .*{digest[:12]}, recorded 0123"):
        load_recorded("gone", "0123" * 16, str(folder))
    with pytest.raises(ValueError, match="a stand-in that knows no music"):
        load_recorded("dry", "", str(folder))
    with pytest.raises(ModelError):  # what a log names is never a path
        load_recorded(str(folder), digest, None)
