"""An export appears whole, equal to the network, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnx
from engine_models import REWIND, SMALL, export_small, load, music, transformer

from bridge.training import checkpoint
from bridge.training.checkpoint import Progress
from bridge.training.export import TOLERANCE, export, export_model, main, verify
from bridge.training.optimizer import Optimizer


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A training run's folder."""
    model = transformer()
    progress = Progress(step=3, seconds=61.7, notes_seen=500)
    checkpoint.save(tmp_path / "run" / "checkpoint", model, Optimizer(model), progress)
    return tmp_path / "run"


def test_a_checkpoint_becomes_a_model_that_plays(run: Path, tmp_path: Path) -> None:
    folder = export(run / "checkpoint", tmp_path / "models", "small", rewind=REWIND, training={"licence": "CC0-1.0"})
    assert folder == tmp_path / "models" / "small"
    assert [entry.name for entry in folder.parent.iterdir()] == ["small"]
    model = load(folder)
    model.feed(*music(20))
    assert model.manifest.training == {"seconds": 62, "notes_seen": 500, "licence": "CC0-1.0"}
    assert verify(folder, transformer()) < TOLERANCE


def test_only_standard_operators_of_opset_24(tmp_path: Path) -> None:
    folder = export_small(tmp_path)
    for file in ("feed.onnx", "sample.onnx"):
        graph = onnx.load(folder / file)
        assert [(entry.domain, entry.version) for entry in graph.opset_import] == [("", 24)]
        assert {node.domain for node in graph.graph.node} == {""}
    kinds = {node.op_type for node in onnx.load(folder / "feed.onnx").graph.node}
    assert {"Attention", "TensorScatter", "RotaryEmbedding", "RMSNormalization"} <= kinds


def test_other_weights_are_noticed_and_the_old_model_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = export_small(tmp_path)
    before = (folder / "manifest.json").read_text()
    with pytest.raises(ValueError, match="streaming differs from the full pass by"):
        verify(folder, transformer(seed=1))
    broken = transformer()
    broken.norm.weight.data[0] = float("inf")
    with pytest.raises(ValueError, match="computes"):
        export_model(broken, tmp_path, "small", rewind=REWIND)
    assert (folder / "manifest.json").read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_a_model_card_survives_a_new_export(tmp_path: Path) -> None:
    folder = export_small(tmp_path)
    (folder / "MODEL_CARD.md").write_text("by hand")
    (folder / "stray.onnx").write_bytes(b"")
    export_small(tmp_path)
    assert (folder / "MODEL_CARD.md").read_text() == "by hand"
    assert not (folder / "stray.onnx").exists()


def test_equal_weights_give_equal_bytes(tmp_path: Path) -> None:
    one, other = load(export_small(tmp_path / "a")), load(export_small(tmp_path / "b"))
    assert one.manifest.digest == other.manifest.digest


def test_names_that_are_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not plain"):
        export_model(transformer(), tmp_path, "../small", rewind=REWIND)


def test_the_command_takes_a_run_and_its_metrics(run: Path, tmp_path: Path) -> None:
    bits = {"valid": {"model": {"all": {"total": 9.8765}}, "unigram": {"all": {"total": 16.0}}}}
    (run / "evaluation.json").write_text(json.dumps({"bits_per_note": bits}))
    done = CliRunner().invoke(main, [str(run), str(tmp_path / "models"), "--name", "mine", "--rewind", "8"])
    assert done.exit_code == 0, done.output
    assert "antiphon jam --model mine" in done.output
    manifest = load(tmp_path / "models" / "mine").manifest
    assert manifest.metrics == {"valid_bits_per_note": 9.877, "valid_unigram_bits_per_note": 16.0}
    assert (manifest.window, manifest.rewind) == (SMALL.window, 8)


def test_the_command_says_when_there_is_no_checkpoint(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [str(tmp_path), str(tmp_path / "models")])
    assert done.exit_code == 1
    assert "this is not a checkpoint" in done.output
