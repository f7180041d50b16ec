"""Where models lie, and how a name becomes a folder.

A name that comes over the network never becomes a path: it is only compared with the names that are there.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

from bridge.engine.errors import ModelError

MANIFEST_NAME: Final = "manifest.json"
MODELS_VARIABLE: Final = "ANTIPHON_MODELS"

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Devices of Windows, whatever follows a dot: a file of such a name cannot be made there, or is the device.
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_PACKAGE: Final = Path(__file__).resolve().parent.parent


def is_plain(name: str) -> bool:
    """Whether `name` is one path component of letters, digits, dot, dash and underscore, on every system.

    It neither begins nor ends with a dot (Windows drops one at the end) and is no device of Windows, such as NUL or
    COM1.toml: what is saved on one machine can be carried to another.
    """
    return _PLAIN.fullmatch(name) is not None and not name.endswith(".") and _RESERVED.fullmatch(name) is None


def is_shipped(folder: Path) -> bool:
    """Whether a model lies within this very package: whoever could change it there could change the program."""
    return folder.resolve().parent in (path.resolve() for path in _own_folders())


def search_folders() -> list[Path]:
    """Folders that hold model folders, first to be searched first."""
    folders = [Path(entry) for entry in os.environ.get(MODELS_VARIABLE, "").split(os.pathsep) if entry]
    return [*folders, Path("exported_models"), *_own_folders()]


def _own_folders() -> list[Path]:
    source = [_PACKAGE.parent / "exported_models"] if (_PACKAGE.parent / "pyproject.toml").is_file() else []
    return [*source, _PACKAGE / "_exported_models"]


def list_models() -> dict[str, Path]:
    """Every model that can be asked for by name, and its folder. Of equal names the first found counts."""
    found: dict[str, Path] = {}
    for folder in search_folders():
        if folder.is_dir():
            for manifest in sorted(folder.glob(f"*/{MANIFEST_NAME}")):
                if is_plain(manifest.parent.name):
                    found.setdefault(manifest.parent.name, manifest.parent.resolve())
    return found


def find_model_by_name(name: str) -> Path:
    """The folder of a listed model. Raises ModelError for any other name; never looks at a path it was given."""
    models = list_models()
    if name not in models:
        raise ModelError(f"no model {name!r}: there are {', '.join(models) or 'none'}; {_where()}")
    return models[name]


def find_model(name: str | Path) -> Path:
    """The folder of a model given by its name or its folder. Raises ModelError where there is none."""
    folder = Path(name)
    if (folder / MANIFEST_NAME).is_file():
        return folder.resolve()
    if is_plain(str(name)):
        return find_model_by_name(str(name))
    raise ModelError(f"no model in {str(name)!r}: it holds no {MANIFEST_NAME}; antiphon export writes one")


def _where() -> str:
    searched = ", ".join(str(folder) for folder in search_folders())
    return f"searched {searched}; {MODELS_VARIABLE} names more folders"


# More than any graph of numbers that a processor could stream in time.
LARGEST_GRAPH: Final = 1 << 31
LARGEST_MANIFEST: Final = 1 << 20
_WITHOUT_WAITING: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


# --- reading the files of a folder, which may be a stranger's --------------------------------------------


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
