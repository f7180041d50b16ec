"""A library, opened: its index, the ear that made it, and its owner's taste."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from bridge.engine.embedding import Embedding, identity_of
from bridge.engine.manifest import Manifest, load_manifest
from bridge.library.clips import Clip, read_clip
from bridge.library.heard import Heard, of_heard
from bridge.library.indexing import FOLDER_NAME
from bridge.library.preferences import Preferences
from bridge.library.recommend import Recommendation, name_of, recommend, way_in_key
from bridge.library.store import Entry, Index, IndexedPhrase, IndexRefused, Vectors
from bridge.vocabulary.requests import Recommended

TASTE_NAME: Final = "preferences.json"


def place_of_index(library: Path, place: Path | None = None) -> tuple[Path, Path]:
    """The folder of the MIDI files, and that of the index, of a library that is given by either.

    Raises IndexRefused where there is no index.
    """
    if place is not None:
        return library, place
    inside = library / FOLDER_NAME
    if not inside.exists() and library.name == FOLDER_NAME:
        return library.parent, library
    if not inside.exists():
        raise IndexRefused(f"{library}: no index here; make one with antiphon index {library}")
    return library, inside


def made_by(library: Path, manifests: Sequence[Manifest]) -> Manifest:
    """Which of these models' ears made the index of a library. Raises IndexRefused where none of them did."""
    _, folder = place_of_index(library)
    refusal = IndexRefused(f"{folder}: no model to hear with")
    for manifest in manifests:
        identity = identity_of(manifest)
        assert manifest.embedding is not None
        try:
            Index(folder, identity, manifest.embedding.width).close()
        except IndexRefused as refused:
            refusal = refused
        else:
            return manifest
    raise refusal


class Shelf:
    """A library that answers. One thread owns it."""

    def __init__(self, files: Path, folder: Path, manifest: Manifest) -> None:
        """Open the index in `folder`, of the MIDI files below `files`. Raises ValueError."""
        self.files = files
        self.model = manifest.name
        self._ear = Embedding(manifest)
        self._index = Index(folder, self._ear.identity, self._ear.width)
        self._taste = folder / TASTE_NAME
        self._seen = -1
        self.preferences = self._read_taste()

    @classmethod
    def open(cls, library: Path, model: Path) -> Self:
        """The library of a folder, for the model in another."""
        files, folder = place_of_index(library)
        return cls(files, folder, load_manifest(model))

    def __len__(self) -> int:
        return len(self._index)

    def close(self) -> None:
        """No more."""
        self._index.close()

    def warm_up(self) -> None:
        """Look at every vector once, so that the first question is not the slow one."""
        vector = np.full(self._ear.width, self._ear.width**-0.5, dtype=np.float32)
        self._index.entries([row for row, _ in self._index.search(vector, 1)])

    def recommend(self, heard: Heard, count: int) -> list[Recommendation]:
        """The clips that fit what was heard, the best first. Raises ValueError where nothing was, IndexRefused."""
        self._index.refresh()
        question = of_heard(heard)
        vector = self._ear.of(question.hidden)
        return self.alike(vector, question.phrase, count)

    def alike(
        self, vector: Vectors, phrase: IndexedPhrase, count: int, leave_out: Sequence[str] = ()
    ) -> list[Recommendation]:
        """The clips that fit a phrase and its vector."""
        return recommend(self._index, vector, phrase, count, self._current_taste(), leave_out)

    def rate(self, clip: int, value: float) -> str:
        """LIKE, SKIP or USED of a clip; what was learnt, in words. Raises LookupError for a number there is not."""
        entry = self.entry(clip)
        taste = self._current_taste()
        taste.say(self._index.vectors[clip], entry.phrase, value)
        self._seen = _changed(self._taste)
        return taste.in_words()

    def forget(self) -> None:
        """Forget every like, skip and use."""
        self.preferences.forget()
        self._seen = _changed(self._taste)

    def clip(self, clip: int, heard: Heard) -> tuple[Entry, Clip, int]:
        """A clip's notes, in the key that is played, and by how many semitones they were moved. Raises ClipGone too."""
        entry = self.entry(clip)
        now = IndexedPhrase(0, 0, 0, 0, heard.tonic, heard.minor, heard.bpm, 0, 0, 0)
        moved = way_in_key(now, entry.phrase)
        return entry, read_clip(self.files, entry, self._index.known(entry.path), moved), moved

    def entry(self, clip: int) -> Entry:
        """What is known of a clip. Raises LookupError for a number there is not."""
        self._index.refresh()
        found = self._index.entries([clip])
        if not found:
            raise LookupError(f"there is no clip {clip} in the library: /antiphon/recommend names some")
        return found[0]

    def _current_taste(self) -> Preferences:
        """As it is on the disk: a command may have changed it."""
        if _changed(self._taste) != self._seen:
            self.preferences = self._read_taste()
        return self.preferences

    def _read_taste(self) -> Preferences:
        self._seen = _changed(self._taste)
        return Preferences(self._taste, self._ear.identity, self._ear.width)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def as_report(rank: int, of: int, one: Recommendation) -> Recommended:
    """A recommendation as it is told."""
    return Recommended(
        rank=rank,
        of=of,
        clip=one.entry.row,
        score=round(one.score, 4),
        title=name_of(one.entry),
        key=one.key,
        transpose=one.transpose,
        tempo=round(one.tempo, 3) if math.isfinite(one.tempo) else 0.0,
        reason=one.reason,
    )
