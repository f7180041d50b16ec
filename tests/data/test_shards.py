"""Shards and the index on disk, and the corpus that reads them."""

import hashlib
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


def test_a_shard_is_a_plain_file_of_numpy_with_its_checksum_in_the_index(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, "mine", 100) as writer:
        writer.add(notes(60, 1).tobytes())
        writer.add(notes(40, 2).tobytes())  # it is full to the last note
        writer.add(notes(1, 3).tobytes())
    assert [(shard["file"], shard["notes"]) for shard in writer.shards] == [("mine-000.npy", 100), ("mine-001.npy", 1)]
    whole = np.load(tmp_path / "mine-000.npy")
    np.testing.assert_array_equal(whole, np.concatenate([notes(60, 1), notes(40, 2)]))
    assert writer.shards[0]["sha256"] == hashlib.sha256(whole.tobytes()).hexdigest()
    assert writer.shards[1]["sha256"] == hashlib.sha256(notes(1, 3).tobytes()).hexdigest()


def test_a_writer_of_nothing_or_one_that_fails_names_no_shard(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, "mine") as writer:
        pass
    assert writer.shards == [] and not list(tmp_path.iterdir())
    with pytest.raises(KeyError), ShardWriter(tmp_path, "mine") as writer:
        writer.add(notes(3, 1).tobytes())
        raise KeyError("mishap")
    assert writer.shards == []
    with pytest.raises(ValueError, match="not prepared data, or not whole"):
        Corpus(tmp_path)


def test_data_that_is_half_moved_into_place_is_not_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, [60], most=100)
    unfinished = tmp_path / ".unfinished"
    unfinished.mkdir()
    written(unfinished, [5], most=100)

    def cut(source: Path, target: Path) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as without_power:
        without_power.setattr("bridge.data.shards.os.replace", cut)
        with pytest.raises(OSError, match="the power went"):
            publish(unfinished, tmp_path)
    with pytest.raises(ValueError, match="not whole"):
        Corpus(tmp_path)
    publish(unfinished, tmp_path)  # and it can be done again
    assert len(Corpus(tmp_path).pieces) == 1


def test_shards_of_before_that_are_no_more_are_taken_away_and_nothing_else_comes_along(tmp_path: Path) -> None:
    written(tmp_path, [60, 60, 60], most=100)
    unfinished = tmp_path / ".unfinished"
    unfinished.mkdir()
    written(unfinished, [5], most=100)
    for name in ("report.html", "pitch.png", "duplicates.csv", "journal.sqlite"):
        (unfinished / name).write_text("new")
    (tmp_path / "mine-002.npy").unlink()  # gone already
    publish(unfinished, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "duplicates.csv", "index.json", "mine-000.npy", "pitch.png", "report.html",
    ]  # fmt: skip
    assert (unfinished / "journal.sqlite").exists()


@pytest.mark.parametrize("source", ["mine", "a.b-c_d", "x" * 80])
def test_a_source_whose_name_can_be_a_file_s_keeps_it(source: str) -> None:
    assert file_stem(source) == source
