"""What OSC clients were told of the notes to come, so that they can be told when that changes.

A client that plays by itself knows notes by pitch and channel, not by number: a note that is released early is ended by
its key, and notes that move are told anew from the first to the last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bridge.vocabulary.events import CancelNotes, Dropped, MoveNotes, Output, PlayNote, ReleaseNote, Silence, Sounded
from bridge.vocabulary.requests import ReleasedNote, Report

# A move by less than this, in seconds, is not worth the telling.
WORTH_TELLING: Final = 0.01


class OscPlan:
    """Turns outputs into what OSC clients are to be told."""

    def __init__(self) -> None:
        self._told: dict[int, PlayNote] = {}
        self._now: dict[int, PlayNote] = {}

    def reports(self, output: Output) -> list[Report]:
        """What to tell for this output."""
        match output:
            case PlayNote():
                self._told[output.note_id] = self._now[output.note_id] = output
            case ReleaseNote(note_id, time):
                note = self._now.get(note_id)
                self._forget(note_id)
                return [] if note is None else [ReleasedNote(max(time, note.onset), note.pitch, note.channel)]
            case MoveNotes():
                return self._moved(output)
            case CancelNotes(note_ids):
                for note_id in note_ids:
                    self._forget(note_id)
            case Silence():
                self._told.clear()
                self._now.clear()
        return [output]

    def heard(self, report: Sounded | Dropped) -> None:
        """A note left, or never will: it is no longer to come. One that a key holds is kept until its release."""
        note = self._now.get(report.note_id)
        if note is not None and (note.release is not None or isinstance(report, Dropped)):
            self._forget(report.note_id)

    def _moved(self, moves: MoveNotes) -> list[Report]:
        far = False
        for note_id, onset, release in zip(moves.note_ids, moves.onsets, moves.releases, strict=True):
            if note_id in self._now:
                self._now[note_id] = replace(self._now[note_id], onset=onset, release=release)
                far = far or abs(onset - self._told[note_id].onset) > WORTH_TELLING
        if not far:
            return []
        to_come = [note for note in self._now.values() if note.release is not None]
        self._told.update({note.note_id: note for note in to_come})
        return [CancelNotes(tuple(note.note_id for note in to_come)), *to_come]

    def _forget(self, note_id: int) -> None:
        self._told.pop(note_id, None)
        self._now.pop(note_id, None)
