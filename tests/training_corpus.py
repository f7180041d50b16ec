"""Prepared data for tests, made of notes written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.data.notes import NOTE, NoteArray, Piece
from bridge.data.shards import ShardWriter, write_index

Note = tuple[float, float, int, int, int]  # onset and length in beats, voice, pitch, velocity


def note_array(notes: list[Note], *, bars: bool = True) -> NoteArray:
    """NOTE [N] at 120 BPM in 4/4."""
    out = np.zeros(len(notes), NOTE)
    onset, length, voice, pitch, velocity = (np.array(column) for column in zip(*notes, strict=True))
    out["onset_beats"], out["offset_beats"] = onset, onset + length
    out["onset_seconds"], out["offset_seconds"] = onset / 2, (onset + length) / 2
    out["bar_beat"], out["beats_per_bar"] = (onset % 4.0, 4.0) if bars else (np.nan, np.nan)
    out["voice"], out["pitch"], out["velocity"] = voice, pitch, velocity
    return out


def scale(count: int, step: float = 0.5, voice: int = 0, velocity: int = 64) -> list[Note]:
    """`count` notes up two octaves again and again, of velocities that differ unless `velocity` is 0."""
    return [(i * step, step, voice, 48 + i % 24, velocity and velocity + i % 20) for i in range(count)]


def write_corpus(folder: Path, pieces: list[tuple[str, str, list[Note]]]) -> Path:
    """Prepared data of pieces (source, split, notes); the folder."""
    folder.mkdir(parents=True)
    shards, rows = [], []
    for source in sorted({source for source, _, _ in pieces}):
        with ShardWriter(folder, source) as writer:
            for number, (of, split, notes) in enumerate(pieces):
                if of == source:
                    shard, start, stop = writer.add(note_array(notes).tobytes())
                    rows.append(Piece(f"piece{number}", source, split, "CC0", start, stop, True, shard))
        shards += writer.shards
    write_index(folder / "index.json", shards, rows)
    return folder
