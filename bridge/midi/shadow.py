"""What the daemon remembers of the notes it handed to its MIDI process, in case that process dies.

The outbox in the process is the truth while it lives. Its reports keep this shadow exact, so that a
successor can be told which keys may still sound and which notes are still to come.
"""

from __future__ import annotations

from dataclasses import replace

from bridge.midi import bytes as midi_bytes
from bridge.midi.outbox import Ended, Report, check_note
from bridge.midi.wire import Frame, OweOff
from bridge.vocabulary.events import (
    CancelNotes,
    Dropped,
    MoveNotes,
    Output,
    PassThrough,
    PlayNote,
    ReleaseNote,
    Silence,
    Sounded,
)


class Plan:
    """Notes handed over and not yet done with."""

    def __init__(self) -> None:
        self._notes: dict[int, PlayNote] = {}
        self._begun: set[int] = set()
        self._withdrawn: set[int] = set()  # to be ended or forgotten; whether that happened is not known yet
        self._pedals: set[tuple[int, int]] = set()

    def __len__(self) -> int:
        return len(self._notes)

    def told(self, command: Output) -> None:
        """A command goes to the process. Raises ValueError for a note that MIDI cannot say."""
        match command:
            case PlayNote(note_id):
                check_note(command)
                self._notes.setdefault(note_id, command)
            case ReleaseNote(note_id, time) if note_id in self._notes:
                note = self._notes[note_id] = replace(self._notes[note_id], release=time)
                if time <= note.onset:
                    self._withdrawn.add(note_id)
            case MoveNotes(note_ids, onsets, releases):
                for note_id, onset, release in zip(note_ids, onsets, releases, strict=True):
                    if note_id in self._notes:
                        self._notes[note_id] = replace(self._notes[note_id], onset=onset, release=release)
            case CancelNotes(note_ids):
                self._withdrawn.update(self._notes.keys() & set(note_ids))
            case Silence():
                self._withdrawn.update(self._notes)
                self._pedals.clear()
            case PassThrough(data):
                self._passed(data)

    def heard(self, report: Report) -> None:
        """The process says what became of a note."""
        match report:
            case Sounded(_, note_id) if note_id in self._notes:
                self._begun.add(note_id)
            case Dropped(_, note_id) | Ended(note_id):
                self._notes.pop(note_id, None)
                self._begun.discard(note_id)
                self._withdrawn.discard(note_id)

    def succession(self, now: float) -> list[Frame]:
        """What to tell the successor of a process that died at or before `now`, and forgets what that settles.

        Keys that may sound are owed their note-offs (a note-on may have left without a report having
        come through); notes that have not begun are planned again, and dropped there if too late.
        """
        offs: list[Frame] = []
        notes: list[Frame] = []
        for note_id, note in list(self._notes.items()):
            if note_id in self._begun or note.onset <= now:
                offs.append(OweOff(note.channel, note.pitch))
            if note_id in self._begun or note_id in self._withdrawn:
                self.heard(Ended(note_id))
            else:
                notes.append(note)
        for channel, controller in sorted(self._pedals):
            offs.append(PassThrough(midi_bytes.control(controller, 0, channel)))
        self._pedals.clear()
        return offs + notes

    def _passed(self, data: bytes) -> None:
        if len(data) == 3 and data[0] & 0xF0 == midi_bytes.CONTROL and data[1] in midi_bytes.PEDALS:
            pedal = (data[0] & 0x0F) + 1, data[1]
            (self._pedals.add if data[2] >= 64 else self._pedals.discard)(pedal)
