"""The index: exact search, incremental, resumed, packed, locked, and refused where it is another's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from bridge.library import store
from bridge.library.store import Index, IndexedPhrase, IndexRefused, Known, writing

EAR, WIDTH = "an ear", 8
PHRASE = IndexedPhrase(1.0, 4.0, 0.0, 16.0, 0, False, 100.0, 2.0, 60.0, 12)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


RANDOM = unit(np.random.default_rng(0).normal(size=(60, WIDTH)))


def fill(folder: Path, names: list[str]) -> None:
    with writing(folder, EAR, WIDTH) as writer:
        for name in names:
            place = int(name) * 3
            writer.add(name, Known(place, 1), [PHRASE] * 3, RANDOM[place : place + 3])
        writer.finish()


def test_search_is_exact_and_entries_are_found(tmp_path: Path) -> None:
    fill(tmp_path, ["0", "1", "2", "3"])
    index = Index(tmp_path, EAR, WIDTH)
    assert len(index) == 12 and set(index.files()) == {"0", "1", "2", "3"}
    found = index.search(RANDOM[40], 5)
    likeness = RANDOM[:12] @ RANDOM[40]
    assert [row for row, _ in found] == np.argsort(-likeness)[:5].tolist()
    np.testing.assert_allclose([value for _, value in found], np.sort(likeness)[::-1][:5], rtol=1e-5)
    assert [entry.path for entry in index.entries([7, 0])] == ["2", "0"]
    assert index.entries([7])[0].phrase == PHRASE
    assert len(index.search(RANDOM[40], 500)) == 12


def test_a_file_replaces_itself_and_the_index_is_packed(tmp_path: Path) -> None:
    fill(tmp_path, ["0", "1", "2"])
    fill(tmp_path, ["1"])
    with writing(tmp_path, EAR, WIDTH) as writer:
        writer.remove("0")
        writer.move("2", "two", Known(6, 2))
        writer.finish()
    index = Index(tmp_path, EAR, WIDTH)
    assert set(index.files()) == {"1", "two"} and len(index) == len(index.vectors) == 6
    for row, _ in index.search(RANDOM[7], 1):
        assert index.entries([row])[0].path == "two"
    assert [path.name for path in tmp_path.glob("vectors-*")] != []


def test_what_was_interrupted_leaves_nothing(tmp_path: Path) -> None:
    fill(tmp_path, ["0"])
    with (tmp_path / "vectors-0.f32").open("ab") as file:
        file.write(b"half a vector")
    fill(tmp_path, ["4"])
    index = Index(tmp_path, EAR, WIDTH)
    assert index.search(RANDOM[13], 1)[0][1] == pytest.approx(1.0, abs=1e-5)


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    with writing(tmp_path, EAR, WIDTH), pytest.raises(IndexRefused, match="another antiphon index"):
        with writing(tmp_path, EAR, WIDTH):
            pass
    fill(tmp_path, ["0"])


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(IndexRefused, match="make one with antiphon index"):
        Index(tmp_path, EAR, WIDTH)
    fill(tmp_path, ["0"])
    with pytest.raises(IndexRefused, match="--anew"):
        Index(tmp_path, "another ear", WIDTH)
    with writing(tmp_path, "another ear", WIDTH, anew=True) as writer:
        assert len(writer) == 0 and writer.search(RANDOM[0], 3) == []
    (tmp_path / "index.sqlite").write_bytes(b"no database at all, but long enough to look at" * 40)
    with pytest.raises(IndexRefused, match="damaged"):
        Index(tmp_path, EAR, WIDTH)


def test_missing_vectors_are_noticed(tmp_path: Path) -> None:
    fill(tmp_path, ["0"])
    (tmp_path / "vectors-0.f32").unlink()
    with pytest.raises(IndexRefused, match="vectors are missing"):
        Index(tmp_path, EAR, WIDTH)


@pytest.mark.parametrize("why", ["database or disk is full", "unable to open database file"])
def test_an_index_for_which_there_is_no_room_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    fill(tmp_path / "index", ["0"])

    def full(*_: object) -> None:
        raise sqlite3.OperationalError(why)

    with monkeypatch.context() as no_room:
        no_room.setattr(store, "_make", full)
        with pytest.raises(IndexRefused, match=rf"cannot be written \({why}\); make room there, or .*--index"):
            fill(tmp_path / "index", ["1"])
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexRefused, match="make room there, or put it elsewhere"):
        fill(tmp_path / "file" / "index", ["1"])
    fill(tmp_path / "index", ["1"])
    assert set(Index(tmp_path / "index", EAR, WIDTH).files()) == {"0", "1"}
