"""Prepared data as one small file, to be carried to a machine that nothing else reaches.

A zip of each source's notes, column by column and byte by byte of its numbers (bytes that mean the same lie together,
which is what a compressor wants), and the index. What is only there to be tested on stays at home. 250 MB become 60.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.notes import NOTE, NoteArray, Piece
from bridge.data.shards import ShardWriter, publish, write_index

CARRIED: Final = ("train", "valid")
_INDEX: Final = "pieces.json"


def pack(corpus: Corpus, file: Path, splits: Iterable[str] = CARRIED) -> None:
    """Write the pieces of these splits to `file`."""
    wanted = set(splits)
    pieces = [piece for piece in corpus.pieces if piece.split in wanted]
    sources = sorted({piece.source for piece in pieces})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as out:
        out.writestr(_INDEX, json.dumps([asdict(piece) for piece in pieces]))
        for number, source in enumerate(sources):
            notes = np.concatenate([corpus.notes(piece) for piece in pieces if piece.source == source])
            for column in NOTE.names or ():
                planes = np.ascontiguousarray(notes[column]).view(np.uint8).reshape(len(notes), -1).T
                with io.BytesIO() as data:
                    np.save(data, np.ascontiguousarray(planes))
                    out.writestr(f"{number}/{column}.npy", data.getvalue())


def unpack(file: Path, folder: Path) -> None:
    """Write what was packed into `folder`, as prepared data. Raises ValueError where `file` is none."""
    try:
        with zipfile.ZipFile(file) as packed:
            pieces = [Piece(**row) for row in json.loads(packed.read(_INDEX))]
            unfinished = folder / ".unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            placed, shards = list[Piece](), list[dict[str, Any]]()
            for number, source in enumerate(sorted({piece.source for piece in pieces})):
                notes, start = _notes(packed, number), 0
                with ShardWriter(unfinished, source) as writer:
                    for piece in (piece for piece in pieces if piece.source == source):
                        stop = start + piece.stop - piece.start
                        shard, begin, end = writer.add(notes[start:stop].tobytes())
                        placed.append(replace(piece, shard=shard, start=begin, stop=end))
                        start = stop
                shards += writer.shards
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"{file}: not what `pack` wrote ({error})") from None
    write_index(unfinished / "index.json", shards, placed)
    publish(unfinished, folder)
    shutil.rmtree(unfinished)


def _notes(packed: zipfile.ZipFile, number: int) -> NoteArray:
    columns: dict[str, npt.NDArray[Any]] = {}
    for column in NOTE.names or ():
        planes = np.load(io.BytesIO(packed.read(f"{number}/{column}.npy")))
        columns[column] = np.ascontiguousarray(planes.T).view(NOTE[column]).reshape(-1)
    notes = np.zeros(len(next(iter(columns.values()))), NOTE)
    for column, values in columns.items():
        notes[column] = values
    return notes
