"""The notes of a phrase of the library, out of its file, to be played or heard."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bridge.evaluation.reviewing.music import of_file
from bridge.library.phrases import phrases_of
from bridge.library.store import Entry, Known
from bridge.midi import files as midifile
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT, VOICES
from bridge.vocabulary.events import ClipNote

_SHORTEST: Final = 1 / 64  # beats
# Where a file says nothing of how loud its notes are.
_USUAL_VELOCITY: Final = 80


class Clip(NamedTuple):
    """Notes of a phrase; `place` is where in its bar the first one is, in beats, -1 where no bar is known."""

    notes: tuple[ClipNote, ...]
    place: float


class ClipGone(ValueError):
    """A phrase whose file is not what it was; the text says which, and the way out."""


def read_clip(library: Path, entry: Entry, known: Known | None, transpose: int = 0) -> Clip:
    """The notes of a phrase, moved by `transpose` semitones but for drums.

    A note that this would move out of the range is an octave nearer. Raises ClipGone where the file is gone, or has
    changed since it was indexed.
    """
    path, name = library / entry.path, Path(entry.path).stem
    try:
        found = path.stat()
        if known is None or (found.st_size, found.st_mtime_ns) != known:
            raise ClipGone(f"{name} has changed since it was indexed: antiphon index hears it again")
        stretch = of_file(midifile.read(path), entry.path).stretch
    except OSError as error:
        raise ClipGone(f"{name} is gone since it was indexed ({error.strerror}): antiphon index forgets it") from None
    begin = entry.phrase.begin_beat
    span = min(phrases_of(stretch), key=lambda one: abs(float(stretch.onset[one.start]) / TICKS_PER_BEAT - begin))
    part = slice(span.start, span.stop)
    onset, offset = stretch.onset[part] / TICKS_PER_BEAT, stretch.offset[part] / TICKS_PER_BEAT
    rows = zip(
        (onset - onset[0]).tolist(),
        np.maximum(offset - onset, _SHORTEST).tolist(),
        stretch.voice[part].tolist(),
        stretch.pitch[part].tolist(),
        stretch.velocity[part].tolist(),
        strict=True,
    )
    notes = tuple(
        ClipNote(beat, length, VOICES[voice], _moved(pitch, voice, transpose), velocity or _USUAL_VELOCITY)
        for beat, length, voice, pitch, velocity in rows
    )
    place = float(stretch.bar_beat[span.start])
    return Clip(notes, -1.0 if np.isnan(place) else place)


def _moved(pitch: int, voice: int, transpose: int) -> int:
    if voice == DRUMS:
        return pitch
    moved = pitch + transpose
    return moved - 12 if moved > 127 else moved + 12 if moved < 0 else moved
