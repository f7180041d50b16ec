"""Manifests and folders: which files, which split, which licence."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import CASES, ROOT

from bridge.data.corpus import Corpus
from bridge.data.sources import Source, Traits, find_sources, read_traits, styles_of


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


# --- what no MIDI file says of itself -------------------------------------------------------------------


def test_columns_of_a_manifest_win_over_what_is_known_of_its_source(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        '[choir]\nfree_time = true\nsingers = "lead"\nplays = ["tune", "two hands"]\n[quartet]\ncello_bass = 0.5\n'
    )
    (tmp_path / "manifest.csv").write_text(
        "path,source,split,free_time,singers,cello_bass,drum_kit,plays\n"
        "a.mid,choir,,,,,,\nb.mid,choir,,0,strings,,td-11,tune; lead sheet\nc.mid,other,,1,,,,\nd.mid,quartet,,,,1,,\n"
    )
    traits = [item.traits for item in find_sources(tmp_path, traits=read_traits(tmp_path / "sources.toml"))]
    assert traits == [
        Traits(free_time=True, singers="lead", plays="tune; two hands"),
        Traits(singers="strings", drum_kit="td-11", plays="tune; lead sheet"),
        Traits(free_time=True),
        Traits(cello_bass=1.0),
    ]


def test_a_folder_without_a_manifest_is_one_source(tmp_path: Path) -> None:
    (tmp_path / "takes").mkdir()
    (tmp_path / "takes" / "a.mid").touch()
    (item,) = find_sources(tmp_path / "takes", traits={"takes": Traits(free_time=True), "other": Traits()})
    assert item.traits.free_time


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[mine]\nfree = true", r"\[mine\] has free; a source's table may have free_time, singers"),
        ("mine = 1", "mine is no table"),
        ("[mine]\ndrum_kit = 'td-17'", r"\[mine\]: drum_kit 'td-17': not known; there are td-11"),
        ("[mine]\nsingers = 'choir'", r"singers 'choir': no voice; there are keys"),
        ("[mine]\ncello_bass = 2", r"cello_bass 2.0: a share"),
        ("[mine]\ncello_bass = 'half'", r"cello_bass 'half': no number"),
        ("[mine", "cannot be read as TOML"),
    ],
)
def test_what_cannot_be_known_of_a_source_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(ValueError, match=says):
        read_traits(tmp_path / "sources.toml")


def test_a_wrong_column_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,source,split,drum_kit\na.mid,mine,,\nb.mid,mine,,tr-808\n")
    with pytest.raises(ValueError, match=r"manifest.csv, line 3: drum_kit 'tr-808': not known"):
        list(find_sources(tmp_path))


def test_the_sources_of_the_shipped_models_can_be_read() -> None:
    traits = read_traits(ROOT / "docs" / "sources.toml")
    assert traits["pop909"].free_time and traits["groove-midi"].drum_kit == "td-11"


def test_data_prepared_before_get_what_they_are_played_for_from_a_file_beside_them(data: Path) -> None:
    index = json.loads((data / "index.json").read_text())
    for row in index["pieces"]:
        del row["plays"]
    (data / "index.json").write_text(json.dumps(index))
    assert {piece.plays for piece in Corpus(data).pieces} == {""}
    (data / "sources.toml").write_text('[mine]\nplays = ["tune"]\n')
    assert {piece.plays for piece in Corpus(data).pieces} == {"tune"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",mine,train", "path '', source 'mine', split 'train'"),
        ("a.mid,,train", "path 'a.mid', source '', split 'train'"),
        ("a.mid,mine,dev", "split 'dev'; give a path, a source, and one of train, valid, test"),
        ("a.mid,mine", "split None"),
    ],
)
def test_a_row_of_a_manifest_that_says_too_little_is_named_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    (tmp_path / "manifest.csv").write_text(f"path,source,split\nb.mid,mine,\n{row}\n")
    with pytest.raises(ValueError, match=rf"manifest\.csv, line 3: .*{says}"):
        list(find_sources(tmp_path))


def test_a_quotation_mark_that_was_left_open_is_told_and_not_taken_for_a_field_without_end(tmp_path: Path) -> None:
    rows = "".join(f"{number}.mid,mine,train\n" for number in range(9000))
    (tmp_path / "manifest.csv").write_text(f'path,source,split\na.mid,mine,train\n"b.mid,mine,train\n{rows}')
    with pytest.raises(ValueError, match=r"manifest\.csv, line \d+: field larger .*; close the quotation mark"):
        list(find_sources(tmp_path))


def test_a_manifest_without_a_line_or_a_column_says_which_it_needs(tmp_path: Path) -> None:
    for text, missing in (("", "path, source, split"), ("path,split\n", "source"), ("PATH,source,split\n", "path")):
        (tmp_path / "manifest.csv").write_text(text)
        with pytest.raises(ValueError, match=f"no column {missing}; a manifest needs path, source, split"):
            list(find_sources(tmp_path))
    (tmp_path / "manifest.csv").write_text("path,source,split\n")
    with pytest.raises(ValueError, match="no MIDI files here"):
        list(find_sources(tmp_path / "manifest.csv"))


def test_a_folder_is_walked_in_the_same_order_on_every_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("z/1.mid", "a/2.mid", "a/b/3.mid", "9.mid", "10.mid"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    wanted = ["10.mid", "9.mid", "a/2.mid", "a/b/3.mid", "z/1.mid"]
    assert [item.file for item in find_sources(tmp_path)] == wanted
    walk = os.walk

    def backwards(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        for place, folders, files in walk(folder):
            folders.sort(reverse=True)
            yield place, folders, sorted(files, reverse=True)

    monkeypatch.setattr("bridge.data.sources.os.walk", backwards)
    assert [item.file for item in find_sources(tmp_path)] == wanted


@pytest.mark.parametrize(
    ("plays", "styles"), [("", []), (" ; ;", []), ("tune", ["tune"]), (" two hands ;tune;", ["two hands", "tune"])]
)
def test_styles_are_told_apart_by_semicolons(plays: str, styles: list[str]) -> None:
    assert styles_of(plays) == styles


def test_only_what_is_known_is_told_and_it_makes_the_same_again() -> None:
    assert Traits().told() == {}
    known = Traits(free_time=True, cello_bass=0.25, plays="tune")
    assert known.told() == {"free_time": True, "cello_bass": 0.25, "plays": "tune"}
    assert Traits(**known.told()) == known and known.with_columns({"cello_bass": "", "singers": None}) == known
