"""Prepared data, memory-mapped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from bridge.data.notes import NOTE, NoteArray, Piece
from bridge.data.shards import PREPARED
from bridge.data.sources import Traits, read_traits

# Beside the index of data that were prepared before pieces had what they are played for: the same for whole sources.
TRAITS_NAME: Final = "sources.toml"


class Corpus:
    """The folder that `antiphon prepare` wrote; the sources in `leave_out` are as if they were not there."""

    def __init__(self, folder: Path, leave_out: frozenset[str] = frozenset()) -> None:
        """Raises ValueError when the folder is no prepared data, of another version, or damaged."""
        self._opened_as = (folder, leave_out)
        path = folder / "index.json"
        if not path.exists():
            raise ValueError(
                f"{folder}: no index.json, so this is not prepared data, or not whole; "
                f"run `antiphon prepare FOLDERS -o {folder}`"
            )
        index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = index.get("prepared", 1)
        if version != PREPARED:
            raise ValueError(
                f"{folder}: prepared data of version {version}, and this program reads version {PREPARED}; "
                "run `antiphon prepare` again"
            )
        rows = [row for row in index["pieces"] if row["source"] not in leave_out]
        traits = read_traits(folder / TRAITS_NAME) if (folder / TRAITS_NAME).exists() else {}
        self.pieces = [Piece(**(_known(traits, row["source"]) | row)) for row in rows]
        wanted = {piece.shard for piece in self.pieces}
        self._shards = {
            shard["file"]: _mapped(folder / shard["file"], shard["notes"])
            for shard in index["shards"]
            if shard["file"] in wanted
        }

    def __reduce__(self) -> tuple[type[Corpus], tuple[Path, frozenset[str]]]:
        """Another process opens the folder anew: a copy of the arrays would fill its memory."""
        return Corpus, self._opened_as

    def split(self, name: str) -> list[Piece]:
        """The pieces of `train`, `valid` or `test`. ValueError when there are none."""
        pieces = [piece for piece in self.pieces if piece.split == name]
        if not pieces:
            raise ValueError(f"split {name!r} is empty; splits here: {sorted({p.split for p in self.pieces})}")
        return pieces

    def notes(self, piece: Piece) -> NoteArray:
        """NOTE [N] of one piece, read on use."""
        return self._shards[piece.shard][piece.start : piece.stop]


def _known(traits: Mapping[str, Traits], source: str) -> dict[str, str]:
    return {"plays": traits[source].plays} if source in traits else {}


def _mapped(path: Path, count: int) -> NoteArray:
    try:
        notes: NoteArray = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: missing or damaged ({error}); run `antiphon prepare` again") from None
    if notes.dtype != NOTE or notes.shape != (count,):
        raise ValueError(f"{path}: not the {count} notes that index.json says; run `antiphon prepare` again")
    return notes
