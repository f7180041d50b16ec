"""Manifests and folders: which files, which split, which licence."""

import os
import sys
from pathlib import Path

import pytest
from places import CASES

from bridge.data.sources import Source, find_sources


def test_a_manifest_says_what_it_knows(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(
        "path,source,split,licence,has_expressive_velocity,piece_id\nin/a.mid,mine,test,CC0,1,p7\nb.mid,mine,,,,\n"
    )
    one, other = find_sources(tmp_path)
    assert one == Source(tmp_path / "in/a.mid", "mine", "test", "CC0", True, "in/a.mid", "p7")
    assert other == Source(tmp_path / "b.mid", "mine", "", "unknown", None, "b.mid", "b")
    assert list(find_sources(tmp_path / "manifest.csv")) == [one, other]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_manifest_may_begin_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "manifest.csv").write_text("path,source,split\r\nä.mid,mine,train\r\n", encoding=encoding)
    (item,) = find_sources(tmp_path)
    assert (item.file, item.split) == ("ä.mid", "train")


def test_the_case_of_a_manifest_with_a_byte_order_mark() -> None:
    (item,) = find_sources(CASES / "manifest-bom.csv")
    assert (item.file, item.source, item.split) == ("a.mid", "mine", "train")


def test_a_manifest_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,source,split\na.mid,mine,train\nä.mid,mine,train\n", "latin-1")
    with pytest.raises(ValueError, match=r"manifest.csv, line 3: it is not UTF-8 text; save the table as CSV in UTF-8"):
        list(find_sources(tmp_path))


def test_a_folder_is_walked(tmp_path: Path) -> None:
    for name in ("b.MID", "in/a.midi", "in/deep/c.kar", "notes.txt", "d.rmi"):
        (tmp_path / "songs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "songs" / name).touch()
    found = list(find_sources(tmp_path / "songs", "CC-BY-4.0"))
    assert [item.file for item in found] == ["b.MID", "d.rmi", "in/a.midi", "in/deep/c.kar"]
    assert {(item.source, item.split, item.licence) for item in found} == {("songs", "", "CC-BY-4.0")}


@pytest.mark.parametrize("name", ["Song (2).mid", "song - Copy.mid", "SONG.3.mid", "song copy (1).mid"])
def test_copies_by_name_are_of_one_group(tmp_path: Path, name: str) -> None:
    (tmp_path / "Song.mid").touch()
    (tmp_path / name).touch()
    assert len({item.group for item in find_sources(tmp_path)}) == 1


def test_numbers_alone_make_no_group(tmp_path: Path) -> None:
    for name in ("001.mid", "002.mid", "prelude 1.mid", "prelude 2.mid", "a/001.mid", "(3).mid"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert len({item.group for item in find_sources(tmp_path)}) == 6


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are text")
def test_a_file_name_that_is_no_text_is_a_file_name(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.mid"
    with open(path, "wb"):
        pass
    (item,) = find_sources(tmp_path)
    assert os.fsencode(item.path) == path


def test_errors_name_the_place(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere: no such file or folder"):
        list(find_sources(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="no MIDI files here"):
        list(find_sources(tmp_path))
    (tmp_path / "manifest.csv").write_text("path,source\n")
    with pytest.raises(ValueError, match="no column split"):
        list(find_sources(tmp_path))
    (tmp_path / "manifest.csv").write_text("path,source,split\na.mid,mine,train\nb.mid,mine,dev\n")
    with pytest.raises(ValueError, match=r"line 3: path 'b.mid'.*split 'dev'; give .* train, valid, test"):
        list(find_sources(tmp_path))
