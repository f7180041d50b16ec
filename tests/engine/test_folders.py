"""Files of a model folder: regular ones, no larger than they may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from engine_models import load, write_model

from bridge.engine.errors import ModelError
from bridge.engine.folders import is_plain, is_shipped, read_file


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
