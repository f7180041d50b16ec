"""Files that a user names: none is read or replaced that is a pipe nobody writes to, or a device without end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


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
