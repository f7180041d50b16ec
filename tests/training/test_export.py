"""An export appears whole, equal to the network, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnx
import torch
from engine_models import change_manifest
from small_networks import REWIND, SMALL, WIDTH, export_small, full_pass, head_log_probs, load, music, network

from bridge.commands.export import command
from bridge.engine.constraints import Constraints
from bridge.engine.model import DRAW
from bridge.engine.streaming import StreamingModel
from bridge.midi.files import FileNote, MidiPiece
from bridge.sessions.generate import Taste, Writer
from bridge.timing.timeline import Timeline
from bridge.training import checkpoint
from bridge.training.checkpoint import Progress, config_from_json
from bridge.training.export import export, export_model
from bridge.training.optimizer import Optimizer
from bridge.training.verify import TOLERANCES, verify
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZES, guide_of

FAMILIES = tuple(SMALL)
UNIFORM = np.full(5, 0.5, dtype=np.float32)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An exported folder of each family."""
    return {family: export_small(tmp_path_factory.mktemp(family), family) for family in FAMILIES}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A training run's folder."""
    model = network("transformer")
    progress = Progress(step=3, seconds=61.7, notes_seen=500)
    checkpoint.save(tmp_path / "run" / "checkpoint", model, Optimizer(model), progress)
    return tmp_path / "run"


def hidden_one_by_one(model: StreamingModel, events: np.ndarray, context: np.ndarray) -> np.ndarray:
    out = []
    for i in range(len(events)):
        model.feed(events[i : i + 1], context[i : i + 1])
        out.append(model.hidden[:WIDTH])
    return np.stack(out)


@pytest.mark.parametrize("family", FAMILIES)
def test_streaming_is_the_full_pass(models: dict[str, Path], family: str) -> None:
    events, context = music(60)
    expected = full_pass(network(family), events, context)
    model = load(models[family])
    np.testing.assert_allclose(hidden_one_by_one(model, events, context), expected, atol=1e-5)
    model.reset()
    for start, stop in ((0, 3), (3, 11), (11, 38), (38, 60)):
        model.feed(events[start:stop], context[start:stop])
        np.testing.assert_allclose(model.hidden[:WIDTH], expected[stop - 1], atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_was_taken_back_was_never_heard(models: dict[str, Path], family: str) -> None:
    events, context = music(50)
    others, around = music(REWIND, seed=1)
    model = load(models[family])
    model.feed(events[:40], context[:40])
    model.feed(others, around)
    model.rewind(REWIND)
    continued = hidden_one_by_one(model, events[40:], context[40:])
    fresh = load(models[family])
    fresh.feed(events[:40], context[:40])
    np.testing.assert_array_equal(continued, hidden_one_by_one(fresh, events[40:], context[40:]))


@pytest.mark.parametrize("family", ["transformer-echo", "gru-echo"])
def test_what_came_next_the_last_time_is_heard(models: dict[str, Path], family: str) -> None:
    events, context = music(30)
    model, deaf = load(models[family]), network(family)
    model.feed(events, context)
    with torch.no_grad():
        unheard = deaf(torch.from_numpy(events)[None], torch.from_numpy(context)[None])[0, -1]
    assert np.abs(model.hidden[:WIDTH] - unheard.numpy()[:WIDTH]).max() > 0.01


@pytest.mark.parametrize("family", FAMILIES)
def test_odds_under_a_guide_are_the_head_s(models: dict[str, Path], family: str) -> None:
    model, (events, context) = load(models[family]), music(20)
    model.feed(events, context)
    random = np.random.default_rng(2)
    for _ in range(5):
        guide, event = random.integers(0, GUIDE_SIZES), random.integers(0, codec.SIZES)
        expected = head_log_probs(network(family), model.hidden, events, event, guide)
        wanted = [odds[value] for odds, value in zip(expected, event, strict=True)]
        np.testing.assert_allclose(model.score(event, guide), wanted, atol=1e-5)
        sample = model.sample(Constraints(), UNIFORM, 1.0, 1.0, guide, event)
        assert tuple(sample.event) == tuple(event)
        for odds, classes, share in zip(expected, sample.alternatives, sample.alternative_probs, strict=True):
            assert classes[0] == odds.argmax()
            np.testing.assert_allclose(share, np.exp(odds[list(classes)]), atol=1e-5)


def test_a_guide_changes_the_odds(models: dict[str, Path]) -> None:
    model = load(models["gru"])
    model.feed(*music(5))
    event = (3, 0, 60, 20, 10)
    assert model.score(event) == model.score(event, guide_of())
    assert model.score(event) != model.score(event, guide_of(controls={"density": 4.0}))


def test_what_is_given_is_taken_though_it_is_forbidden(models: dict[str, Path]) -> None:
    model = load(models["transformer"])
    model.feed(*music(5))
    constraints = Constraints()
    constraints.voice[:] = False
    constraints.voice[2] = True
    constraints.pitch[2] = False
    constraints.pitch[2, 40:50] = True
    constraints.pitch[1] = False
    drawn = model.sample(constraints, UNIFORM, 1.0, 1.0, None, (7, DRAW, DRAW, 3, DRAW))
    assert (drawn.event.dt, drawn.event.voice, drawn.event.velocity) == (7, 2, 3)
    assert drawn.log_prob[1] == pytest.approx(0.0, abs=1e-6) and 40 <= drawn.event.pitch < 50
    forbidden = model.sample(constraints, UNIFORM, 1.0, 1.0, None, (7, 1, 60, DRAW, DRAW))
    assert (forbidden.event.voice, forbidden.event.pitch) == (1, 60)
    assert forbidden.log_prob[1:3] == (-np.inf, -np.inf)
    assert np.isfinite([forbidden.log_prob[i] for i in (0, 3, 4)]).all()


@pytest.mark.parametrize("weights", ["int8", "float16"])
@pytest.mark.parametrize("family", FAMILIES)
def test_fewer_bits_are_nearly_the_same(tmp_path: Path, models: dict[str, Path], family: str, weights: str) -> None:
    folder = export_small(tmp_path, family, weights=weights)
    model, (events, context) = load(folder), music(60)
    assert model.manifest.weights == weights
    assert {tensor.dtype for tensor in model.manifest.state} == {"float16" if weights == "float16" else "float32"}
    difference = np.abs(hidden_one_by_one(model, events, context) - full_pass(network(family), events, context))
    assert 1e-5 < difference.max() < {"int8": 0.06, "float16": 0.01}[weights]
    size, plain = ((place / "feed.onnx").stat().st_size for place in (folder, models[family]))
    assert size < {"int8": 0.8, "float16": 0.55}[weights] * plain


def test_only_weights_in_8_bits_need_another_operator(tmp_path: Path, models: dict[str, Path]) -> None:
    for family, folder in models.items():
        for file in ("feed.onnx", "sample.onnx"):
            graph = onnx.load(folder / file)
            assert [(entry.domain, entry.version) for entry in graph.opset_import] == [("", 24)], family
            assert {node.domain for node in graph.graph.node} == {""}
    kinds = {node.op_type for node in onnx.load(models["transformer"] / "feed.onnx").graph.node}
    assert {"Attention", "TensorScatter", "RotaryEmbedding", "RMSNormalization"} <= kinds
    assert "GRU" in {node.op_type for node in onnx.load(models["gru"] / "feed.onnx").graph.node}
    graph = onnx.load(export_small(tmp_path, "gru", weights="int8") / "feed.onnx").graph
    assert {node.op_type for node in graph.node if node.domain} == {"MatMulNBits"}


@pytest.mark.parametrize("family", FAMILIES)
def test_it_continues_a_piece(models: dict[str, Path], family: str) -> None:
    piece = MidiPiece(tuple(FileNote(float(i), 0.5, 60 + i, 80, 0) for i in range(8)), Timeline.steady())
    taste = Taste(low=48, high=72, controls={"density": 4.0})
    model = load(models[family])
    written = Writer(model, piece, 1, taste).continue_piece(8.0, [0], lambda _: None)
    assert written and all(note.voice == 0 and 48 <= note.pitch <= 72 and 7.5 <= note.onset <= 15.5 for note in written)
    assert Writer(model, piece, 1, taste).continue_piece(8.0, [0], lambda _: None) == written


def test_a_checkpoint_becomes_a_model_that_plays(run: Path, tmp_path: Path) -> None:
    folder = export(run / "checkpoint", tmp_path / "models", "small", rewind=REWIND, training={"licence": "CC0-1.0"})
    assert folder == tmp_path / "models" / "small"
    assert [entry.name for entry in folder.parent.iterdir()] == ["small"]
    model = load(folder)
    model.feed(*music(20))
    assert model.manifest.training == {
        "seconds": 62,
        "processor_seconds": 0,
        "notes_seen": 500,
        "licence": "CC0-1.0",
    }
    told = json.loads((folder / "manifest.json").read_text())
    assert config_from_json(told["network"]) == SMALL["transformer"]
    assert verify(folder, network("transformer")) < TOLERANCES["float32"]


def test_other_weights_are_noticed_and_the_old_model_stays(tmp_path: Path) -> None:
    folder = export_small(tmp_path)
    before = (folder / "manifest.json").read_text()
    with pytest.raises(ValueError, match="streaming differs from the full pass by"):
        verify(folder, network("transformer", seed=1))
    broken = network("transformer")
    broken.norm.weight.data[0] = float("inf")
    with pytest.raises(ValueError, match="computes"):
        export_model(broken, tmp_path, "small", rewind=REWIND)
    assert (folder / "manifest.json").read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_an_interrupted_export_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folder: Path, *_: object) -> float:
        assert {entry.name for entry in folder.iterdir()} == {"feed.onnx", "sample.onnx", "manifest.json"}
        raise KeyboardInterrupt

    monkeypatch.setattr("bridge.training.export.verify", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_small(tmp_path, "gru")
    assert not list(tmp_path.iterdir())


def test_a_model_card_survives_a_new_export(tmp_path: Path) -> None:
    folder = export_small(tmp_path)
    (folder / "MODEL_CARD.md").write_text("by hand")
    (folder / "stray.onnx").write_bytes(b"")
    export_small(tmp_path)
    assert (folder / "MODEL_CARD.md").read_text() == "by hand"
    assert not (folder / "stray.onnx").exists()


def test_equal_weights_give_equal_bytes(tmp_path: Path, models: dict[str, Path]) -> None:
    assert load(export_small(tmp_path)).manifest.digest == load(models["transformer"]).manifest.digest


def test_names_that_are_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not plain"):
        export_model(network("gru"), tmp_path, "../small", rewind=REWIND)


def test_the_command_takes_a_run_and_what_it_measured(run: Path, tmp_path: Path) -> None:
    progress = json.loads((run / "checkpoint" / "progress.json").read_text())
    (run / "checkpoint" / "progress.json").write_text(json.dumps(progress | {"best": 9.8765}))
    done = CliRunner().invoke(command, [str(run), str(tmp_path / "models"), "--name", "mine", "--rewind", "8"])
    assert done.exit_code == 0, done.output
    assert f"antiphon jam --model {tmp_path / 'models' / 'mine'}" in done.output
    manifest = load(tmp_path / "models" / "mine").manifest
    assert manifest.metrics == {"held_out_bits_per_note": 9.877}
    assert (manifest.window, manifest.rewind) == (16, 8)


def test_the_command_says_when_there_is_no_checkpoint(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path), str(tmp_path / "models")])
    assert done.exit_code == 1
    assert "this is not a checkpoint" in done.output


def test_an_exported_folder_is_exported_again_as_it_was(tmp_path: Path) -> None:
    first = export_small(tmp_path / "first", "gru")
    change_manifest(first, training={"data": [], "licence": "CC0", "notes_seen": 7}, metrics={"valid": 6.5})
    done = CliRunner().invoke(command, [str(first), str(tmp_path / "again"), "--name", "small"])
    assert done.exit_code == 0, done.output
    one, other = load(first), load(tmp_path / "again" / "small")
    assert one.manifest.digest == other.manifest.digest
    assert other.manifest.training == {"data": [], "licence": "CC0", "notes_seen": 7}
    assert other.manifest.metrics == {"valid": 6.5}
