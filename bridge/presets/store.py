"""Where presets lie: a folder of small TOML files, each named by its preset.

A name that comes over the network never becomes a path that leaves the folder: it is one plain word, and what is read
is only ever one of the files that are there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bridge.engine.folders import is_plain
from bridge.presets.presets import Preset, parse, text_of
from bridge.system.plain_files import write_plain

SUFFIX: Final = ".toml"
LARGEST: Final = 64 * 1024  # bytes of a preset file
MOST: Final = 500  # presets that are kept by name


class PresetShelf:
    """The presets in `folder`, which is made at the first save. Every refusal is a ValueError with its reason.

    A file is read again only when it has changed, so that a morph under way costs no reading.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[tuple[int, int], Preset]] = {}

    def names(self) -> list[str]:
        """The presets that are there, in alphabetical order."""
        try:
            files = [entry.name for entry in os.scandir(self.folder) if entry.is_file()]
        except OSError:  # not there yet, or not to be read: nothing to offer
            return []
        return sorted(name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX) and is_plain(name))[:MOST]

    def load(self, name: str) -> Preset:
        """A preset by its name."""
        _check(name)
        path = self.folder / (name + SUFFIX)
        try:
            state = path.stat()
            version = state.st_mtime_ns, state.st_size
            known = self._read.get(name)
            if known is not None and known[0] == version:
                return known[1]
            if state.st_size > LARGEST:
                raise ValueError(f"preset {name!r} has {state.st_size} bytes: {LARGEST} at most")
            preset = parse(path.read_text(encoding="utf-8"), name)
        except FileNotFoundError:
            there = ", ".join(self.names()) or "none"
            raise ValueError(
                f"no preset {name!r} in {self.folder}: there are {there}; /antiphon/preset/save makes one"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"preset {name!r} in {self.folder} cannot be read: {error}") from error
        self._read[name] = version, preset
        return preset

    def save(self, name: str, preset: Preset) -> None:
        """Write a preset, in place of one of that name."""
        _check(name)
        there = self.names()
        if name not in there and len(there) >= MOST:
            raise ValueError(f"cannot save preset {name!r}: {self.folder} holds {len(there)} already; delete some")
        path = self.folder / (name + SUFFIX)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_plain(path, text_of(preset))
        except OSError as error:
            raise ValueError(f"cannot save preset {name!r}: {error}") from error

    def programs(self) -> dict[int, str]:
        """The preset that each MIDI program (0-127) selects; of several with the same program the first by name."""
        found: dict[int, str] = {}
        for name in self.names():
            try:
                program = self.load(name).program
            except ValueError:  # a broken preset is told when it is asked for, not at every program change
                continue
            if program is not None:
                found.setdefault(program, name)
        return found


def _check(name: str) -> None:
    if not is_plain(name):
        shown = repr(name if len(name) <= 64 else f"{name[:64]}...")
        raise ValueError(
            f"no preset can be called {shown}: letters, digits, dash, underscore and dot (not first or last), 64 at "
            "most, and no device of Windows (con, nul)"
        )
