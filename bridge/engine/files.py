"""Reading the files of a model folder, which may be a stranger's."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from bridge.engine.errors import ModelError

# More than any graph of numbers that a processor could stream in time.
LARGEST_GRAPH: Final = 1 << 31
LARGEST_MANIFEST: Final = 1 << 20
_WITHOUT_WAITING: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_file(path: Path, largest: int) -> bytes:
    """The bytes of a regular file of at most `largest` bytes.

    A pipe would keep whoever opens it waiting, and a device may have no end: neither is opened. Raises ModelError.
    """
    try:
        _check(path, os.stat(path), largest)
        descriptor = os.open(path, os.O_RDONLY | _WITHOUT_WAITING)
        with open(descriptor, "rb") as file:
            # Again: another thing may lie there by now.
            _check(path, os.fstat(descriptor), largest)
            data = file.read(largest + 1)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); export the model again") from None
    if len(data) > largest:
        raise ModelError(_too_large(path, largest))
    return data


def _check(path: Path, state: os.stat_result, largest: int) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise ModelError(f"{path}: a pipe, a device or a folder, not a file: copy or export the model again")
    if state.st_size > largest:
        raise ModelError(_too_large(path, largest))


def _too_large(path: Path, largest: int) -> str:
    return f"{path}: larger than {largest} bytes: this is no model"
