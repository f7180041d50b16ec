"""The notes of a session or file by number, and the case of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge.engine.model import Model
from bridge.evaluation.reviewing.music import Music, read
from bridge.explanation.case import Case, case_of
from bridge.explanation.trace import trace
from bridge.sessions.log import played_notes


@dataclass(frozen=True, slots=True)
class SessionNotes:
    """All notes that were heard, in order: note `n`, counted from 1, is `music`'s note n - 1.

    `traced` are the cases of the machine's notes by their place, where a session could be replayed.
    """

    music: Music
    traced: dict[int, Case]

    def case(self, number: int) -> Case:
        """The case of a note, by its number. Raises ValueError for one that does not exist."""
        if not 1 <= number <= len(self.music):
            raise ValueError(f"{self.music.title} has no note {number}: there are 1 to {len(self.music)}")
        place = number - 1
        return self.traced[place] if place in self.traced else case_of(self.music, place)


def notes_of(source: Path, load_model: Callable[[str, str], Model]) -> SessionNotes:
    """The notes of a MIDI file, or of a session, which is replayed. Raises as `read` and `trace`."""
    music = read(source)
    if music.log is None:
        return SessionNotes(music, {})
    cases = trace(music.log, load_model)
    numbers = {
        (round(note.onset, 6), note.pitch): note.note_id
        for note in played_notes(music.log)
        if note.machine and not note.cancelled
    }
    traced: dict[int, Case] = {}
    for place in np.flatnonzero(music.machine).tolist():
        number = numbers.get((round(float(music.seconds[place]), 6), int(music.stretch.pitch[place])))
        if number is not None and number in cases:
            traced[place] = cases[number]
    return SessionNotes(music, traced)
