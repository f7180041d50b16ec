"""Bits per note: the model beside counting."""

from pathlib import Path

import pytest
import torch
from test_training_train import QUIET, TINY, settings
from test_training_train import data as data  # the fixture

from bridge.data.corpus import Corpus
from bridge.training.evaluate_bits import Unigram, evaluate
from bridge.training.held_out import check_pieces, held_out_bits
from bridge.training.processes import OneProcess
from bridge.training.train import train


def test_bits_beside_the_unigram(data: Path, tmp_path: Path) -> None:
    run = train(settings(data, tmp_path / "run", 60), TINY, QUIET)
    corpus = Corpus(data)
    report = evaluate(run.model, corpus, corpus.split("valid"), Unigram(corpus, corpus.split("train")))
    assert set(report) == {"model", "unigram"}
    assert set(report["model"]) == {"all", "source:mine", "voice:keys"}
    assert report["model"]["all"]["notes"] == report["unigram"]["all"]["notes"] == 59
    assert report["model"]["all"]["dt"] < 2.0
    # 24 pitches equally often, and 128 more seen once each by the smoothing.
    assert 4.5 < report["unigram"]["all"]["pitch"] < 7.0
    # The check of a run measures the same.
    assert held_out_bits(run.model, corpus, corpus.split("valid"), OneProcess("cpu")) == pytest.approx(
        report["model"]["all"]
    )
    assert torch.is_grad_enabled()


def test_a_check_hears_pieces_from_everywhere(data: Path) -> None:
    corpus = Corpus(data)
    assert [piece.name for piece in check_pieces(corpus, 64)] == ["piece3"]
    corpus.pieces = [piece for piece in corpus.pieces if piece.split == "valid"] * 10
    assert len(check_pieces(corpus, 4)) == 4
