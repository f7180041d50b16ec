"""What the daemon remembers of the notes it handed to its MIDI process, in case that process dies.

The outbox in the process is the truth while it lives. Its reports keep this shadow exact, so that a
successor can be told which keys may still sound and which notes are still to come.
"""

from __future__ import annotations

from bridge.midi import bytes as midi_bytes
from bridge.midi.outbox import Ended, Report, check_note
from bridge.midi.wire import Frame, OweOff
from bridge.vocabulary.events import Dropped, Output, PassThrough, PlayNote, Silence
from bridge.vocabulary.planned_notes import PlannedNotes


class Plan:
    """Notes handed over and not yet done with."""

    def __init__(self) -> None:
        self._notes = PlannedNotes()
        self._pedals: set[tuple[int, int]] = set()  # (channel, controller) passed on
        self._keys: set[tuple[int, int]] = set()  # (channel, pitch) passed on

    def __len__(self) -> int:
        return len(self._notes)

    def told(self, command: Output, now: float) -> None:
        """A command goes to the process. Raises ValueError for a note that MIDI cannot say."""
        match command:
            case PlayNote():
                check_note(command)
            case Silence(all_channels=True):
                self._pedals.clear()
                self._keys.clear()
            case PassThrough(data):
                self._passed(data)
        self._notes.follow(command, now)

    def heard(self, report: Report) -> None:
        """The process says what became of a note."""
        if isinstance(report, (Dropped, Ended)):
            self._notes.forget(report.note_id)
        else:
            self._notes.follow(report, report.time)

    def succession(self, now: float) -> list[Frame]:
        """What to tell the successor of a process that died at or before `now`, and forgets what that settles.

        Keys that may sound are owed their note-offs (a note-on may have left without a report having
        come through); notes that have not begun are planned again, and dropped there if too late.
        """
        offs: list[Frame] = []
        notes: list[Frame] = []
        for note in list(self._notes):
            begun = note.sounded is not None
            if begun or note.play.onset <= now:
                offs.append(OweOff(note.play.channel, note.play.pitch))
            if begun or note.withdrawn:
                self._notes.forget(note.play.note_id)
            else:
                notes.append(note.play)
        offs.extend(OweOff(channel, pitch) for channel, pitch in sorted(self._keys))
        self._keys.clear()
        for channel, controller in sorted(self._pedals):
            offs.append(PassThrough(midi_bytes.control(controller, 0, channel)))
        self._pedals.clear()
        return offs + notes

    def _passed(self, data: bytes) -> None:
        if len(data) != 3:
            return
        kind, key = data[0] & 0xF0, ((data[0] & 0x0F) + 1, data[1])
        if kind == midi_bytes.CONTROL and data[1] in midi_bytes.PEDALS:
            (self._pedals.add if data[2] >= midi_bytes.PEDAL_DOWN else self._pedals.discard)(key)
        elif kind in (midi_bytes.NOTE_ON, midi_bytes.NOTE_OFF):
            (self._keys.add if midi_bytes.starts_note(data) else self._keys.discard)(key)
