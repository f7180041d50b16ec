"""What a run is judged by: pieces from everywhere, heard as written, unknown velocities free."""

from pathlib import Path

import numpy as np
import pytest
import torch
from small_networks import network
from training_corpus import scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.evaluation.chunks import chunks
from bridge.training.processes import OneProcess
from bridge.training.resumable_run import check_pieces, held_out_bits, nats_of


def corpus(folder: Path, velocity: int = 64, pieces: int = 1) -> Corpus:
    music = [("mine", "valid", scale(40, velocity=velocity))] * pieces
    return Corpus(write_corpus(folder / "data", [*music, ("mine", "train", scale(40))]))


def test_bits_are_those_of_the_losses(tmp_path: Path) -> None:
    music, model = corpus(tmp_path), network("transformer-echo")
    report = held_out_bits(model, music, music.split("valid"), OneProcess("cpu"))
    (chunk,) = chunks(music, music.split("valid"))
    nats = nats_of(model, chunk, OneProcess("cpu"))
    assert report["notes"] == 39
    assert report["total"] == pytest.approx(nats.sum() / np.log(2) / 39)
    assert report["pitch"] == pytest.approx(nats[:, 2].mean() / np.log(2))
    assert torch.is_grad_enabled()


def test_a_velocity_that_nobody_knows_costs_nothing(tmp_path: Path) -> None:
    music = corpus(tmp_path, velocity=0)
    report = held_out_bits(network("gru"), music, music.split("valid"), OneProcess("cpu"))
    assert report["velocity"] == 0.0
    assert report["total"] == pytest.approx(report["dt"] + report["voice"] + report["pitch"] + report["duration"])


def test_a_check_hears_pieces_from_everywhere(tmp_path: Path) -> None:
    music = corpus(tmp_path, pieces=10)
    assert [piece.name for piece in check_pieces(music, 4)] == ["piece0", "piece2", "piece5", "piece7"]
    assert len(check_pieces(music, 64)) == 10
