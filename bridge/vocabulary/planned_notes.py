"""What becomes of the machine's planned notes, worked out from what was decided and reported. Pure.

A note is planned by `PlayNote`; it may move, be cancelled, be released, silenced, dropped; it sounds when `Sounded`
says so, even where it had been cancelled a moment before. Everybody who follows notes from outside the core (session
logs, the MIDI client, OSC clients) follows them by this, so that they cannot disagree. What concerns a note that was
never planned here, since whoever follows came later than it did, is nobody's business and passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bridge.vocabulary.events import (
    CancelNotes,
    Dropped,
    Input,
    MoveNotes,
    Output,
    PlayNote,
    ReleaseNote,
    Silence,
    Sounded,
)


@dataclass(frozen=True, slots=True)
class PlannedNote:
    """A note as things stand: `play` with the onset and release that it has by now, in seconds.

    `sounded` is when it left (None: not yet, or never). `withdrawn`: it was cancelled, silenced, dropped or released
    before it began, and did not slip out all the same. `silenced` is when everything was: one that slipped out ended
    then.
    """

    play: PlayNote
    sounded: float | None = None
    withdrawn: bool = False
    silenced: float = math.inf

    @property
    def release(self) -> float:
        """When it ends as things stand, in seconds; infinity while nobody said."""
        return min(math.inf if self.play.release is None else self.play.release, self.silenced)


class PlannedNotes:
    """The notes that were planned and not forgotten, by their numbers, in the order in which they were planned."""

    def __init__(self) -> None:
        self._notes: dict[int, PlannedNote] = {}
        # Numbers of those planned since the last silence, in order: an older one was silenced, and once is for good.
        self._unsilenced: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._notes)

    def __iter__(self) -> Iterator[PlannedNote]:
        return iter(self._notes.values())

    def get(self, note_id: int) -> PlannedNote | None:
        """The note of that number, None where there is none."""
        return self._notes.get(note_id)

    def forget(self, note_id: int) -> None:
        """Follow a note no longer."""
        self._notes.pop(note_id, None)
        self._unsilenced.pop(note_id, None)

    def clear(self) -> None:
        """Follow none of them any longer."""
        self._notes.clear()
        self._unsilenced.clear()

    def follow(self, event: Output | Input, now: float) -> None:
        """Take in what was decided or reported at `now` (seconds); what is not about planned notes changes nothing."""
        match event:
            case PlayNote(note_id) if note_id not in self._notes:
                self._notes[note_id] = PlannedNote(event)
                self._unsilenced[note_id] = None
            case MoveNotes(note_ids, onsets, releases):
                for note_id, onset, release in zip(note_ids, onsets, releases, strict=True):
                    self._replan(note_id, onset, release)
            case ReleaseNote(note_id, time):
                self._release(note_id, time)
            case CancelNotes(note_ids):
                for note_id in note_ids:
                    self._withdraw(note_id)
            case Dropped(_, note_id):
                self._withdraw(note_id)
            case Silence():
                for note_id in self._unsilenced:
                    note = self._notes[note_id]
                    silent = note.withdrawn or note.sounded is None
                    self._notes[note_id] = replace(note, silenced=now, withdrawn=silent)
                self._unsilenced.clear()
            case Sounded(time, note_id) if note_id in self._notes:
                self._notes[note_id] = replace(self._notes[note_id], sounded=time, withdrawn=False)

    def _replan(self, note_id: int, onset: float, release: float | None) -> None:
        note = self._notes.get(note_id)
        if note is not None:
            self._notes[note_id] = replace(note, play=replace(note.play, onset=onset, release=release))

    def _release(self, note_id: int, time: float) -> None:
        """It ends at `time` at the latest; one that had not begun by then does not sound."""
        note = self._notes.get(note_id)
        if note is None:
            return
        release = time if note.play.release is None else min(note.play.release, time)
        self._notes[note_id] = replace(
            note,
            play=replace(note.play, release=release),
            withdrawn=note.withdrawn or (note.sounded is None and time <= note.play.onset),
        )

    def _withdraw(self, note_id: int) -> None:
        note = self._notes.get(note_id)
        if note is not None and note.sounded is None:
            self._notes[note_id] = replace(note, withdrawn=True)
