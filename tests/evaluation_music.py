"""Small literal music for the tests of evaluation: stretches, and prepared folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bridge.data.encode import Stretch
from bridge.data.notes import NOTE, Piece
from bridge.data.shards import ShardWriter, write_index
from bridge.evaluation.chunks import Chunk
from bridge.evaluation.phrases import HeldOutPhrase
from bridge.vocabulary import codec

KEYS, BASS, DRUMS = (codec.VOICES.index(name) for name in ("keys", "bass", "drums"))
Row = tuple[float, float, int]  # onset and duration in beats, pitch


def stretch(rows: Sequence[Row], voice: int = KEYS, velocity: int = 80) -> Stretch:
    """Notes on beats of a 4/4 bar."""
    onset = np.array([row[0] for row in rows], float)
    duration = np.array([row[1] for row in rows], float)
    count = len(rows)
    return Stretch(
        onset * codec.TICKS_PER_BEAT,
        (onset + duration) * codec.TICKS_PER_BEAT,
        np.full(count, voice),
        np.array([row[2] for row in rows], np.int64),
        np.full(count, velocity),
        onset % 4.0,
        np.full(count, 4.0),
    )


def line(pitches: Sequence[int], step: float = 0.5, start: float = 0.0) -> list[Row]:
    """One note after the other, each `step` beats long."""
    return [(start + i * step, step, pitch) for i, pitch in enumerate(pitches)]


def chunk_of(events: np.ndarray, name: str = "piece", source: str = "mine") -> Chunk:
    """A chunk from events alone; its bars are unknown."""
    count = len(events)
    onset = np.cumsum(codec.DT_TICKS[events[:, 0]]).astype(float)
    unknown = np.full(count, np.nan)
    music = Stretch(onset, onset + 24, events[:, 1], events[:, 2], np.full(count, 80), unknown, unknown)
    return Chunk(Piece(name, source, "valid", "CC0", 0, count, False), music, events)


def random_events(count: int, seed: int = 0) -> np.ndarray:
    """Events of few classes (so that contexts come again), int64 [count, 5]; some velocities unknown."""
    rng = np.random.default_rng(seed)
    columns = [
        rng.choice([0, 0, 6, 12, 24], count),
        rng.choice([KEYS, BASS, DRUMS], count),
        rng.integers(55, 68, count),
        rng.choice([10, 20, codec.UNKNOWN_VELOCITY], count),
        rng.choice([5, 11, 23, 30], count),
    ]
    return np.stack(columns, axis=1)


def prepared(folder: Path, pieces: Mapping[str, Sequence[tuple[str, Sequence[Row]]]]) -> Path:
    """A prepared folder: {source: [(split, notes)]}, all on beats, velocities 80 and 84 in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    shards, index = [], []
    for source, own in pieces.items():
        with ShardWriter(folder, source) as writer:
            for number, (split, rows) in enumerate(own):
                notes = np.zeros(len(rows), NOTE)
                notes["onset_beats"] = [row[0] for row in rows]
                notes["offset_beats"] = [row[0] + row[1] for row in rows]
                notes["onset_seconds"], notes["offset_seconds"] = notes["onset_beats"] / 2, notes["offset_beats"] / 2
                notes["bar_beat"], notes["beats_per_bar"] = notes["onset_beats"] % 4, 4.0
                notes["pitch"] = [row[2] for row in rows]
                notes["velocity"] = 80 + 4 * (np.arange(len(rows)) % 2)
                shard, start, stop = writer.add(notes.tobytes())
                index.append(Piece(f"{source}{number}", source, split, "CC0", start, stop, True, shard))
        shards += writer.shards
    write_index(folder / "index.json", shards, index)
    return folder


C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72]
PROMPT = stretch(line(C_MAJOR * 2))
HUMAN = stretch(line(C_MAJOR * 4, start=8.0))
PHRASE = HeldOutPhrase(Piece("a", "mine", "valid", "CC0", 0, 48, True), PROMPT, HUMAN, beats=16.0)
