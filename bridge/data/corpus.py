"""Prepared data on disk, memory-mapped, and how it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bridge.data.notes import NOTE, NoteArray, Piece


class Corpus:
    """The folder that `prepare` wrote, memory-mapped."""

    def __init__(self, folder: Path, leave_out: frozenset[str] = frozenset()) -> None:
        self._opened_as = (folder, leave_out)
        index = folder / "index.json"
        if not index.exists():
            raise ValueError(f"{folder}: no index.json, so this is not prepared data; run `antiphon prepare` into it")
        rows: list[dict[str, Any]] = json.loads(index.read_text(encoding="utf-8"))["pieces"]
        self.pieces = [Piece(**row) for row in rows if row["source"] not in leave_out]
        sources = sorted({piece.source for piece in self.pieces})
        self._notes: dict[str, NoteArray] = {s: np.load(folder / f"{s}.npy", mmap_mode="r") for s in sources}
        for source, notes in self._notes.items():
            if notes.dtype != NOTE:
                raise ValueError(f"{folder / source}.npy: written by another version; run `antiphon prepare` again")

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
        return self._notes[piece.source][piece.start : piece.stop]
