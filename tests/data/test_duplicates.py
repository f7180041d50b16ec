"""Copies are found whatever their key, tempo or resolution, and the right one stays; kin never straddles splits."""

from pathlib import Path

import pytest
from song_collection import Collection
from songs import tune, varied

from bridge.data.duplicates import Components


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


def test_components() -> None:
    sets: Components[str] = Components()
    for one, other in (("d", "c"), ("b", "a"), ("c", "b"), ("x", "y")):
        sets.join(one, other)
    assert sets.members() == [["a", "b", "c", "d"], ["x", "y"]]
    assert (sets.root("d"), sets.root("y"), sets.root("alone")) == ("a", "x", "alone")
