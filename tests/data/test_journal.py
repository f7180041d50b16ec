"""What a preparation knows so far, on disk: files in order, what was read of each, and when it is to be read again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.data.journal import Journal
from bridge.data.reading import Reading
from bridge.data.sources import Source, Traits


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "out" / ".unfinished").mkdir(parents=True)
    for name in "cab":
        (tmp_path / f"{name}.mid").write_bytes(name.encode())
    return tmp_path


def sources(place: Path, **changes: object) -> Iterator[Source]:
    return (replace(Source(place / f"{name}.mid", "mine", file=f"{name}.mid"), **changes) for name in "cab")


def journal(place: Path) -> Journal:
    return Journal(place / "out" / ".unfinished" / "journal.sqlite")


def unread(place: Path, **changes: object) -> list[str]:
    """What is still to be read, once a preparation has begun again."""
    with closing(journal(place)) as again:
        again.list_files(sources(place, **changes))
        return [item.file for _, item in again.unread()]


def test_files_are_numbered_by_source_and_name_and_one_that_comes_twice_counts_once(place: Path) -> None:
    with closing(journal(place)) as one:
        assert one.list_files([*sources(place), *sources(place)]) == 3
        assert [(number, item.file) for number, item in one.unread()] == [(1, "a.mid"), (2, "b.mid"), (3, "c.mid")]


def test_all_that_is_known_of_a_file_comes_back(place: Path) -> None:
    known = Source(
        place / "a.mid", "mine", "valid", "CC0", True, "a.mid", "piece", Traits(drum_kit="td-11", plays="drums")
    )
    with closing(journal(place)) as one:
        one.list_files([known, replace(known, path=place / "b.mid", expressive_velocity=None, traits=Traits())])
        (_, first), (_, second) = one.unread()
    assert first == replace(known, group="mine/piece")
    assert second.expressive_velocity is None and second.traits == Traits()


def test_what_was_read_is_not_read_again_until_something_it_depends_on_changes(place: Path) -> None:
    with closing(journal(place)) as one:
        one.list_files(sources(place))
        for number, _ in list(one.unread())[:2]:
            one.put(number, Reading(count=20))
    assert unread(place) == ["c.mid"]
    assert unread(place, split="test", licence="CC0", traits=Traits(plays="tune")) == ["c.mid"]
    assert unread(place, expressive_velocity=True) == ["a.mid", "b.mid", "c.mid"]
    assert unread(place, traits=Traits(free_time=True)) == ["a.mid", "b.mid", "c.mid"]
    (place / "a.mid").write_bytes(b"longer")
    assert unread(place) == ["a.mid", "c.mid"]
    os.utime(place / "b.mid", ns=(0, 0))
    assert unread(place) == ["a.mid", "b.mid", "c.mid"]


def test_a_second_preparation_into_the_same_folder_is_refused(place: Path) -> None:
    with (
        closing(journal(place)) as one,
        pytest.raises(ValueError, match=r"out: another `antiphon prepare` is writing here"),
    ):
        one.list_files(sources(place))
        journal(place)


def test_a_file_that_is_gone_is_listed_all_the_same(place: Path) -> None:
    with closing(journal(place)) as one:
        assert one.list_files([Source(place / "gone.mid", "mine")]) == 1


def test_readings_outlive_a_preparation_that_is_killed_but_for_the_last_few(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.data.journal._COMMIT_EVERY", 2)
    one = journal(place)
    one.list_files(sources(place))
    for number, _ in list(one.unread()):
        one.put(number, Reading(count=20))
    one.database.rollback()  # what was not on disk for certain is lost
    one.database.close()
    assert unread(place) == ["c.mid"]


def test_closing_keeps_what_was_put(place: Path) -> None:
    with closing(journal(place)) as one:
        one.list_files(sources(place))
        (number, _), *_ = list(one.unread())
        one.put(number, Reading(reason="too few notes", text="3 notes"))
        one.put(number, Reading(count=30))  # read again: the last counts
    with closing(journal(place)) as again:
        again.list_files(sources(place))
        assert [item.file for _, item in again.unread()] == ["b.mid", "c.mid"]
        rows = again.database.execute("SELECT reason, count FROM files JOIN readings USING (key)").fetchall()
        assert rows == [("", 30)]


def test_files_beyond_a_page_are_all_to_be_read_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.data.journal._PAGE", 3)
    many = [Source(place / f"{number:02}.mid", "mine", file=f"{number:02}.mid") for number in range(10)]
    with closing(journal(place)) as one:
        assert one.list_files(reversed(many)) == 10
        found = []
        for number, item in one.unread():
            one.put(number, Reading(count=16))  # as it goes on
            found.append((number, item.file))
        assert found == [(number + 1, f"{number:02}.mid") for number in range(10)]
        assert not list(one.unread())


def test_a_file_without_a_name_of_its_own_goes_by_its_path_and_its_group_by_its_source(place: Path) -> None:
    with closing(journal(place)) as one:
        one.list_files([Source(place / "a.mid", "mine"), Source(place / "b.mid", "yours", group="suite")])
        (_, first), (_, second) = one.unread()
    assert (first.file, first.group) == ("a.mid", "mine/a") and (second.file, second.group) == ("b.mid", "yours/suite")


def test_a_database_that_is_none_is_not_written_over(place: Path) -> None:
    (place / "out" / ".unfinished" / "journal.sqlite").write_bytes(b"somebody's own file, and no database" * 30)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        journal(place)
