"""What the machine plays to an excerpt: the whole core on the simulated clock, with the settings a user gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from bridge.engine.model import Model
from bridge.evaluation.playing.excerpts import Excerpt
from bridge.performer.phrase_measures import Notes
from bridge.performer.role import AUTO
from bridge.performer.settings import Settings
from bridge.sessions.perform import HumanNote, MachineNote, Performance, perform

# How loud a notated note is played, whose loudness nobody knows.
NOTATED: Final = 80


def users_settings(
    mode: str = "respond",
    seed: int = 0,
    values: Mapping[str, float | str] = MappingProxyType({}),
    voices: Mapping[str, tuple[bool, int]] = MappingProxyType({}),
) -> Settings:
    """What somebody gets who sets nothing but these: what the human is, is made out from what they play."""
    return Settings(mode=mode, seed=seed, human_voice=AUTO, values=values, voices=voices)


def human_notes(excerpt: Excerpt) -> list[HumanNote]:
    """The phrase as somebody plays it: in chords from below, each key as long as it is held."""
    notes = excerpt.phrase
    return [
        HumanNote(float(onset), float(offset - onset), int(pitch), int(velocity) or NOTATED, excerpt.channel)
        for onset, offset, pitch, velocity in zip(
            notes.onset.tolist(), notes.offset.tolist(), notes.pitch.tolist(), notes.velocity.tolist(), strict=True
        )
    ]


def play(model: Model, excerpt: Excerpt, settings: Settings) -> Performance:
    """What the machine plays to the excerpt. In `respond` it is the answer, else what it plays until the human ends."""
    tail = None if settings.mode == "respond" else 0.0
    return perform(model, settings, human_notes(excerpt), excerpt.timeline, tail_beats=tail)


def notes_of_machine(played: Sequence[MachineNote]) -> Notes:
    """The machine's notes, every voice, in order of their onsets."""
    rows = sorted(played, key=lambda note: (note.onset, note.pitch))
    return Notes(
        np.array([note.onset for note in rows], np.float64),
        np.array([note.onset + note.length for note in rows], np.float64),
        np.array([note.pitch for note in rows], np.int64),
        np.array([note.velocity for note in rows], np.int64),
        np.array([note.voice == "drums" for note in rows], np.bool_),
    )


def voices_of_machine(played: Sequence[MachineNote]) -> Mapping[str, Notes]:
    """The machine's notes by voice, those that played."""
    names = sorted({note.voice for note in played})
    return {name: notes_of_machine([note for note in played if note.voice == name]) for name in names}


def answer(performance: Performance) -> Notes:
    """What it answered: its notes after the human's last onset (one that began before is no answer to the whole)."""
    last = max((note.onset for note in performance.human), default=0.0)
    return notes_of_machine([note for note in performance.machine if note.onset > last])
