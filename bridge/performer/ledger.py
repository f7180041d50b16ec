"""The books: each note of the machine's as planned, sounded or cancelled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

# Ended notes are kept this long, in seconds, so that a late report still finds them.
KEEP: Final = 30.0
# What ended this long ago, in seconds, is not asked about any more when it comes to what sounds.
OVER: Final = 4.0
# Onsets nearer than this, in seconds, are one stroke.
AT_ONCE: Final = 0.03
# The outbox says what became of a note within this many seconds of its onset.
REPORT_WITHIN: Final = 1.0

# A note is worth moving from so many seconds on: its onset, its end.
MOVED: Final = 0.0005
MOVED_RELEASE: Final = 0.005


class NoteState(StrEnum):
    """What became of a note of the machine's."""

    PLANNED = "planned"
    SOUNDED = "sounded"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class LedgerNote:
    """A note of the machine's. Times in seconds; `release` is None while a human's key holds it.

    `beat` is its straight onset and `length` its duration in session beats, where it is held to beats (else `length`
    is None); `shift` is how much later it sounds, in seconds. A `fixed` note is somebody's own, whom the rules for what
    the machine makes up do not take it back from.
    """

    note_id: int
    onset: float
    release: float | None
    pitch: int
    velocity: int
    channel: int
    voice: int
    beat: float = 0.0
    length: float | None = None
    shift: float = 0.0
    fixed: bool = False
    state: NoteState = NoteState.PLANNED

    @property
    def end(self) -> float:
        """When it is over: a cancelled note at its onset, one that is held never."""
        if self.state is NoteState.CANCELLED:
            return self.onset
        return math.inf if self.release is None else self.release


class Ledger:
    """All notes of the machine's that are planned, sounding or just past, and counts of all there were."""

    def __init__(self) -> None:
        self._notes: dict[int, LedgerNote] = {}
        # Of those, by state, so that no question goes through all of them: not begun as far as is known; not cancelled;
        # and of these the ones that are not over, or have been for less than OVER seconds.
        self._planned: dict[int, LedgerNote] = {}
        self._kept: dict[int, LedgerNote] = {}
        self._present: dict[int, LedgerNote] = {}
        self._next_id = 1
        self.counts = dict.fromkeys(NoteState, 0)
        self.late = 0
        self.lateness = 0.0
        self.worst_lateness = 0.0

    def __len__(self) -> int:
        return len(self._notes)

    def status(self) -> dict[str, object]:
        """How many notes there were, and how late they left, JSON types only."""
        return {
            "planned": self.counts[NoteState.PLANNED],
            "sounded": self.counts[NoteState.SOUNDED],
            "cancelled": self.counts[NoteState.CANCELLED],
            "late": self.late,
            "lateness_ms": round(1000 * self.lateness, 3),
            "worst_lateness_ms": round(1000 * self.worst_lateness, 3),
        }

    def branch(self) -> Self:
        """The same books, for notes that may never be played: what is planned in them is not in these."""
        other = copy(self)
        other._notes, other._planned = self._notes.copy(), self._planned.copy()
        other._kept, other._present = self._kept.copy(), self._present.copy()
        other.counts = self.counts.copy()
        return other

    def plan(
        self,
        onset: float,
        release: float | None,
        pitch: int,
        velocity: int,
        channel: int,
        voice: int,
        *,
        beat: float = 0.0,
        length: float | None = None,
        shift: float = 0.0,
        fixed: bool = False,
    ) -> LedgerNote:
        """Enter a new planned note (the arguments are those of `LedgerNote`)."""
        note = LedgerNote(self._next_id, onset, release, pitch, velocity, channel, voice, beat, length, shift, fixed)
        self._next_id += 1
        for notes in (self._notes, self._planned, self._kept, self._present):
            notes[note.note_id] = note
        self.counts[NoteState.PLANNED] += 1
        return note

    def confirm(self, note_id: int, time: float) -> LedgerNote | None:
        """The note sounded at `time`. Returns it when the books had it cancelled (it slipped out), else None."""
        note = self._notes.get(note_id)
        if note is None or note.state is NoteState.SOUNDED:
            return None
        slipped_out = note.state is NoteState.CANCELLED
        self._move(note, NoteState.SOUNDED)
        if note.release is not None:
            note.release = max(note.release, time)
        self.lateness = time - note.onset
        self.worst_lateness = max(self.worst_lateness, self.lateness)
        return note if slipped_out else None

    def drop(self, note_id: int) -> LedgerNote | None:
        """The outbox did not play the note. Returns it when that is news, else None."""
        note = self._notes.get(note_id)
        if note is None or note.state is not NoteState.PLANNED:
            return None
        self._move(note, NoteState.CANCELLED)
        self.late += 1
        return note

    def cancel(self, note: LedgerNote) -> None:
        """Cancel one planned note that was never given out."""
        self._move(note, NoteState.CANCELLED)

    def cancel_planned(self, which: Callable[[LedgerNote], bool] | None = None) -> list[LedgerNote]:
        """Cancel every note that is not known to have sounded, or those of them. Returns them, as they were planned.

        One of them may be on its way out at this very moment; `confirm` then says so.
        """
        return self._cancel([note for note in self._planned.values() if which is None or which(note)])

    def cancel_lost(self, now: float) -> list[LedgerNote]:
        """Cancel notes whose time is long past and of which nothing was ever reported (a port that died)."""
        lost = now - REPORT_WITHIN
        return self._cancel([note for note in self._planned.values() if note.onset < lost])

    def _cancel(self, notes: Iterable[LedgerNote]) -> list[LedgerNote]:
        cancelled = list(notes)
        for note in cancelled:
            self._move(note, NoteState.CANCELLED)
        return cancelled

    def retime(self, moment: Callable[[float], float], now: float) -> list[LedgerNote]:
        """Give the notes that are held to beats the times that `moment` (seconds of a straight beat) now says.

        What has begun, or should have by `now`, keeps its onset. Returns the notes that moved noticeably.
        """
        moved = []
        for note in self._present.values():
            if note.length is None or note.release is None or note.release <= now:
                continue
            onset = note.onset
            if note.state is NoteState.PLANNED and onset > now:
                onset = max(moment(note.beat) + note.shift, now)
            release = max(moment(note.beat + note.length) + note.shift, onset, now)
            if abs(onset - note.onset) > MOVED or abs(release - note.release) > MOVED_RELEASE:
                note.onset, note.release = onset, release
                moved.append(note)
        return moved

    def end_all(self, now: float) -> None:
        """Whatever sounds, or slips out yet, ends now."""
        for note in self._notes.values():
            if note.release is None or note.release > now:
                note.release = now

    def is_kept(self, note_id: int) -> bool:
        """Whether that note is in the books and was not cancelled."""
        note = self._notes.get(note_id)
        return note is not None and note.state is not NoteState.CANCELLED

    def get(self, note_id: int) -> LedgerNote | None:
        """The note of that number, while it is kept."""
        return self._notes.get(note_id)

    def sounding(self, time: float) -> list[LedgerNote]:
        """Notes that sound, or are planned to sound, at `time`."""
        return [
            note
            for note in self._present.values()
            if note.onset <= time and (note.release is None or time < note.release)
        ]

    def planned(self) -> list[LedgerNote]:
        """Notes that are not known to have sounded, in the order they were planned."""
        return list(self._planned.values())

    def begun_since(self, time: float) -> int:
        """How many notes begin after `time`, those still planned included."""
        return len([note for note in self._kept.values() if note.onset > time])

    def begun_between(self, first: float, last: float) -> list[LedgerNote]:
        """Notes whose straight onset lies from beat `first` to before beat `last`."""
        return [note for note in self._kept.values() if first <= note.beat < last]

    def strikes(self, pitch: int, voice: int, time: float) -> bool:
        """Whether a note of this pitch and voice begins at `time` (seconds), or too near to be told apart."""
        return any(
            note.pitch == pitch and note.voice == voice and abs(note.onset - time) < AT_ONCE
            for note in self._present.values()
        )

    def last_release(self, notes: Iterable[int]) -> float:
        """When the last of these notes ends (minus infinity when none is known)."""
        known = (self._kept.get(note_id) for note_id in notes)
        return max((note.release for note in known if note is not None and note.release is not None), default=-math.inf)

    def last_onset(self) -> float:
        """When the latest note that sounds, or will, begins (minus infinity when there is none)."""
        return max((note.onset for note in self._present.values()), default=-math.inf)

    def latest(self, voice: int, count: int) -> list[LedgerNote]:
        """The last notes of a voice that sounded or are planned to, at most so many, the latest first."""
        notes = [note for note in self._kept.values() if note.voice == voice]
        notes.sort(key=lambda note: (note.onset, note.note_id), reverse=True)
        return notes[:count]

    def peak(self, first: float, last: float) -> int:
        """Most notes that sound at once from moment `first` to before `last`."""
        spans = [(note.onset, math.inf if note.release is None else note.release) for note in self._present.values()]
        spans = [(onset, release) for onset, release in spans if onset < last and release > first]
        begun = [onset for onset, _ in spans if onset > first]
        return max(sum([onset <= time < release for onset, release in spans]) for time in (first, *begun))

    def free_from(self, time: float, polyphony: int) -> float:
        """First moment from `time` on at which fewer than `polyphony` notes sound."""
        sounding = self.sounding(time)
        if len(sounding) < polyphony:
            return time
        releases = sorted(note.release if note.release is not None else math.inf for note in sounding)
        return releases[len(sounding) - polyphony]

    def room_from(self, time: float, most: int, span: float) -> float:
        """First moment from `time` on at which a note may begin, no more than `most` beginning in any `span` seconds.

        A span holds its beginning and not its end. Notes planned on either side of that moment count as neighbours.
        """
        # A note that began within `OVER` of now is among the present ones yet, and they are fewer.
        notes = self._present if span <= OVER else self._kept
        onsets = [note.onset for note in notes.values() if note.onset + span > time]
        if len(onsets) < most:
            return time
        onsets.sort()
        while True:
            near = [onset for onset in onsets if onset + span > time and time + span > onset]
            if len(near) < most:
                return time
            time = near[-most] + span

    def prune(self, now: float) -> None:
        """Let go of notes that ended `KEEP` seconds ago, and of what is `OVER`."""
        for notes, gone in ((self._present, now - OVER), (self._kept, now - KEEP), (self._notes, now - KEEP)):
            for note in [note for note in notes.values() if note.end < gone]:
                del notes[note.note_id]

    def __iter__(self) -> Iterator[LedgerNote]:
        return iter(self._notes.values())

    def _move(self, note: LedgerNote, state: NoteState) -> None:
        self.counts[note.state] -= 1
        self.counts[state] += 1
        note.state = state
        self._planned.pop(note.note_id, None)
        if state is NoteState.CANCELLED:
            self._kept.pop(note.note_id, None)
            self._present.pop(note.note_id, None)
        else:
            self._kept[note.note_id] = self._present[note.note_id] = note
