"""Copies are found whatever their key, tempo or resolution, and the right one stays; kin never straddles splits."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from songs import Note, tune, varied, write_song

from bridge.data.corpus import Corpus
from bridge.data.duplicates import Components
from bridge.data.prepare import Preparation, prepare


class Collection:
    """Songs and the manifest that lists them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "data"
        self.rows = ["path,source,split"]

    def add(self, name: str, notes: list[Note], split: str = "train", source: str = "mine", **how: int) -> None:
        write_song(self.folder / f"{name}.mid", notes, **how)
        self.rows.append(f"{name}.mid,{source},{split}")

    def prepare(self) -> Preparation:
        (self.folder / "manifest.csv").write_text("\n".join(self.rows))
        return prepare(self.folder, self.out, pictures=False)

    def kept(self) -> dict[str, str]:
        return {piece.name: piece.split for piece in Corpus(self.out).pieces}

    def copies(self) -> dict[str, str]:
        with (self.out / "duplicates.csv").open(newline="") as file:
            return {Path(row["path"]).stem: Path(row["kept instead"]).stem for row in csv.DictReader(file)}


@pytest.fixture
def songs(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


@pytest.mark.parametrize(
    ("shift", "stretch", "ticks_per_beat"), [(5, 1.0, 480), (0, 1.3, 480), (0, 0.2, 96), (-4, 0.4, 240), (0, 1.0, 480)]
)
def test_a_copy_is_found(songs: Collection, shift: int, stretch: float, ticks_per_beat: int) -> None:
    for seed in range(6):
        songs.add(f"song{seed}", tune(seed))
    songs.add("zcopy", varied(tune(2), shift=shift, stretch=stretch), ticks_per_beat=ticks_per_beat)
    assert songs.prepare().duplicates == 1
    assert songs.copies() == {"zcopy": "song2"}


def test_of_copies_the_one_held_out_stays_then_the_fullest(songs: Collection) -> None:
    songs.add("a", tune(1, 140), "train")
    songs.add("b", varied(tune(1, 140), shift=3), "test")
    songs.add("c", varied(tune(1, 140), shift=4), "valid")
    songs.add("d", tune(2, 160)[:140], "train")
    songs.add("e", varied(tune(2, 160), shift=1), "train")
    songs.prepare()
    assert songs.kept() == {"b": "test", "e": "train"}
    assert songs.copies() == {"a": "b", "c": "b", "d": "e"}


def test_a_copy_in_another_source_is_a_copy(songs: Collection) -> None:
    songs.add("a", tune(1), source="mine")
    songs.add("b", tune(1), source="yours")
    songs.prepare()
    assert songs.copies() == {"b": "a"}


def test_takes_of_one_groove_are_all_kept(songs: Collection) -> None:
    beat = [(i * 120, 60, (36, 42, 38, 42)[i % 4], 50 + i % 30) for i in range(200)]
    for take in range(4):
        feel = tune(take, 200)  # Each take rushes and drags in its own way, up to a 32nd.
        played = [(t + p % 30 * 2, d, k, v) for (t, d, k, v), (_, _, p, _) in zip(beat, feel, strict=True)]
        songs.add(f"take{take}", played, channel=9)
    assert songs.prepare().duplicates == 0


def test_pieces_of_few_figures_are_copies_only_when_every_note_is_the_same(songs: Collection) -> None:
    pattern = [(i * 240, 240, (60, 64, 67, 64)[i % 4], 50 + i % 20) for i in range(40)]
    songs.add("a", pattern)
    songs.add("b", [(t, d, p, 127 - v) for t, d, p, v in pattern])
    songs.add("c", varied(pattern, shift=1))
    songs.prepare()
    assert songs.copies() == {"b": "a"}


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


def test_components() -> None:
    sets: Components[str] = Components()
    for one, other in (("d", "c"), ("b", "a"), ("c", "b"), ("x", "y")):
        sets.join(one, other)
    assert sets.members() == [["a", "b", "c", "d"], ["x", "y"]]
    assert (sets.root("d"), sets.root("y"), sets.root("alone")) == ("a", "x", "alone")
