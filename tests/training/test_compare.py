"""What fewer bits bring and cost is measured beside float32."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from small_networks import export_small, load, network
from training_corpus import scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.training import compare
from bridge.training.compare import Comparison, streamed_bits
from bridge.training.processes import OneProcess
from bridge.training.resumable_run import held_out_bits


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(write_corpus(tmp_path / "data", [("mine", "valid", scale(40)), ("mine", "train", scale(40))]))


@pytest.mark.parametrize("velocity", [64, 0])
def test_streamed_bits_are_those_of_the_network(tmp_path: Path, velocity: int) -> None:
    notes = scale(40, velocity=velocity)
    corpus = Corpus(write_corpus(tmp_path / "music", [("mine", "valid", notes), ("mine", "train", notes)]))
    streamed = streamed_bits(load(export_small(tmp_path, "transformer-echo")), corpus)
    report = held_out_bits(network("transformer-echo"), corpus, corpus.split("valid"), OneProcess("cpu"))
    assert report["notes"] == 39
    assert streamed == pytest.approx(report["total"], abs=1e-4)


def test_both_are_measured(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_TIMED", 10)
    found = compare.compare(network("gru"), "int8", corpus)
    assert found.bits is not None and min(found.seconds) > 0
    plain, fewer = found.bits
    assert 0 < abs(fewer - plain) < 0.02 * plain
    assert found.metrics() == {
        "excerpt_float32_bits_per_note": round(plain, 3),
        "excerpt_int8_bits_per_note": round(fewer, 3),
    }


def test_it_is_told_in_a_line() -> None:
    said = str(Comparison("int8", (0.0003, 0.0002), (10.0, 10.05)))
    assert said == (
        "int8 on this CPU, one thread: 0.20 ms a note, float32 0.30: 1.50 times as fast; "
        "+0.500% bits per note (10.050, 10.000)"
    )
    assert str(Comparison("int8", (0.0003, 0.0002), None)).endswith("bits per note not measured: give --data")
    assert Comparison("int8", (0.0003, 0.0002), None).metrics() == {}
