"""Prepared data as it is read: by split, without what is left out, and whole or not at all."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from training_corpus import note_array, scale, write_corpus

from bridge.data.corpus import Corpus

PIECES = [("one", "train", scale(20)), ("two", "train", scale(30)), ("two", "valid", scale(40))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "data", PIECES)


def test_each_piece_has_its_own_notes(folder: Path) -> None:
    corpus = Corpus(folder)
    assert [(piece.source, piece.split) for piece in corpus.pieces] == [(one, split) for one, split, _ in PIECES]
    for piece, (_, _, notes) in zip(corpus.pieces, PIECES, strict=True):
        np.testing.assert_array_equal(corpus.notes(piece), note_array(notes))


def test_a_split_that_is_empty_names_those_that_are_not(folder: Path) -> None:
    corpus = Corpus(folder)
    assert [len(corpus.split(split)) for split in ("train", "valid")] == [2, 1]
    with pytest.raises(ValueError, match=r"split 'test' is empty; splits here: \['train', 'valid'\]"):
        corpus.split("test")


def test_a_source_that_is_left_out_is_not_even_opened(folder: Path) -> None:
    for shard in folder.glob("two*.npy"):
        shard.unlink()
    assert [piece.source for piece in Corpus(folder, frozenset({"two"})).pieces] == ["one"]
    with pytest.raises(ValueError, match=r"two.*\.npy: missing or damaged"):
        Corpus(folder)


def test_a_copy_for_another_process_opens_the_folder_anew(folder: Path) -> None:
    corpus = Corpus(folder, frozenset({"two"}))
    packed = pickle.dumps(corpus)
    assert len(packed) < 1000
    again = pickle.loads(packed)
    assert again.pieces == corpus.pieces
    np.testing.assert_array_equal(again.notes(again.pieces[0]), corpus.notes(corpus.pieces[0]))


def test_another_folder_another_version_and_other_notes_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no index.json.*run `antiphon prepare FOLDERS -o"):
        Corpus(tmp_path)
    index = json.loads((folder / "index.json").read_text())
    (folder / "index.json").write_text(json.dumps({**index, "prepared": 1}))
    with pytest.raises(ValueError, match=r"prepared data of version 1, and this program reads version 2"):
        Corpus(folder)
    index["shards"][0]["notes"] += 1
    (folder / "index.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match=r"not the \d+ notes that index.json says"):
        Corpus(folder)
