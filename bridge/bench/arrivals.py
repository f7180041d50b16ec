"""Which note that was heard is which that was played: by its key, and by when it left."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bridge.bench.keyboard import HeardMessage, starts_note
from bridge.bench.result import BenchError
from bridge.sessions.log import SessionLog, read_log
from bridge.vocabulary.events import MoveNotes, PlayNote, Sounded

# A message that arrives this much later than it left, in seconds, is another one.
_ON_ITS_WAY: Final = 0.2


class Planned(NamedTuple):
    """A note that left: its planned onset and when it was sent, in seconds; its key (status channel 0-15, pitch)."""

    onset: float
    left: float
    key: tuple[int, int]


class Arrival(NamedTuple):
    """A note that left, and when it was heard, in seconds."""

    note: Planned
    heard: float


def recorded(folder: str) -> SessionLog:
    """The log of the one session that a daemon recorded in `folder`. Raises BenchError where there is none."""
    logs = sorted(Path(folder).glob("*/session.jsonl"))
    if not logs:
        raise BenchError("the daemon recorded nothing")
    return read_log(logs[0])


def played(log: SessionLog) -> list[Planned]:
    """The machine's notes that left, from its own log."""
    keys: dict[int, tuple[int, int]] = {}
    onsets: dict[int, float] = {}
    left = []
    for entry in log.entries:
        match entry[2] if len(entry) > 2 else None:
            case PlayNote(note_id, onset, _, pitch, _, channel):
                keys[note_id], onsets[note_id] = (channel - 1, pitch), onset
            case MoveNotes(note_ids, moved, _):
                onsets.update(zip(note_ids, moved, strict=True))
            case Sounded(time, note_id) if note_id in keys:
                left.append(Planned(onsets[note_id], time, keys[note_id]))
    return left


def matched(plan: Sequence[Planned], heard: Sequence[HeardMessage]) -> list[Arrival]:
    """The notes of `plan` that were heard, in the order they left.

    The first note-on of a key that arrives after a note of that key left is that note. Raises BenchError where
    nothing arrived.
    """
    arrivals: dict[tuple[int, int], deque[float]] = defaultdict(deque)
    for time_heard, data in heard:
        if starts_note(data):
            arrivals[data[0] & 0x0F, data[1]].append(time_heard)
    found = []
    for note in sorted(plan, key=lambda note: note.left):
        waiting = arrivals[note.key]
        while waiting and waiting[0] < note.left:
            waiting.popleft()
        if waiting and waiting[0] < note.left + _ON_ITS_WAY:
            found.append(Arrival(note, waiting.popleft()))
    if not found:
        raise BenchError(f"none of {len(plan)} notes arrived")
    return found


def onsets_heard(arrivals: Sequence[Arrival]) -> tuple[list[float], float]:
    """When the notes were heard, less the median time on the way (both in seconds), which `offset` can make up for."""
    on_the_way = float(np.median([arrival.heard - arrival.note.left for arrival in arrivals]))
    return [arrival.heard - on_the_way for arrival in arrivals], on_the_way
