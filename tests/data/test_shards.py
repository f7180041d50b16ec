"""Shards and the index on disk, and the corpus that reads them."""

import json
from pathlib import Path

import numpy as np
import pytest

from bridge.data.corpus import Corpus
from bridge.data.notes import NOTE, NoteArray, Piece
from bridge.data.shards import ShardWriter, file_stem, publish, write_index


def notes(count: int, pitch: int) -> NoteArray:
    out = np.zeros(count, NOTE)
    out["pitch"], out["onset_beats"] = pitch, np.arange(count)
    return out


def written(folder: Path, lengths: list[int], most: int) -> list[Piece]:
    pieces = []
    with ShardWriter(folder, "mine", most) as writer:
        for number, length in enumerate(lengths):
            shard, start, stop = writer.add(notes(length, number).tobytes())
            pieces.append(Piece(f"p{number}", "mine", "train", "CC0", start, stop, True, shard))
    write_index(folder / "index.json", writer.shards, pieces)
    return pieces


def test_pieces_come_back_out_of_their_shards(tmp_path: Path) -> None:
    lengths = [30, 40, 50, 120, 1]
    written(tmp_path, lengths, most=100)
    corpus = Corpus(tmp_path)
    assert [(p.shard, p.start, p.stop) for p in corpus.pieces] == [
        ("mine-000.npy", 0, 30), ("mine-000.npy", 30, 70), ("mine-001.npy", 0, 50), ("mine-002.npy", 0, 120),
        ("mine-003.npy", 0, 1),
    ]  # fmt: skip
    for number, piece in enumerate(corpus.pieces):
        assert isinstance(corpus.notes(piece), np.memmap)
        np.testing.assert_array_equal(corpus.notes(piece), notes(lengths[number], number))


def test_a_source_left_out_is_not_opened(tmp_path: Path) -> None:
    written(tmp_path, [10], most=100)
    (tmp_path / "mine-000.npy").unlink()
    assert Corpus(tmp_path, frozenset({"mine"})).pieces == []
    with pytest.raises(ValueError, match=r"mine-000\.npy: missing or damaged"):
        Corpus(tmp_path)


def test_a_split_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    written(tmp_path, [10, 10], most=100)
    assert len(Corpus(tmp_path).split("train")) == 2
    with pytest.raises(ValueError, match=r"'valid' is empty; splits here: \['train'\]"):
        Corpus(tmp_path).split("valid")


def test_other_versions_and_damage_are_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not prepared data, or not whole; run `antiphon prepare"):
        Corpus(tmp_path)
    written(tmp_path, [10], most=100)
    whole = (tmp_path / "mine-000.npy").read_bytes()
    (tmp_path / "mine-000.npy").write_bytes(whole[:-1])
    with pytest.raises(ValueError, match="damaged"):
        Corpus(tmp_path)
    np.save(tmp_path / "mine-000.npy", notes(9, 0))
    with pytest.raises(ValueError, match="not the 10 notes"):
        Corpus(tmp_path)
    for other in ({"prepared": 3}, {}):
        (tmp_path / "index.json").write_text(json.dumps({**other, "pieces": [], "shards": []}))
        with pytest.raises(ValueError, match=r"version \d, and this program reads version 2; run `antiphon prepare`"):
            Corpus(tmp_path)


def test_new_data_take_the_place_of_old(tmp_path: Path) -> None:
    written(tmp_path, [60, 60], most=100)
    (tmp_path / "mine.txt").write_text("somebody's own")
    unfinished = tmp_path / ".unfinished"
    unfinished.mkdir()
    written(unfinished, [5], most=100)
    publish(unfinished, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["index.json", "mine-000.npy", "mine.txt"]
    assert len(Corpus(tmp_path).notes(Corpus(tmp_path).pieces[0])) == 5


@pytest.mark.parametrize("source", ["../up", "a b", "", "ünï", "a" * 300])
def test_any_source_has_a_file_name_of_its_own(source: str) -> None:
    stem = file_stem(source)
    assert len(stem) < 100 and "/" not in stem and stem.isascii() and stem != file_stem(source + "x")
