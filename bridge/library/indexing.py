"""Indexing a folder of MIDI files: only what is new or changed is heard; what is gone is forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bridge.library.listening import Listen
from bridge.library.store import IndexWriter, Known

FOLDER_NAME: Final = ".antiphon"
_SUFFIXES: Final = (".mid", ".midi", ".kar")


@dataclass(slots=True)
class Done:
    """What an indexing came to."""

    added: int = 0
    phrases: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a folder and its index: files to hear, new places by old ones, and what is gone."""

    there: Mapping[str, Known]
    new: tuple[str, ...]
    moved: Mapping[str, str]
    gone: tuple[str, ...]


def changes(folder: Path, known: Mapping[str, Known]) -> Changes:
    """What is to be done so that an index that knows these files is of the MIDI files below `folder`."""
    there = dict(_files(folder))
    gone = {path: what for path, what in known.items() if path not in there}
    new: list[str] = []
    moved: dict[str, str] = {}
    for path, what in there.items():
        if known.get(path) == what:
            continue
        before = next((old for old, same in gone.items() if same == what and Path(old).name == Path(path).name), None)
        if before is not None and path not in known:
            del gone[before]
            moved[before] = path
        else:
            new.append(path)
    return Changes(there, tuple(new), moved, tuple(gone))


def index_folder(
    folder: Path, writer: IndexWriter, found: Changes, listen: Listen, tell: Callable[[float], None]
) -> Done:
    """Bring the index up to date with the MIDI files below `folder`; one that cannot be read is named, and passed."""
    done = Done(unchanged=len(found.there) - len(found.new) - len(found.moved))
    for before, path in found.moved.items():
        writer.move(before, path, found.there[path])
        done.moved += 1
    heard = listen((folder / name, name) for name in found.new)
    for number, (name, one) in enumerate(zip(found.new, heard, strict=True), start=1):
        writer.add(name, found.there[name], one.phrases, one.vectors, refused=one.refused[:200])
        if one.refused:
            done.refused[name] = one.refused
        else:
            done.added += 1
            done.phrases += len(one.phrases)
        tell(number / len(found.new))
    for path in found.gone:
        writer.remove(path)
        done.removed += 1
    writer.finish()
    return done


def _files(folder: Path) -> Iterator[tuple[str, Known]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES):
                path = Path(place, name)
                try:
                    found = path.stat()
                except OSError:
                    continue  # it went while we looked
                yield path.relative_to(folder).as_posix(), Known(found.st_size, found.st_mtime_ns)
