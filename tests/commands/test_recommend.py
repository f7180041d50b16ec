"""`antiphon recommend`: phrases of a library that fit, and taste."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_ear import indexed_library
from library_songs import C_MAJOR, song

from bridge.cli import main


def recommend(*words: object) -> Result:
    return CliRunner().invoke(main, ["recommend", *map(str, words)])


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return indexed_library(tmp_path_factory.mktemp("library"))


def test_without_a_library_it_advises_and_without_anything_it_asks(tmp_path: Path) -> None:
    done = recommend(song(tmp_path / "tune.mid", C_MAJOR))
    assert done.exit_code == 0 and len(done.output.splitlines()) >= 1
    assert "give a file or session, or --library" in recommend().output


def test_a_library_is_asked_for_something(indexed: tuple[Path, Path]) -> None:
    model, library = indexed
    done = recommend("--library", library, "--model", model)
    assert done.exit_code == 2 and "--like ID" in done.output


def test_it_lists_as_many_as_are_asked_for_and_not_the_file_itself(indexed: tuple[Path, Path]) -> None:
    model, library = indexed
    asked = (library / "c.mid", "--library", library, "--model", model)
    one, all_there_are = (recommend(*asked, "--count", count).output.splitlines() for count in (1, 50))
    assert len(all_there_are) > len(one)
    assert any("g.mid" in line for line in all_there_are)
    assert not any("│ c.mid" in line for line in all_there_are)


def test_taste_is_kept_by_phrase_and_forgotten_as_a_whole(indexed: tuple[Path, Path]) -> None:
    model, library = indexed
    asked, kept = ("--library", library, "--model", model), library / ".antiphon" / "preferences.json"
    assert "skipped; your taste" in recommend(*asked, "--skip", 0).output and kept.exists()
    refused = recommend(*asked, "--like", 999)
    assert refused.exit_code == 1 and "phrase 999 is not in the index" in refused.output
    assert "forgotten" in recommend(*asked, "--forget").output and not kept.exists()
    assert recommend(*asked, "--forget").exit_code == 0, "nothing is there to forget"
