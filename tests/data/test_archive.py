"""Prepared data packed into a file and taken out again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from training_corpus import scale, write_corpus

from bridge.data.archive import pack, unpack
from bridge.data.corpus import Corpus


def test_what_is_packed_comes_out_note_for_note_but_for_the_test(tmp_path: Path) -> None:
    pieces = [("songs", "train", scale(30)), ("songs", "test", scale(40)), ("songs", "valid", scale(50, step=0.3)),
              ("beats", "train", scale(20, voice=3, velocity=0))]  # fmt: skip
    corpus = Corpus(write_corpus(tmp_path / "data", pieces))
    pack(corpus, tmp_path / "carried")
    unpack(tmp_path / "carried", tmp_path / "there")
    there = Corpus(tmp_path / "there")
    assert sorted(piece.name for piece in there.pieces) == ["piece0", "piece2", "piece3"]
    at_home = {piece.name: piece for piece in corpus.pieces}
    for piece in there.pieces:
        # Bytes: bars that are not known are not equal to themselves.
        assert there.notes(piece).tobytes() == np.array(corpus.notes(at_home[piece.name])).tobytes()
        assert (piece.source, piece.split) == (at_home[piece.name].source, at_home[piece.name].split)


def test_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("no zip")
    with pytest.raises(ValueError, match="other: not what `pack` wrote"):
        unpack(tmp_path / "other", tmp_path / "there")
