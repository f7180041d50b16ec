"""Indexing a folder of MIDI files: only what is new or changed is heard; what is gone is forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from bridge.data.encode import Stretch
from bridge.engine.embedding import Embedding
from bridge.evaluation.reviewing.music import of_file
from bridge.library.phrases import Hearer, Span, hear, phrases_of
from bridge.library.store import IndexedPhrase, IndexWriter, Known
from bridge.midi import files as midifile
from bridge.midi.files import MidiFile
from bridge.performer.keys import find_key
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT

FOLDER_NAME: Final = ".antiphon"
_SUFFIXES: Final = (".mid", ".midi", ".kar")


@dataclass(slots=True)
class Done:
    """What an indexing came to."""

    added: int = 0
    phrases: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def index_folder(
    folder: Path, writer: IndexWriter, model: Hearer, embedding: Embedding, tell: Callable[[float], None]
) -> Done:
    """Bring the index up to date with the MIDI files below `folder`; one that cannot be read is named, and passed."""
    done, known = Done(), writer.files()
    there = dict(_files(folder))
    gone = {path: what for path, what in known.items() if path not in there}
    for path in list(there):
        if known.get(path) == there[path]:
            done.unchanged += 1
            del there[path]
    for number, (path, what) in enumerate(there.items()):
        before = next((old for old, same in gone.items() if same == what and Path(old).name == Path(path).name), None)
        if before is not None and path not in known:
            writer.move(before, path, what)
            del gone[before]
            done.moved += 1
        else:
            _add(folder / path, path, what, writer, model, embedding, done)
        tell((number + 1) / len(there))
    for path in gone:
        writer.remove(path)
        done.removed += 1
    writer.finish()
    return done


def _files(folder: Path) -> Iterator[tuple[str, Known]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES):
                path = Path(place, name)
                try:
                    found = path.stat()
                except OSError:
                    continue  # it went while we looked
                yield path.relative_to(folder).as_posix(), Known(found.st_size, found.st_mtime_ns)


def _add(
    path: Path, name: str, known: Known, writer: IndexWriter, model: Hearer, embedding: Embedding, done: Done
) -> None:
    empty = np.zeros((0, embedding.width), dtype=np.float32)
    try:
        file = midifile.read(path)
        stretch = of_file(file, name).stretch
    except (OSError, ValueError) as error:
        done.refused[name] = str(error)
        writer.add(name, known, [], empty, refused=str(error)[:200])
        return
    spans = phrases_of(stretch)
    hidden = hear(model, stretch)
    vectors = np.stack([embedding.of(hidden[span.start : span.stop]) for span in spans])
    writer.add(name, known, [describe(stretch, span, file) for span in spans], vectors)
    done.added += 1
    done.phrases += len(spans)


def describe(stretch: Stretch, span: Span, file: MidiFile | None = None) -> IndexedPhrase:
    """What is to be known of a phrase. Of a live one there is no `file`: no tempo, and no bar."""
    part = slice(span.start, span.stop)
    onset, offset = stretch.onset[part] / TICKS_PER_BEAT, stretch.offset[part] / TICKS_PER_BEAT
    begin, end = float(onset[0]), float(offset.max())
    pitched = stretch.voice[part] != DRUMS
    pitch = stretch.pitch[part][pitched]
    key = find_key(pitch, (offset - onset)[pitched]) if len(pitch) else None
    bpm, bars = 0.0, (0.0, 0.0)
    if file is not None and not np.isnan(stretch.bar_beat[span.start]):
        timeline = file.timeline
        bpm = timeline.tempo_at(begin)
        bars = timeline.bar_at(begin)[0] + 1.0, timeline.bar_at(max(float(onset[-1]), begin))[0] + 1.0
    return IndexedPhrase(
        first_bar=bars[0],
        last_bar=bars[1],
        begin_beat=begin,
        end_beat=end,
        tonic=-1 if key is None else key.root,
        minor=key is not None and key.is_minor,
        bpm=round(float(bpm), 2),
        density=round(len(onset) / max(end - begin, 1e-3), 3),
        height=round(float(pitch.mean()), 2) if len(pitch) else 0.0,
        notes=len(onset),
    )
