"""What OSC clients were told of the notes to come, so that they can be told when that changes.

A client that plays by itself knows notes by pitch and channel, not by number: a note that is released early is ended by
its key, and notes that move are told anew from the first to the last.
"""

from __future__ import annotations

from typing import Final

from bridge.vocabulary.events import CancelNotes, Dropped, MoveNotes, Output, PlayNote, ReleaseNote, Silence, Sounded
from bridge.vocabulary.planned_notes import PlannedNotes
from bridge.vocabulary.requests import ReleasedNote, Report

# A move by less than this, in seconds, is not worth the telling.
WORTH_TELLING: Final = 0.01


class OscPlan:
    """Turns outputs into what OSC clients are to be told."""

    def __init__(self) -> None:
        self._notes = PlannedNotes()
        self._told_onsets: dict[int, float] = {}

    def reports(self, output: Output, now: float) -> list[Report]:
        """What to tell for this output, decided at `now` (seconds)."""
        self._notes.follow(output, now)
        match output:
            case PlayNote(note_id, onset):
                self._told_onsets[note_id] = onset
            case ReleaseNote(note_id, time):
                note = self._notes.get(note_id)
                self._forget(note_id)
                if note is None:
                    return []
                return [ReleasedNote(max(time, note.play.onset), note.play.pitch, note.play.channel)]
            case MoveNotes(note_ids):
                return self._moved(note_ids)
            case CancelNotes(note_ids):
                for note_id in note_ids:
                    self._forget(note_id)
            case Silence():
                self._notes.clear()
                self._told_onsets.clear()
        return [output]

    def heard(self, report: Sounded | Dropped) -> None:
        """A note left, or never will: it is no longer to come. One that a key holds is kept until its release."""
        note = self._notes.get(report.note_id)
        if note is not None and (note.play.release is not None or isinstance(report, Dropped)):
            self._forget(report.note_id)

    def _moved(self, note_ids: tuple[int, ...]) -> list[Report]:
        moved = [note.play for note_id in note_ids if (note := self._notes.get(note_id)) is not None]
        if not any(abs(note.onset - self._told_onsets[note.note_id]) > WORTH_TELLING for note in moved):
            return []
        to_come = [note.play for note in self._notes if note.play.release is not None]
        self._told_onsets.update({note.note_id: note.onset for note in to_come})
        return [CancelNotes(tuple(note.note_id for note in to_come)), *to_come]

    def _forget(self, note_id: int) -> None:
        self._notes.forget(note_id)
        self._told_onsets.pop(note_id, None)
