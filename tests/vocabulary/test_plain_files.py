"""Files that a user names: what a pipe without a writer, or a device without end, is taken for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.data.sources import find_sources, read_traits
from bridge.midi.files import write_bytes
from bridge.presets import config
from bridge.sessions.log import read_log
from bridge.vocabulary.plain_files import check_plain, read_plain

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_file_is_read_and_what_is_none_is_named(pipe: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\0")
    assert read_plain(tmp_path / "file") == b"\xff\0"
    for path in (pipe, Path(os.devnull)):
        with pytest.raises(OSError, match=f"a pipe or a device, not a file: '{path}'"):
            read_plain(path)
    with pytest.raises(IsADirectoryError):
        read_plain(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_plain(tmp_path / "missing")
    check_plain(tmp_path / "missing")


def test_what_is_named_as_settings_a_manifest_or_a_log_is_not_waited_for(pipe: Path) -> None:
    for read in (lambda: config.load(pipe, ()), lambda: read_log(pipe), lambda: list(find_sources(pipe))):
        with pytest.raises((OSError, ValueError), match="a pipe or a device"):
            read()
    with pytest.raises(ValueError, match="a pipe or a device"):
        read_traits(pipe)


def test_no_pipe_and_no_device_is_replaced_by_a_file(pipe: Path) -> None:
    with pytest.raises(OSError, match="a pipe or a device"):
        write_bytes(pipe, b"MThd")
    assert pipe.is_fifo()
