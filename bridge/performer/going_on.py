"""What a set needs to go on after its program ended: how things are set, and what the model had heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bridge.performer.ledger import NoteState
from bridge.performer.model_memory import RECALL, HeardNote
from bridge.vocabulary.codec import CONTEXT_SIZE, VOICES
from bridge.vocabulary.events import PastNote

if TYPE_CHECKING:
    from bridge.performer.settings import Settings
    from bridge.performer.stage import Stage

# The furthest back that a remembered note may lie, in beats.
FURTHEST: Final = 1e6


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A moment of a set: `settings` as they are then, and the notes that the model holds, oldest first, at `beat`."""

    settings: Settings
    notes: Sequence[HeardNote]
    beat: float
    planned: frozenset[int]

    def past(self) -> tuple[PastNote, ...]:
        """The notes as they are remembered; what was planned and did not sound is not."""
        return tuple(
            PastNote(
                note.beat - self.beat,
                VOICES[note.voice],
                note.pitch,
                note.velocity,
                note.duration,
                tuple(note.context.tolist()),
                machine=note.note_id is not None,
            )
            for note in self.notes
            if note.note_id not in self.planned
        )


def planned_in(stage: Stage) -> frozenset[int]:
    """The numbers of the machine's notes that did not sound, of those that the model may hold."""
    return frozenset(note.note_id for note in stage.ledger if note.state is not NoteState.SOUNDED)


def heard_before(notes: Sequence[PastNote], beat: float) -> Iterator[HeardNote]:
    """Remembered notes as the model is told them, `beat` being now. Raises ValueError for what no note can be."""
    if len(notes) > RECALL:
        raise ValueError(f"{len(notes)} notes to remember: {RECALL} at most")
    for number, note in enumerate(notes, start=1):
        if note.voice not in VOICES:
            raise ValueError(f"no voice {note.voice[:60]!r}: there are {', '.join(VOICES)}")
        if not (0 <= note.pitch <= 127 and 1 <= note.velocity <= 127 and len(note.context) == CONTEXT_SIZE):
            raise ValueError(f"note {number} to remember cannot be: pitch {note.pitch}, velocity {note.velocity}")
        if not -FURTHEST <= note.beat <= 0 or not (note.duration is None or 0 <= note.duration <= FURTHEST):
            raise ValueError(f"note {number} to remember cannot be at beat {note.beat:g}, {note.duration} beats long")
        yield HeardNote(
            beat=beat + note.beat,
            voice=VOICES.index(note.voice),
            pitch=note.pitch,
            velocity=note.velocity,
            duration=note.duration,
            context=np.array(note.context, np.float32),
            # The machine's have numbers that the ledger never gave, so that nothing takes them back.
            note_id=-number if note.machine else None,
        )
