"""Training on from an exported folder: its graphs give back every weight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch
from engine_models import change_manifest, write_model
from small_networks import SMALL, export_small, network

from bridge.training import checkpoint
from bridge.training.optimizer import Optimizer
from bridge.training.starting_point import starting_model


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    """Whether two networks hold the same parameters, to the bit."""
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("family", SMALL)
def test_an_exported_model_comes_back_whole(tmp_path: Path, family: str) -> None:
    model = starting_model(export_small(tmp_path, family))
    assert model.config == SMALL[family]
    assert same(model, network(family))
    assert not same(model, network(family, seed=1))


def test_a_run_and_its_checkpoint_are_as_good(tmp_path: Path) -> None:
    model = network("gru")
    checkpoint.save(tmp_path / "run" / "checkpoint", model, Optimizer(model), checkpoint.Progress())
    assert same(starting_model(tmp_path / "run"), model)
    assert same(starting_model(tmp_path / "run" / "checkpoint"), model)


def test_rounded_weights_are_no_beginning(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="its weights are int8, rounded; train on from the float32 export"):
        starting_model(export_small(tmp_path, "gru", weights="int8"))


def test_an_exported_model_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = export_small(tmp_path, "gru")
    monkeypatch.setenv("ANTIPHON_MODELS", str(folder.parent))
    assert same(starting_model(Path(folder.name)), network("gru"))
    with pytest.raises(ValueError, match="no model 'nobodys': there are "):
        starting_model(Path("nobodys"))


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither a training run nor an exported model"):
        starting_model(tmp_path)
    with pytest.raises(ValueError, match="does not say of which network"):
        starting_model(write_model(tmp_path / "foreign", "gru"))
    folder = export_small(tmp_path)
    (tmp_path / "small" / "sample.onnx").write_bytes(b"")
    with pytest.raises(ValueError, match="was changed or cut short"):
        starting_model(folder)


def test_graphs_that_do_not_fit_their_network_are_refused(tmp_path: Path) -> None:
    folder = export_small(tmp_path, "convolution")
    told = json.loads((folder / "manifest.json").read_text())["network"]
    for wrong in ({"dilations": [1, 2, 4, 8, 16]}, {"width": 64}):
        change_manifest(folder, network={**told, **wrong})
        with pytest.raises(ValueError, match="do not hold the weights of its network"):
            starting_model(folder)
    change_manifest(folder, network={**told, "family": "reservoir"})
    with pytest.raises(ValueError, match="family 'reservoir' is not known"):
        starting_model(folder)
