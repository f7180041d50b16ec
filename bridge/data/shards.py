"""Prepared data on disk: the notes of each source in shards that can be memory-mapped, and an index that comes last.

A shard is a plain `.npy` of NOTE; `index.json` says how many notes each has, and where in them each piece lies. All of
it is written beside its place and moved there when it is whole, the index at the very end: a folder with an index is
whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

import numpy as np

from bridge.data.notes import NOTE, Piece

PREPARED: Final = 2
"""The version of this format; 1 had one file for each source and no copies taken out."""
SHARD_NOTES: Final = 4_000_000  # 172 MB

_HEADER_BYTES: Final = 512  # NOTE takes some 330
_PUBLISHED: Final = frozenset({".npy", ".json", ".html", ".png", ".csv"})


class ShardWriter:
    """Writes the notes of one source, piece after piece, into shards of at most `most` notes (or one piece)."""

    def __init__(self, folder: Path, source: str, most: int = SHARD_NOTES) -> None:
        self.shards: list[dict[str, Any]] = []
        self._folder = folder
        self._stem = file_stem(source)
        self._most = most
        self._file: BinaryIO | None = None
        self._notes = 0
        self._hash = hashlib.sha256()

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        elif self._file is not None:
            self._file.close()

    def add(self, notes: bytes) -> tuple[str, int, int]:
        """Append NOTE [N] as bytes; returns the shard's file name and the first and last + 1 note in it."""
        count = len(notes) // NOTE.itemsize
        if self._file is not None and self._notes + count > self._most:
            self._finish()
        if self._file is None:
            self._file = (self._folder / self._name()).open("wb")
            self._file.write(bytes(_HEADER_BYTES))
            self._hash, self._notes = hashlib.sha256(), 0
        self._file.write(notes)
        self._hash.update(notes)
        self._notes += count
        return self._name(), self._notes - count, self._notes

    def _name(self) -> str:
        return f"{self._stem}-{len(self.shards):03}.npy"

    def _finish(self) -> None:
        if self._file is None:
            return
        self._file.seek(0)
        self._file.write(_npy_header(self._notes))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        self.shards.append({"file": self._name(), "notes": self._notes, "sha256": self._hash.hexdigest()})


def _npy_header(count: int) -> bytes:
    """The header of a .npy file (format 1.0, NEP 1) of NOTE [count], always as long, so that it can be written last."""
    start = np.lib.format.magic(1, 0)
    length = _HEADER_BYTES - len(start) - 2
    text = repr({"descr": NOTE.descr, "fortran_order": False, "shape": (count,)})
    return start + length.to_bytes(2, "little") + text.ljust(length - 1).encode("latin1") + b"\n"


def file_stem(source: str) -> str:
    """A file name for a source; with a part of its hash where the name itself cannot be one."""
    stem = re.sub(r"[^\w.-]+", "-", source, flags=re.ASCII).strip(".")[:80]
    return stem if stem == source else f"{stem}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


def write_index(path: Path, shards: list[dict[str, Any]], pieces: Iterable[Piece]) -> None:
    """Write `index.json` piece by piece, to disk for certain."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"prepared": {PREPARED},\n"shards": {json.dumps(shards, indent=1)},\n"pieces": [')
        for line in _separated(json.dumps(asdict(piece)) for piece in pieces):
            file.write(line)
        file.write("\n]}\n")
        file.flush()
        os.fsync(file.fileno())


def _separated(lines: Iterator[str]) -> Iterator[str]:
    mark = "\n"
    for line in lines:
        yield mark + line
        mark = ",\n"


def publish(unfinished: Path, folder: Path) -> None:
    """Move the data in `unfinished` into `folder`, in place of what was there; the index goes first and comes last."""
    index = folder / "index.json"
    old: set[str] = set()
    if index.exists():
        old = {shard["file"] for shard in json.loads(index.read_text(encoding="utf-8")).get("shards", ())}
        index.unlink()
    names = {path.name for path in unfinished.iterdir() if path.suffix in _PUBLISHED} - {"index.json"}
    for name in sorted(names):
        os.replace(unfinished / name, folder / name)
    for name in old - names:
        (folder / name).unlink(missing_ok=True)
    os.replace(unfinished / "index.json", index)
