"""Train, valid or test: kin never straddles, and something is always held out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from song_collection import Collection
from songs import tune, write_song

from bridge.data.corpus import Corpus
from bridge.data.prepare import prepare


@pytest.fixture
def songs(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


def test_kin_of_a_folder_goes_into_one_split(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    for seed in range(40):
        write_song(folder / f"{seed}.mid", tune(seed))
        # Two fifths of it and something else: too little to be a copy, too much to be in another split.
        other = [(t + 60_000, d, p, v) for t, d, p, v in tune(1000 + seed, 70)]
        write_song(folder / f"medley of {seed}.mid", tune(seed)[:70] + other)
    assert prepare(folder, tmp_path / "data", pictures=False).duplicates == 0
    splits = {piece.name: piece.split for piece in Corpus(tmp_path / "data").pieces}
    together = [splits[f"{seed}"] == splits[f"medley of {seed}"] for seed in range(40)]
    assert len(splits) == 80 and sum(together) >= 38  # A sketch is an estimate.
    assert len(set(splits.values())) == 3


def test_copies_by_name_go_into_one_split_and_most_is_for_training(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    for seed in range(60):
        write_song(folder / f"song {seed}.mid", tune(seed, 40))
        write_song(folder / f"song {seed} (1).mid", tune(100 + seed, 40))
    prepare(folder, tmp_path / "data", pictures=False)
    splits = {piece.name: piece.split for piece in Corpus(tmp_path / "data").pieces}
    assert all(splits[f"song {seed}"] == splits[f"song {seed} (1)"] for seed in range(60))
    counts = Counter(splits.values())
    assert counts["train"] > 90 and counts["valid"] >= 2 and counts["test"] >= 2


def test_something_is_held_out_of_the_smallest_folder(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    for seed in range(3):
        write_song(folder / f"{seed}.mid", tune(seed))
    prepare(folder, tmp_path / "data", pictures=False)
    assert Counter(piece.split for piece in Corpus(tmp_path / "data").pieces) == {"train": 2, "valid": 1}


def test_a_folder_s_piece_follows_its_kin_that_a_manifest_holds_out(tmp_path: Path) -> None:
    listed = Collection(tmp_path / "listed")
    listed.folder.mkdir()
    for seed in range(12):
        listed.add(f"song{seed}", tune(seed), "test" if seed < 6 else "train")
    listed.prepare()
    folder = tmp_path / "loose"
    folder.mkdir()
    for seed in range(12):
        other = [(t + 60_000, d, p, v) for t, d, p, v in tune(1000 + seed, 50)]
        write_song(folder / f"{seed}.mid", tune(seed)[:85] + other)
    prepare([folder, listed.folder], tmp_path / "data", pictures=False)
    splits = {piece.name: piece.split for piece in Corpus(tmp_path / "data").pieces if piece.source == "loose"}
    assert {seed: split for seed, split in splits.items() if split != ("test" if int(seed) < 6 else "train")} == {}


def test_a_manifest_that_lets_kin_straddle_is_kept_to_and_told(songs: Collection) -> None:
    songs.add("a", tune(1, 120), "test")
    songs.add("b", tune(1, 120)[:70] + [(t + 60_000, d, p, v) for t, d, p, v in tune(2, 70)], "train")
    report = songs.prepare().report
    assert songs.kept() == {"a": "test", "b": "train"}
    ((one, split, other, other_split, likeness),) = report["kin_across_given_splits"]
    assert (one, split, other, other_split) == ("a.mid", "test", "b.mid", "train") and 0.3 <= likeness < 0.5
