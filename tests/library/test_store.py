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


def test_who_searches_meanwhile_sees_what_changed_when_it_asks_and_loses_nothing_before(tmp_path: Path) -> None:
    fill(tmp_path, ["0", "1", "2"])
    index = Index(tmp_path, EAR, WIDTH)
    assert not index.refresh(), "nothing has changed"
    with writing(tmp_path, EAR, WIDTH) as writer:
        writer.remove("2")
        writer.add("9", Known(1, 1), [PHRASE], RANDOM[27:28])
    before = index.search(RANDOM[0], 1)
    assert before[0] == (0, pytest.approx(1.0, abs=1e-5)) and len(index) == 9
    assert index.refresh() and not index.refresh()
    assert len(index) == 7 and set(index.files()) == {"0", "1", "9"}
    assert index.search(RANDOM[27], 1)[0] == (6, pytest.approx(1.0, abs=1e-5))
    with writing(tmp_path, "another ear", WIDTH, anew=True):
        pass
    with pytest.raises(IndexRefused, match="another model"):
        Index(tmp_path, EAR, WIDTH)


def test_a_file_that_somebody_may_have_mapped_is_never_made_shorter(tmp_path: Path) -> None:
    fill(tmp_path, ["0", "1", "2", "3"])
    before = (tmp_path / "vectors-0.f32").stat().st_size
    with writing(tmp_path, EAR, WIDTH) as writer:
        for name in ("1", "2", "3"):
            writer.remove(name)
        writer.add("4", Known(1, 1), [PHRASE], RANDOM[12:13])
        assert (tmp_path / "vectors-0.f32").stat().st_size >= before
    index = Index(tmp_path, EAR, WIDTH)
    assert len(index) == 4 and [entry.path for entry in index.entries([3])] == ["4"]
    np.testing.assert_array_equal(index.vectors[3], RANDOM[12])


def test_a_file_that_cannot_be_read_is_known_with_the_reason_and_has_no_phrase(tmp_path: Path) -> None:
    with writing(tmp_path, EAR, WIDTH) as writer:
        writer.add("bad.mid", Known(3, 7), [], np.zeros((0, WIDTH), np.float32), refused="no MIDI")
        writer.add("good.mid", Known(4, 8), [PHRASE], RANDOM[:1])
        writer.finish()
    index = Index(tmp_path, EAR, WIDTH)
    assert index.refused() == {"bad.mid": "no MIDI"} and index.known("bad.mid") == Known(3, 7)
    assert index.known("none.mid") is None and len(index) == 1
    with writing(tmp_path, EAR, WIDTH) as writer:  # mended, and read again
        writer.add("bad.mid", Known(5, 9), [PHRASE, PHRASE], RANDOM[1:3])
    index = Index(tmp_path, EAR, WIDTH)
    assert index.refused() == {} and index.files() == {"bad.mid": Known(5, 9), "good.mid": Known(4, 8)}
    assert [entry.path for entry in index.entries([2, 99, 0, 1])] == ["bad.mid", "good.mid", "bad.mid"]


def test_every_field_of_a_phrase_comes_back(tmp_path: Path) -> None:
    whole = IndexedPhrase(3.5, 7.25, 10.0, 25.5, 9, True, 87.5, 1.75, 66.5, 31)
    free = IndexedPhrase(0.0, 0.0, 2.0, 8.0, -1, False, 0.0, 3.0, 0.0, 9)
    with writing(tmp_path, EAR, WIDTH) as writer:
        writer.add("one", Known(1, 2), [whole, free], RANDOM[:2])
    entries = Index(tmp_path, EAR, WIDTH).entries([0, 1])
    assert [entry.phrase for entry in entries] == [whole, free]
    assert entries[0].phrase.minor is True and [entry.row for entry in entries] == [0, 1]


@pytest.mark.parametrize(("gone", "rows"), [(1, 10), (2, 10), (4, 6), (9, 1)])
def test_an_index_is_packed_once_much_of_it_is_gone_and_finds_the_same(tmp_path: Path, gone: int, rows: int) -> None:
    with writing(tmp_path, EAR, WIDTH) as writer:
        for number in range(10):
            writer.add(str(number), Known(1, 1), [PHRASE], RANDOM[number : number + 1])
        for number in range(gone):  # the first ones: their rows stay until the index is packed
            writer.remove(str(number))
        writer.finish()
    index = Index(tmp_path, EAR, WIDTH)
    assert len(index) == 10 - gone and len(index.vectors) == rows
    for number in range(gone, 10):
        ((row, likeness),) = index.search(RANDOM[number], 1)
        assert [entry.path for entry in index.entries([row])] == [str(number)]
        assert likeness == pytest.approx(1.0, abs=1e-5)
    assert len(list(tmp_path.glob("vectors-*"))) == 1, "the old vectors are gone"


def test_a_writer_that_fails_lets_the_next_one_write_and_leaves_what_was(tmp_path: Path) -> None:
    fill(tmp_path, ["0"])
    with pytest.raises(KeyError), writing(tmp_path, EAR, WIDTH) as writer:
        writer.add("1", Known(1, 1), [PHRASE], RANDOM[3:4])
        raise KeyError("mishap")
    fill(tmp_path, ["2"])
    assert set(Index(tmp_path, EAR, WIDTH).files()) == {"0", "1", "2"}, "a file that was written whole stays"


def test_an_index_of_another_format_is_refused_with_the_way_out(tmp_path: Path) -> None:
    fill(tmp_path, ["0"])
    with sqlite3.connect(tmp_path / "index.sqlite") as database:
        database.execute("UPDATE about SET value = '7' WHERE name = 'format'")
    with pytest.raises(IndexRefused, match="an index of format 7; antiphon index --anew makes it again"):
        Index(tmp_path, EAR, WIDTH)
    with pytest.raises(IndexRefused, match="format 7"), writing(tmp_path, EAR, WIDTH):
        pass
    with writing(tmp_path, EAR, WIDTH, anew=True) as writer:
        assert len(writer) == 0 and writer.files() == {}
