"""Files that a user names: what a pipe without a writer, or a device without end, is taken for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bridge.data.sources import find_sources, read_traits
from bridge.presets import config
from bridge.sessions.log import read_log
from bridge.system.plain_files import NotWritten, check_place, check_plain, read_plain, write_plain

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
    with pytest.raises(NotWritten, match="a pipe that nobody reads"):
        write_plain(pipe, b"MThd")
    assert pipe.is_fifo()
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_plain(pipe, "Ünlaut")
    assert os.read(reader, 100) == "Ünlaut".encode()
    os.close(reader)
    assert pipe.is_fifo()
    write_plain(Path(os.devnull), b"MThd")
    assert not Path(os.devnull).is_file()


def test_a_full_device_says_to_make_room() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(NotWritten, match=r"^/dev/full cannot be written: No space left on device; make room there"):
        write_plain(Path("/dev/full"), b"MThd")


def test_what_cannot_be_written_whole_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    write_plain(page, "before")
    link = tmp_path / "link.html"
    link.symlink_to(page)

    def fill(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:3])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", fill)
        for path in (page, link, tmp_path / "new.html"):
            with pytest.raises(NotWritten, match=f"^{path} cannot be written: .*; make room there"):
                write_plain(path, "after")
    assert page.read_text() == "before"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.html", "page.html"]
    write_plain(link, "after")
    assert link.is_symlink() and page.read_text() == "after"
    with pytest.raises(NotWritten, match="Is a directory"):
        write_plain(tmp_path, "after")


def test_a_place_is_a_folder_or_can_be_made_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    check_place(tmp_path)
    check_place(tmp_path / "new" / "folder")
    with pytest.raises(OSError, match="file cannot be made a folder: it is a file; name another"):
        check_place(tmp_path / "file")
    with pytest.raises(OSError, match=f"cannot be made a folder: {tmp_path / 'file'} is a file; name another"):
        check_place(tmp_path / "file" / "folder" / "within")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OSError, match=f"new cannot be written: no permission to write in {tmp_path}; name another"):
        check_place(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
