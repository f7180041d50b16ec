"""Files of a model folder: regular ones, no larger than they may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from engine_models import load, write_model

from bridge.engine.errors import ModelError
from bridge.engine.folders import (
    find_model,
    find_model_by_name,
    is_plain,
    is_shipped,
    list_models,
    read_file,
    search_folders,
)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "feed.onnx"
    path.write_bytes(b"abc")
    assert read_file(path, 3) == b"abc"
    with pytest.raises(ModelError, match="larger than 2 bytes"):
        read_file(path, 2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("name", ["manifest.json", "feed.onnx", "sample.onnx"])
def test_a_pipe_in_a_file_s_place_is_refused_and_not_waited_for(tmp_path: Path, name: str) -> None:
    folder = write_model(tmp_path / "small", "gru")
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ModelError, match=f"{name}: a pipe, a device or a folder, not a file"):
        load(folder)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
@pytest.mark.parametrize("name", ["manifest.json", "feed.onnx"])
def test_a_device_without_end_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_model(tmp_path / "small", "gru")
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    with pytest.raises(ModelError, match="a pipe, a device or a folder"):
        load(folder)


@pytest.mark.parametrize("name", ["con", "NUL", "nul.onnx", "com1", "Lpt9.x.y", "verse.", "..", ".a", "a/b", "", "é"])
def test_names_that_some_system_cannot_have(name: str) -> None:
    assert not is_plain(name)


@pytest.mark.parametrize("name", ["duo", "con2", "console", "null", "com10", "v1.2", "a-b_c"])
def test_names_for_every_system(name: str) -> None:
    assert is_plain(name)


def test_only_what_lies_within_the_package_is_shipped(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    assert is_shipped(root / "exported_models" / "duo")
    assert not is_shipped(tmp_path / "exported_models" / "duo")


# --- where models are found ------------------------------------------------------------------------------------


def model_in(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "manifest.json").write_text("{}")
    return folder / name


@pytest.fixture
def two_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders of models that are searched, in this order, and nothing else of ours."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    monkeypatch.setattr("bridge.engine.folders.search_folders", lambda: [first, tmp_path / "missing", second])
    return first, second


def test_of_models_of_one_name_the_first_that_is_found_counts(two_places: tuple[Path, Path]) -> None:
    first, second = two_places
    mine, _ = model_in(first, "duo"), model_in(second, "duo")
    other = model_in(second, "band")
    (first / "notes").mkdir()  # a folder without a manifest is no model
    model_in(first, ".hidden"), model_in(first, "with space")
    assert list_models() == {"duo": mine.resolve(), "band": other.resolve()}
    assert find_model("duo") == find_model_by_name("duo") == mine.resolve()


def test_a_model_is_found_by_its_folder_too_but_not_by_a_path_where_a_name_is_asked_for(
    two_places: tuple[Path, Path], tmp_path: Path
) -> None:
    mine, elsewhere = model_in(two_places[0], "duo"), model_in(tmp_path / "elsewhere", "trio")
    assert find_model(elsewhere) == find_model(str(elsewhere)) == elsewhere.resolve()
    for path in (str(elsewhere), str(mine), "../elsewhere/trio", "duo/", ""):
        with pytest.raises(ModelError, match=r"no model .*: there are duo; searched .*first.*ANTIPHON_MODELS"):
            find_model_by_name(path)


def test_a_model_that_is_not_there_is_named_with_those_that_are(two_places: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model 'duo': there are none; searched"):
        find_model("duo")
    model_in(two_places[1], "band")
    with pytest.raises(ModelError, match="no model 'duo': there are band; searched"):
        find_model("duo")
    with pytest.raises(ModelError, match=r"it holds no manifest\.json; antiphon export writes one"):
        find_model(tmp_path / "elsewhere")


def test_folders_of_the_environment_are_searched_first_and_empty_ones_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTIPHON_MODELS", raising=False)
    usual = search_folders()
    monkeypatch.setenv("ANTIPHON_MODELS", os.pathsep.join(["/a", "", "b c", ""]))
    assert search_folders() == [Path("/a"), Path("b c"), *usual]


def test_a_file_that_is_not_there_or_a_folder_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx: cannot be read \(No such file.*export the model again"):
        read_file(tmp_path / "gone.onnx", 10)
    with pytest.raises(ModelError, match="a pipe, a device or a folder, not a file"):
        read_file(tmp_path, 10)


def test_a_file_that_grows_while_it_is_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feed.onnx"
    path.write_bytes(b"abcdef")
    monkeypatch.setattr("bridge.engine.folders._check", lambda *seen: None)  # as if it had been smaller both times
    assert read_file(path, 6) == b"abcdef"
    with pytest.raises(ModelError, match="larger than 5 bytes"):
        read_file(path, 5)
