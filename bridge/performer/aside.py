"""The plan that is set aside: what would be played if the human played no more.

Its notes are in the books and the model was told of them, but they are not given out yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bridge.performer.ledger import Ledger, LedgerNote, NoteState
from bridge.performer.model_memory import HeardNote
from bridge.performer.telling import Telling
from bridge.timing.placing import Placing
from bridge.vocabulary.codec import DRUMS

# What sounds at a moment (seconds) as a note of that pitch (None: drums) begins, as `codec.context` tells it.
ContextAt = Callable[[float, int | None], npt.NDArray[np.float32]]


class SetAside:
    """Keeps the plan until it is given out or dropped."""

    def __init__(self, ledger: Ledger, telling: Telling) -> None:
        self._ledger = ledger
        self._telling = telling
        self._notes: list[HeardNote] = []

    @property
    def note_ids(self) -> set[int]:
        """The plan's notes, by their numbers in the ledger."""
        return {note.note_id for note in self._notes if note.note_id is not None}

    def add(self, told: HeardNote) -> None:
        """One more note, which is in the books and of which the model is told."""
        self._notes.append(told)

    def clear(self) -> None:
        """Drop the plan; the books are not this one's business."""
        self._notes.clear()

    def give_out(self, placing: Placing, context_at: ContextAt, now: float, later: float) -> list[LedgerNote]:
        """The plan's notes, to be played from `now` on, `later` beats after (or before) they were planned for.

        No call of the model is needed. Where the plan moved, the model is told it again at its new place.
        """
        notes, self._notes = self._notes, []
        given: list[LedgerNote] = []
        for told in notes:
            note = self._ledger.get(told.note_id or 0)
            if note is None or note.state is not NoteState.PLANNED:
                continue
            if later:
                note = self._moved(note, told, later, placing, context_at)
            note.onset = max(placing.moment_of(note.beat) + note.shift, now)
            end = placing.moment_of(note.beat + (note.length or 0.0)) + note.shift
            note.release = max(end, note.onset)
            given.append(note)
        return given

    def _moved(
        self, first: LedgerNote, told: HeardNote, later: float, placing: Placing, context_at: ContextAt
    ) -> LedgerNote:
        """A note planned anew: what the model was told of the first is taken back."""
        self._ledger.cancel(first)
        self._telling.forget([first.note_id])
        beat = first.beat + later
        onset = placing.moment_of(beat) + first.shift
        context = context_at(onset, None if told.voice == DRUMS else told.pitch)
        note = self._ledger.plan(
            onset,
            onset,
            first.pitch,
            first.velocity,
            first.channel,
            first.voice,
            beat=beat,
            length=first.length,
            shift=first.shift,
        )
        self._telling.tell(replace(told, beat=told.beat + later, context=context, note_id=note.note_id))
        return note
