"""What leaves when: planned notes in, MIDI messages out, each at its deadline.

The outbox sends nothing and reads no clock. The MIDI process, which owns the ports, does (`bridge.midi.midi_process`):
it hands in the commands that come from the daemon, asks for `next_deadline()`, sleeps till then, and sends what
`due(now)` returns through `bridge.midi.devices`. Times are absolute seconds on one monotonic clock.

Promises, whatever the order of commands:

- nothing leaves before its deadline, and at equal times note-offs go before note-ons;
- a note-on may be dropped for being late; a note-off never, not even while there is no port: it is
  then owed, and leaves when a port opens;
- a key (channel and pitch) belongs to the newest note that began on it. A second note on a sounding
  key ends the first just before it begins, and the first one's own release then does nothing;
- after `close()` nothing sounds, no pedal is down and nothing is planned.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bridge.midi import bytes as midi_bytes
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

# Order of two deadlines at the same time.
_OFF: Final = 0
_ON: Final = 1
# No note.
_NOBODY: Final = -1

Key = tuple[int, int]
"""Channel (1-16) and pitch (0-127): what a receiver can tell notes apart by."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The outbox is done with planned note `note_id`: its off left, or it was withdrawn before it began."""

    note_id: int


Report = Sounded | Dropped | Ended


@dataclass(slots=True)
class Due:
    """What `Outbox.due` hands out: messages to send now, in this order, and what became of the notes."""

    messages: list[bytes] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def check_note(note: PlayNote) -> None:
    """Raises ValueError naming the field and its range when MIDI or a clock cannot say this note."""
    for name, value, low, high in (
        ("pitch", note.pitch, 0, 127),
        ("velocity", note.velocity, 1, 127),
        ("channel", note.channel, 1, 16),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} of note {note.note_id} is {value}: the range is {low} to {high}")
    for name, time in (("onset", note.onset), ("release", note.release)):
        if time is not None and not math.isfinite(time):
            raise ValueError(f"{name} of note {note.note_id} is {time}: a time in seconds is a finite number")


class Outbox:
    """Deadlines of notes, and the books of what sounds.

    `late` is in seconds: a note-on that could not leave within it after its onset is dropped.

    `has_port` says whether messages go anywhere. Without a port the books are kept all the same and notes
    are reported `Sounded` at their time, because OSC and web clients play from those reports; `due` then
    returns no messages, and offs of notes that a lost port had begun are owed until one is there again.

    Reports: each `PlayNote` gets `Sounded` or `Dropped`, unless the sender withdrew it first (cancelled,
    released before its onset, silenced), and in the end always exactly one of `Dropped` and `Ended`.
    """

    def __init__(self, late: float = 0.05, has_port: bool = True) -> None:
        self.late = late
        self._has_port = has_port
        self._stalled = False
        # (time, _OFF or _ON, order of arrival, note id); entries that no longer count are skipped when reached.
        self._deadlines: list[tuple[float, int, int, int]] = []
        self._arrivals = 0
        self._planned: dict[int, PlayNote] = {}
        self._releases: dict[int, float] = {}  # of notes that began: when they end
        self._begun: dict[int, Key] = {}
        self._owner: dict[Key, int | None] = {}  # what sounds, and whose it is; None: passed through
        self._pedals: set[tuple[int, int]] = set()  # (channel, controller) held down by messages passed through
        # What may sound at the other end of a port that is gone, and whose it was.
        self._owed: dict[Key, int | None] = {}
        self._owed_pedals: set[tuple[int, int]] = set()
        self._ready = Due()
        self._ready_since: float | None = None

    @property
    def sounding(self) -> frozenset[Key]:
        """Keys that sound now."""
        return frozenset(self._owner)

    @property
    def planned(self) -> frozenset[int]:
        """Ids of notes that have not begun."""
        return frozenset(self._planned)

    @property
    def has_port(self) -> bool:
        """Whether messages go anywhere."""
        return self._has_port

    @property
    def owed(self) -> list[bytes]:
        """The note-offs and pedal lifts that a port which is gone has missed."""
        offs = [midi_bytes.note_off(pitch, channel) for channel, pitch in sorted(self._owed)]
        return offs + [midi_bytes.control(number, 0, channel) for channel, number in sorted(self._owed_pedals)]

    def port_opened(self, now: float) -> None:
        """A port is there (again): the note-offs and pedal lifts it missed leave with the next `due`."""
        self._has_port, self._stalled = True, False
        for key, owner in sorted(self._owed.items()):
            # What began on that key since did so without a port: it is the old note that sounds.
            if self._owner.get(key, _NOBODY) != owner or owner == _NOBODY:
                self._send(midi_bytes.note_off(key[1], key[0]), now)
        for channel, controller in sorted(self._owed_pedals - self._pedals):
            self._send(midi_bytes.control(controller, 0, channel), now)
        self._owed.clear()
        self._owed_pedals.clear()

    def port_lost(self, unsent: Iterable[bytes] = ()) -> None:
        """No port any more: what sounds on it is owed a note-off.

        `unsent` are messages that `due` handed out and that did not leave; their note-offs and lifts are owed as well.
        """
        for message in (*unsent, *self._ready.messages):
            if message[0] & 0xF0 in (midi_bytes.NOTE_ON, midi_bytes.NOTE_OFF):
                key = (message[0] & 0x0F) + 1, message[1]
                if midi_bytes.starts_note(message):
                    self._owed.setdefault(key, self._owner.get(key, _NOBODY))
                else:
                    self._owed[key] = _NOBODY
            elif message[0] & 0xF0 == midi_bytes.CONTROL and message[1] in midi_bytes.PEDALS:
                self._owed_pedals.add(((message[0] & 0x0F) + 1, message[1]))
        self._ready.messages.clear()
        self._owed = {**self._owner, **self._owed}
        self._owed_pedals.update(self._pedals)
        self._has_port = False

    def port_stalled(self) -> None:
        """There is a port, but what is sent there would leave late: until `port_opened` it counts as lost.

        Note-ons whose time comes meanwhile are `Dropped`, though, and not `Sounded`.
        """
        self.port_lost()
        self._stalled = True

    def owe(self, channel: int, pitch: int, now: float) -> None:
        """Send a note-off for a key that someone else may have left sounding (a process that died)."""
        if self._has_port:
            self._send(midi_bytes.note_off(pitch, channel), now)
        else:
            self._owed[channel, pitch] = _NOBODY

    def accept(self, command: Output, now: float) -> None:
        """Take a command. Outputs that are not for a MIDI port (turns, values, errors) are ignored.

        A `PlayNote` whose id is planned or sounding already is ignored too: ids are the sender's to keep
        unique, and playing it twice would leave one of them without an end. Raises ValueError for a note
        that MIDI cannot say (see `check_note`).
        """
        match command:
            case PlayNote():
                self._plan(command)
            case ReleaseNote(note_id, time):
                self._release(note_id, time, now)
            case MoveNotes(note_ids, onsets, releases):
                for note_id, onset, release in zip(note_ids, onsets, releases, strict=True):
                    self._move(note_id, onset, release)
            case CancelNotes(note_ids):
                for note_id in note_ids:
                    self._withdraw(note_id, now)
            case Silence(all_channels):
                self._silence(now)
                if all_channels:
                    self._end_passed(now)
                for message in midi_bytes.panic() if all_channels else ():
                    self._send(message, now)
            case PassThrough(data):
                self._pass(data, now)

    def next_deadline(self) -> float | None:
        """When `due` should be called next, in seconds (in the past: at once); None: nothing is waiting."""
        while self._deadlines and not self._counts(self._deadlines[0]):
            heapq.heappop(self._deadlines)
        first = self._deadlines[0][0] if self._deadlines else None
        if self._ready_since is None or first is None:
            return first if self._ready_since is None else self._ready_since
        return min(first, self._ready_since)

    def due(self, now: float) -> Due:
        """Everything whose time has come by `now`, in order of deadline."""
        while self._deadlines and self._deadlines[0][0] <= now:
            entry = heapq.heappop(self._deadlines)
            if not self._counts(entry):
                continue
            if entry[1] == _OFF:
                self._end(entry[3], now)
            else:
                self._begin(entry[3], now)
        due, self._ready, self._ready_since = self._ready, Due(), None
        return due

    def close(self) -> Iterator[bytes]:
        """Messages that end all that sounds and lift the pedals; forgets what is planned. A second call yields none.

        The books are closed before the first message is handed out, so a caller that stops half way
        through cannot leave a note both ended and sounding.
        """
        offs = [midi_bytes.note_off(pitch, channel) for channel, pitch in sorted({*self._owner, *self._owed})]
        held = sorted(self._pedals | self._owed_pedals)
        pedals = [midi_bytes.control(controller, 0, channel) for channel, controller in held]
        waiting = self._ready.messages
        self._deadlines.clear()
        for notes in (self._planned, self._releases, self._begun, self._owner, self._owed):
            notes.clear()
        self._pedals.clear()
        self._owed_pedals.clear()
        self._ready, self._ready_since = Due(), None
        # Messages already decided on go first: a note-off among them must not be lost.
        yield from (*waiting, *offs, *pedals)

    # --- commands ------------------------------------------------------------------------------

    def _plan(self, note: PlayNote) -> None:
        if note.note_id in self._planned or note.note_id in self._begun:
            return
        check_note(note)
        self._planned[note.note_id] = note
        self._add_deadline(note.onset, _ON, note.note_id)

    def _release(self, note_id: int, time: float, now: float) -> None:
        note = self._planned.get(note_id)
        if note is not None:
            if time <= note.onset:
                self._withdraw(note_id, now)
            else:
                self._planned[note_id] = PlayNote(
                    note.note_id, note.onset, time, note.pitch, note.velocity, note.channel
                )
        elif note_id in self._begun:
            self._releases[note_id] = time
            self._add_deadline(time, _OFF, note_id)

    def _move(self, note_id: int, onset: float, release: float) -> None:
        note = self._planned.get(note_id)
        if note is not None:
            moved = self._planned[note_id] = replace(note, onset=onset, release=release)
            check_note(moved)
            self._add_deadline(onset, _ON, note_id)
        elif note_id in self._releases:
            self._releases[note_id] = release
            self._add_deadline(release, _OFF, note_id)

    def _withdraw(self, note_id: int, now: float) -> None:
        if self._planned.pop(note_id, None) is not None:
            self._report(Ended(note_id), now)

    def _silence(self, now: float) -> None:
        for note_id in list(self._planned):
            self._withdraw(note_id, now)
        for note_id in list(self._begun):
            self._end(note_id, now)

    def _end_passed(self, now: float) -> None:
        for channel, pitch in sorted(self._owner):
            self._send_off((channel, pitch), now)
        for channel, controller in sorted(self._pedals):
            self._send(midi_bytes.control(controller, 0, channel), now)
        self._pedals.clear()

    def _pass(self, data: bytes, now: float) -> None:
        if not midi_bytes.is_complete(data):
            return
        kind, channel = data[0] & 0xF0, (data[0] & 0x0F) + 1
        if kind in (midi_bytes.NOTE_ON, midi_bytes.NOTE_OFF):
            key = (channel, data[1])
            if midi_bytes.starts_note(data):
                self._take(key, None, now)
            elif self._owner.get(key, -1) is None:
                del self._owner[key]
            elif key in self._owner:
                return  # a planned note has the key: it ends when it was planned to
        elif kind == midi_bytes.CONTROL and data[1] in midi_bytes.PEDALS:
            (self._pedals.add if data[2] >= midi_bytes.PEDAL_DOWN else self._pedals.discard)((channel, data[1]))
            if data[2] < midi_bytes.PEDAL_DOWN and not self._has_port:
                self._owed_pedals.add((channel, data[1]))
        self._send(data, now)

    # --- deadlines -----------------------------------------------------------------------------

    def _add_deadline(self, time: float, kind: int, note_id: int) -> None:
        self._arrivals += 1
        heapq.heappush(self._deadlines, (time, kind, self._arrivals, note_id))

    def _counts(self, entry: tuple[float, int, int, int]) -> bool:
        """False for a deadline of a note withdrawn, already ended, or since released at another time."""
        time, kind, _, note_id = entry
        if kind == _OFF:
            return self._releases.get(note_id) == time
        return note_id in self._planned and self._planned[note_id].onset == time

    def _begin(self, note_id: int, now: float) -> None:
        note = self._planned.pop(note_id)
        if self._stalled or now > note.onset + self.late:
            self._report(Dropped(now, note_id), now)
            return
        key = (note.channel, note.pitch)
        self._take(key, note_id, now)
        self._begun[note_id] = key
        if note.release is not None:
            # Never before its own on: a note without length still begins and ends.
            release = max(note.release, note.onset)
            self._releases[note_id] = release
            self._add_deadline(release, _OFF, note_id)
        self._send(midi_bytes.note_on(note.pitch, note.velocity, note.channel), now)
        self._report(Sounded(now, note_id), now)

    def _end(self, note_id: int, now: float) -> None:
        key = self._begun.pop(note_id)
        self._releases.pop(note_id, None)
        if self._owner.get(key, -1) == note_id:
            self._send_off(key, now)
        self._report(Ended(note_id), now)

    def _take(self, key: Key, owner: int | None, now: float) -> None:
        """Make `owner` the one that sounds on `key`, ending whatever sounded there."""
        if key in self._owner:
            self._send_off(key, now)
        self._owner[key] = owner

    def _send_off(self, key: Key, now: float) -> None:
        self._owner.pop(key, None)
        channel, pitch = key
        self._send(midi_bytes.note_off(pitch, channel), now)

    def _send(self, message: bytes, now: float) -> None:
        if self._has_port:
            self._ready.messages.append(message)
            self._mark_ready(now)

    def _report(self, report: Report, now: float) -> None:
        self._ready.reports.append(report)
        self._mark_ready(now)

    def _mark_ready(self, now: float) -> None:
        if self._ready_since is None:
            self._ready_since = now


FORGET_AFTER: Final = 60.0


class Reminder:
    """Note-offs that were owed while nobody listened, told again to whoever connects. Times in seconds.

    A virtual port opens before anybody is connected to it: what leaves then is heard by no one, and a synth that kept
    its state through a restart drones on. So the note-offs and pedal lifts that were owed are kept, and leave again
    when somebody connects, within FORGET_AFTER seconds of the first who did.
    """

    def __init__(self) -> None:
        self._messages: dict[bytes, None] = {}
        self._until = math.inf

    def __len__(self) -> int:
        return len(self._messages)

    def keep(self, messages: Iterable[bytes]) -> None:
        """These were owed, and may have been heard by nobody."""
        self._messages.update(dict.fromkeys(messages))
        self._until = math.inf

    def connected(self, now: float, sounding: Collection[tuple[int, int]]) -> list[bytes]:
        """Somebody connected: what to send, but for keys (channel, pitch) that are `sounding` by our own doing."""
        if now > self._until:
            self._messages.clear()
        self._until = min(self._until, now + FORGET_AFTER)
        return [message for message in self._messages if _key(message) not in sounding]


def _key(message: bytes) -> tuple[int, int] | None:
    return ((message[0] & 0x0F) + 1, message[1]) if message[0] & 0xF0 == midi_bytes.NOTE_OFF else None
