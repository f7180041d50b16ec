"""The session on a GPU, at the size of a test and on the processor."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx")

from click.testing import CliRunner
from training_corpus import scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.engine.streaming import StreamingModel
from bridge.training import gpu_session
from bridge.training.families.transformer import TransformerConfig
from bridge.training.gpu_session import SHAPES, SIBLING, GpuSession

TINY = {
    "large": TransformerConfig(64, 2, 2, 1, 16, 64, 32, echo=True),
    SIBLING: TransformerConfig(32, 1, 2, 1, 16, 32, 32, echo=True),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    pieces = [("songs", split, scale(90, step=0.25 * (i + 1))) for i, split in enumerate(("train", "train", "valid"))]
    return write_corpus(tmp_path / "data", pieces)


def test_the_larger_and_its_sibling_are_trained_and_play(data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    session = GpuSession(data, tmp_path / "out", minutes=0.1, bar_ms=1e6, device="cpu", rows=1, length=64)
    folders = gpu_session.run(session, said.append, TINY)
    assert [folder.name for folder in folders] == ["large", SIBLING]
    assert {StreamingModel.load(folder, provider="cpu").manifest.weights for folder in folders} == {"float32"}
    assert (tmp_path / "out" / "run-large" / "loss_curve.png").exists()
    assert "training large for" in said[1] and "ms a note" in said[0]


def test_carried_data_is_unpacked_where_it_is_used(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[GpuSession] = []
    monkeypatch.setattr(gpu_session, "run", seen.append)
    there = tmp_path / "there"
    for arguments in (["--pack", str(data), str(tmp_path / "carried")], [str(tmp_path / "carried"), str(there)]):
        outcome = CliRunner().invoke(gpu_session.main, arguments)
        assert outcome.exit_code == 0, outcome.output
    assert [session.data for session in seen] == [there / "data"] and len(Corpus(there / "data").pieces) == 3


def test_where_nothing_is_fast_enough_the_sibling_alone_is_trained(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_session, "milliseconds_a_note", lambda config, folder: 7.0)
    session = GpuSession(data, tmp_path / "out", minutes=0.02, bar_ms=5.0, device="cpu", rows=1, length=64)
    assert [folder.name for folder in gpu_session.run(session, lambda text: None, TINY)] == [SIBLING]


def test_shapes_come_largest_first_and_the_sibling_last() -> None:
    sizes = [shape.width * shape.width * shape.layers for shape in SHAPES.values()]
    assert sizes == sorted(sizes, reverse=True) and list(SHAPES)[-1] == SIBLING
