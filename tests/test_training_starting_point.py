"""Training on from an exported folder: its graphs give back every weight."""

import json
from pathlib import Path

import pytest
import torch
from rich.console import Console
from test_training_train import TINY
from test_training_train import data as data  # the fixture

from bridge.training.export import export_model
from bridge.training.starting_point import starting_model
from bridge.training.train import Settings, train
from bridge.training.transformer import Transformer


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Transformer, Path]:
    torch.manual_seed(3)
    model = Transformer(TINY).eval()
    return model, export_model(model, tmp_path_factory.mktemp("models"), "tiny", rewind=8)


def test_an_exported_model_comes_back_whole(exported: tuple[Transformer, Path]) -> None:
    model, folder = exported
    again = starting_model(folder)
    assert again.config.norm_epsilon == pytest.approx(model.config.norm_epsilon)
    assert {k: v for k, v in model.state_dict().items() if not torch.equal(v, again.state_dict()[k])} == {}


def test_it_can_be_trained_on(exported: tuple[Transformer, Path], data: Path, tmp_path: Path) -> None:
    settings = Settings(
        data, tmp_path / "run", steps=2, batch=1, length=32, threads=1, start_from=exported[1], rate=0.2
    )
    run = train(settings, None, Console(quiet=True))
    assert run.model.config.width == TINY.width
    assert starting_model(tmp_path / "run").config == run.model.config
    with pytest.raises(AssertionError):
        torch.testing.assert_close(run.model.norm.weight, exported[0].norm.weight, atol=0, rtol=0)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither a training run nor an exported model"):
        starting_model(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"family": "gru"}))
    with pytest.raises(ValueError, match="only transformers"):
        starting_model(tmp_path)
    graphs = {"feed": {"file": "../feed.onnx"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"family": "transformer", "graphs": graphs}))
    with pytest.raises(ValueError, match="not a plain name"):
        starting_model(tmp_path)
