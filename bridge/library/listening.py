"""Files as phrases and vectors: heard in this process, or in several that each have the model."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bridge.data.encode import Stretch
from bridge.engine.embedding import Embedding
from bridge.engine.streaming import StreamingModel
from bridge.evaluation.reviewing.music import of_file
from bridge.library.phrases import Hearer, Span, hear, phrases_of
from bridge.library.store import IndexedPhrase, Vectors
from bridge.midi import files as midifile
from bridge.midi.files import MidiFile
from bridge.performer.keys import find_key
from bridge.system.terminal import leave_interrupts_to_the_parent
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT

# So many files are given to each process ahead of what was taken from it.
_AHEAD: Final = 4
# A process takes as long to begin as it takes to hear so many files; more processes than that want too much memory.
_WORTH: Final = 8
_MOST: Final = 8


class HeardFile(NamedTuple):
    """A file's phrases, and their vectors float32 [phrases, width]; or why it was `refused`."""

    phrases: Sequence[IndexedPhrase]
    vectors: Vectors
    refused: str = ""


# Hears files, given as paths and the names that they are refused by, and tells of each in that order.
Listen = Callable[[Iterable[tuple[Path, str]]], Iterator[HeardFile]]


def processes_for(files: int, cores: int) -> int:
    """In how many processes so many files are heard soonest on so many cores."""
    return max(min(cores, files // _WORTH, _MOST), 1)


def here(model: Hearer, embedding: Embedding) -> Listen:
    """Hear in this process, one file after the other."""
    return lambda files: (heard(path, name, model, embedding) for path, name in files)


@contextmanager
def in_processes(folder: Path, count: int) -> Iterator[Listen]:
    """Hear in `count` processes, each with the model in `folder`. They end on the way out, or when this one does.

    What comes of it raises OSError where one of them ends before its time.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)

    def listen(files: Iterable[tuple[Path, str]]) -> Iterator[HeardFile]:
        waiting: deque[Future[HeardFile]] = deque()
        try:
            for path, name in files:
                waiting.append(pool.submit(_heard_by, folder, path, name))
                if len(waiting) > _AHEAD * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise OSError(
                f"a process that hears files ended ({error}); run it again, it goes on where it was"
            ) from None

    try:
        yield listen
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """In a process that hears: Ctrl-C is for the one that began it, and nobody is left behind when that is gone."""
    leave_interrupts_to_the_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@cache
def _ear(folder: Path) -> tuple[StreamingModel, Embedding]:
    model = StreamingModel.load(folder, provider="cpu")
    return model, Embedding(model.manifest)


def _heard_by(folder: Path, path: Path, name: str) -> HeardFile:
    return heard(path, name, *_ear(folder))


def heard(path: Path, name: str, model: Hearer, embedding: Embedding) -> HeardFile:
    """Hear a file from its beginning; one that cannot be read is refused."""
    try:
        file = midifile.read(path)
        stretch = of_file(file, name).stretch
    except (OSError, ValueError) as error:
        return HeardFile([], np.zeros((0, embedding.width), dtype=np.float32), str(error))
    spans = phrases_of(stretch)
    hidden = hear(model, stretch)
    vectors = np.stack([embedding.of(hidden[span.start : span.stop]) for span in spans])
    return HeardFile([describe(stretch, span, file) for span in spans], vectors)


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
