"""Files that a user names: none is read that is a pipe nobody writes to, or a device without end; none is replaced.

What is written is written whole or not at all: a disk that is full leaves neither half of a file nor a draft of it, and
whatever was there before stays.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NO_ROOM: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_CLOSED: Final = (errno.EROFS, errno.EACCES, errno.EPERM)
_WITHOUT_WAITING: Final = getattr(os, "O_NONBLOCK", 0)


class NotWritten(OSError):
    """What a user named could not be written; the text says what, why, and the way out."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(error.errno, error.strerror or str(error), str(path))
        self._path = path

    def __str__(self) -> str:
        return f"{self._path} cannot be written: {self.strerror}{_way_out(self.errno)}"


def _way_out(number: int | None) -> str:
    if number in _NO_ROOM:
        return "; make room there, or name another place"
    if number == errno.ENXIO:
        return "; it is a pipe that nobody reads"
    return "; name another place" if number in _CLOSED else ""


def in_words(error: OSError) -> str:
    """What went wrong, with which file, as people read it."""
    if isinstance(error, NotWritten):
        return str(error)
    if error.filename is not None and error.strerror:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    return error.strerror or str(error)


def read_plain(path: Path) -> bytes:
    """All of a file. Raises OSError, also for a pipe or a device."""
    check_plain(path)
    return path.read_bytes()


def check_plain(path: Path) -> None:
    """Raises OSError where there is something that is no file; a folder says so itself."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        text = os.strerror(number) if stat.S_ISDIR(mode) else "a pipe or a device, not a file"
        raise OSError(number, text, str(path))


def check_place(folder: Path) -> None:
    """Find out whether files can be written into `folder`, which is made if it is not there. Nothing is made here.

    Raises OSError with the way out.
    """
    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), folder)
    if not there.is_dir():
        which = "it" if there == folder else there
        raise OSError(errno.ENOTDIR, f"{folder} cannot be made a folder: {which} is a file; name another")
    if not os.access(there, os.W_OK):
        raise OSError(errno.EACCES, f"{folder} cannot be written: {why_closed(there)}; name another folder")


def why_closed(folder: Path) -> str:
    """Why nothing can be written into a folder."""
    if hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY:
        return f"the disk of {folder} can only be read"
    return f"no permission to write in {folder}"


def write_plain(path: Path, data: bytes | str) -> None:
    """Write a file (text as UTF-8) whole or not at all; into a pipe or a device it goes as it is.

    Raises NotWritten, and then leaves what was there.
    """
    body = data.encode() if isinstance(data, str) else data
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            _write_into(path, body)
        else:
            _replace(path.resolve() if path.is_symlink() else path, body)
    except OSError as error:
        raise NotWritten(path, error) from error


def _replace(path: Path, body: bytes) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with whole(path) as draft:
        draft.write_bytes(body)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A draft beside `path`, for what writes files by itself: it takes the place of `path` at the end, or is gone."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield draft
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _write_into(path: Path, body: bytes) -> None:
    """A pipe without a reader would keep whoever opens it waiting: it is not waited for."""
    descriptor = os.open(path, os.O_WRONLY | _WITHOUT_WAITING)
    with open(descriptor, "wb") as file:
        if _WITHOUT_WAITING:
            os.set_blocking(descriptor, True)
        file.write(body)
