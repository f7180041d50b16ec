"""Songs, the manifest that lists them, and what becomes of them when they are prepared."""

from __future__ import annotations

import csv
from pathlib import Path

from songs import Note, write_song

from bridge.data.corpus import Corpus
from bridge.data.prepare import Preparation, prepare


class Collection:
    """Songs and the manifest that lists them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "data"
        self.rows = ["path,source,split"]

    def add(self, name: str, notes: list[Note], split: str = "train", source: str = "mine", **how: int) -> None:
        write_song(self.folder / f"{name}.mid", notes, **how)
        self.rows.append(f"{name}.mid,{source},{split}")

    def prepare(self) -> Preparation:
        (self.folder / "manifest.csv").write_text("\n".join(self.rows))
        return prepare(self.folder, self.out, pictures=False)

    def kept(self) -> dict[str, str]:
        return {piece.name: piece.split for piece in Corpus(self.out).pieces}

    def copies(self) -> dict[str, str]:
        with (self.out / "duplicates.csv").open(newline="") as file:
            return {Path(row["path"]).stem: Path(row["kept instead"]).stem for row in csv.DictReader(file)}
