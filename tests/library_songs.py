"""A small library of MIDI files, and a stand-in that hears pitch classes, for the tests of the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.library.indexing import Done, changes, index_folder
from bridge.library.listening import here
from bridge.library.store import writing
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Timeline

WIDTH = 12


class Ear:
    """Hears pitch classes; a phrase's vector is how often each came."""

    identity, width = "pitch classes", WIDTH

    def read_whole(self, events: np.ndarray, context: np.ndarray) -> np.ndarray:
        return np.eye(WIDTH, dtype=np.float32)[events[:, 2] % 12]

    def of(self, hidden: np.ndarray) -> np.ndarray:
        row = hidden.sum(axis=0)
        return row / np.linalg.norm(row)


def song(path: Path, pitches: list[int], bpm: float = 100.0) -> Path:
    notes = [TrackNote(0.5 * i, 0.5, pitch, 60 + i % 40, 1) for i, pitch in enumerate(pitches)]
    write_new(path, Timeline.steady(bpm), [NewTrack("piano", notes, {1: 0})])
    return path


SCALE = [0, 2, 4, 5, 7, 9, 11, 12]
C_MAJOR, G_MAJOR, CHROMATIC = [60 + s for s in SCALE] * 2, [67 + s for s in SCALE] * 2, list(range(60, 76))


def update(library: Path) -> Done:
    return update_by(Ear(), library)


def update_by(ear: Ear, library: Path) -> Done:
    with writing(library / ".antiphon", ear.identity, ear.width) as writer:
        found = changes(library, writer.files())
        return index_folder(library, writer, found, here(ear, ear), lambda done: None)  # type: ignore[arg-type]


def make_library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    song(folder / "c.mid", C_MAJOR)
    song(folder / "g.mid", G_MAJOR, 120.0)
    song(folder / "chromatic.mid", CHROMATIC)
    song(folder / "one note.mid", [60])
    (folder / "broken.mid").write_bytes(b"MThd but no more")
    (folder / "notes.txt").write_text("no music")
    return folder
