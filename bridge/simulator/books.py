"""Books of a set, kept from outside: what was given out and what left, what the human holds and what is set.

Computed from the stream alone (inputs, outputs, MIDI messages), so that the core can be held against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from bridge.midi.bytes import NOTE_ON
from bridge.performer.held_notes import PEDAL_DOWN
from bridge.performer.settings import Settings
from bridge.vocabulary import parameters
from bridge.vocabulary.actions import CONTROLLER, NOTE, read_trigger, stepped
from bridge.vocabulary.controllers import ALL_NOTES_OFF, ALL_SOUND_OFF, RESET_CONTROLLERS, SUSTAIN_PEDAL
from bridge.vocabulary.events import (
    MODE_NAMES,
    CancelNotes,
    Control,
    Dropped,
    Fired,
    Input,
    InputLost,
    MoveNotes,
    NoteOff,
    NoteOn,
    Output,
    Panic,
    PassThrough,
    PlayNote,
    Raw,
    Recall,
    ReleaseNote,
    Reset,
    SetMode,
    SetRange,
    SetVoice,
    Silence,
    Sounded,
    Stop,
    ValueReport,
)
from bridge.vocabulary.parts import NOT_HEARD, Part
from bridge.vocabulary.voices import DRUM_CHANNEL, default_voices

Key = tuple[int, int]
"""Channel and pitch."""

# How voices are where nobody chose: enabled, channel.
_USUAL: Final = {name: (voice.enabled, voice.channel) for name, voice in default_voices().items()}

# A note that is over, or was cancelled, is remembered for so many seconds.
REMEMBERED: Final = 60.0
# Times are compared to this precision, in seconds.
A_HAIR: Final = 1e-6


@dataclass(slots=True, eq=False)
class Given:
    """A note that was given out at `given_at`; `polyphony`, `most` and `offset` as they were then. Times in seconds."""

    note_id: int
    onset: float
    release: float | None
    pitch: int
    velocity: int
    channel: int
    given_at: float
    polyphony: int
    most: int
    offset: float
    begun_at: float | None = None
    cancelled: bool = False
    # Seconds by which its onset, or its end, was moved; and where its onset was before the last time.
    moved: float = 0.0
    moved_from: float = math.inf
    # It is of a clip: what may be made up is no rule for it.
    fixed: bool = False

    @property
    def key(self) -> Key:
        """What a receiver tells it by."""
        return self.channel, self.pitch


@dataclass(slots=True)
class Books:
    """`given` are the notes by number, `sounding` those whose note-on left and whose note-off did not.

    `keys` are the keys of the human's that are down, `pedalled` those that a pedal holds. `human_voice` is one of
    VOICES, or AUTO: which it is then, the core makes out.
    """

    mode: str
    values: dict[str, float | str]
    voices: dict[str, tuple[bool, int]]
    ranges: dict[str, tuple[int, int]]
    given: dict[int, Given] = field(default_factory=dict)
    sounding: dict[Key, Given] = field(default_factory=dict)
    keys: set[Key] = field(default_factory=set)
    pedalled: set[Key] = field(default_factory=set)
    human_voice: str = "keys"
    port_open: bool = True
    late: float = 0.05
    step_p99: float = 0.005
    _waiting: dict[Key, list[Given]] = field(default_factory=dict)
    _pedals: set[int] = field(default_factory=set)
    _looped: set[Key] = field(default_factory=set)
    # Notes of the human's passed on, by key: their velocities, in the order in which they are to leave.
    _passed: dict[Key, list[int]] = field(default_factory=dict)
    # Keys and controllers that fire actions, by channel and number: no keys and no pedals.
    _pads: frozenset[tuple[str, int, int]] = frozenset()
    # Which channels are listened to, and which keys are heard as a part, or not at all.
    _listen: frozenset[int] = frozenset()
    _parts: tuple[Part, ...] = ()
    # MPE: how many member channels each master has, and the registered parameter that is chosen on it.
    _members: dict[int, int] = field(default_factory=lambda: {1: 0, 16: 0})
    _chosen: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Books:
        """At the beginning of a set."""
        return cls(
            settings.mode,
            {**parameters.Values().by_name(), **settings.values},
            {**_USUAL, **settings.voices},
            dict(settings.ranges),
            human_voice=settings.human_voice,
            _pads=frozenset(
                (one.kind, one.channel, one.number)
                for words in settings.binds.values()
                for one in map(read_trigger, words)
            ),
            _listen=frozenset(settings.listen),
            _parts=settings.parts,
            _members={1: 15 if settings.mpe else 0, 16: 0},
        )

    def number(self, name: str) -> float:
        """What a parameter is set to."""
        return float(self.values[name])

    # --- who plays on which channel ----------------------------------------------------------------

    def player_of(self, channel: int) -> int:
        """The channel of whoever plays on this one: of the MPE zone that it is a member of, or itself."""
        if 1 < channel <= 1 + self._members[1]:
            return 1
        return 16 if 16 - self._members[16] <= channel < 16 else channel

    def is_heard(self, pitch: int, channel: int) -> bool:
        """Whether a note of the human's is one that the machine hears."""
        player = self.player_of(channel)
        if not self._is_listened_to(channel):
            return False
        part = next((part for part in self._parts if part.holds(pitch, player)), None)
        return part is None or part.voice != NOT_HEARD

    def is_drum(self, channel: int) -> bool:
        """Whether notes of the human's on this channel are drums."""
        return channel == DRUM_CHANNEL == self.player_of(channel)

    def _is_listened_to(self, channel: int) -> bool:
        return not self._listen or not self._listen.isdisjoint((channel, self.player_of(channel)))

    def _hear_of_zones(self, item: Control) -> None:
        """Registered parameter 6 on a master channel is how many members it has (MPE's configuration message)."""
        if item.channel not in self._members:
            return
        upper, lower = self._chosen.get(item.channel, (-1, -1))
        match item.controller:
            case 101:
                self._chosen[item.channel] = item.value, lower
            case 100:
                self._chosen[item.channel] = upper, item.value
            case 98 | 99:
                self._chosen[item.channel] = -1, -1
            case 6 if (upper, lower) == (0, 6):
                other = 17 - item.channel
                count = min(item.value, 14 if self._members[other] else 15)
                members = {item.channel: count, other: min(self._members[other], max(14 - count, 0))}
                if self._members != members:
                    self._members = members
                    self._let_go()

    # --- inputs ----------------------------------------------------------------------------------

    def fires(self, item: Input) -> bool:
        """Whether a message belongs to what fires an action: it is no key and no pedal then."""
        match item:
            case NoteOn(_, pitch, _, channel) | NoteOff(_, pitch, channel):
                pad = NOTE, self.player_of(channel), pitch
                return pad in self._pads and (channel, pitch) not in self._looped
            case Control(_, controller, _, channel):
                return self.player_of(channel) == channel and (CONTROLLER, channel, controller) in self._pads
        return False

    def received(self, item: Input, *, own: bool) -> None:
        """The core took an input; `own`: it took it for a note of the machine's that came back in."""
        match item:
            case NoteOn() | NoteOff() | InputLost() | Control():
                self._played(item, own)
            case Stop() | Panic() | Reset():
                self._let_go()
            case Raw(_, data) if data == b"\xff":
                self._let_go()
            case Sounded(time, note_id):
                self._reported(note_id, time)
            case Dropped(_, note_id):
                self._withdraw(note_id)
            case SetMode(_, mode):
                self.mode = mode
                self._let_go()
            case SetVoice(_, voice, enabled, channel):
                self.voices[voice] = enabled, channel
            case SetRange(_, voice, low, high):
                self.ranges[voice] = low, high
            case Recall():
                if item.mode not in ("", self.mode):
                    self._let_go()
                self.mode = item.mode or self.mode
                self.voices.update(item.voices)
                self.voices.update({voice: _USUAL[voice] for voice in item.usual})
                self.ranges.update(item.ranges)

    def _played(self, item: NoteOn | NoteOff | InputLost | Control, own: bool) -> None:
        match item:
            case NoteOn(_, pitch, velocity, channel) if own:
                self._looped.add((channel, pitch))
            case NoteOn(_, pitch, velocity, channel) if velocity:
                if self.is_heard(pitch, channel):
                    self.keys.add((channel, pitch))
                    self.pedalled.discard((channel, pitch))
            case NoteOn(_, pitch, _, channel) | NoteOff(_, pitch, channel):
                self._lift((channel, pitch))
            case InputLost():
                self._let_go()
            case Control():
                self._hear_of_zones(item)
                if self._is_listened_to(item.channel):
                    self._controlled(item.controller, item.value, item.channel)

    def _controlled(self, controller: int, value: int, channel: int) -> None:
        """A pedal moves, or a channel mode message comes: on a master channel for all of its members."""
        if controller == SUSTAIN_PEDAL and value >= PEDAL_DOWN:
            self._pedals.add(channel)
        elif controller in (SUSTAIN_PEDAL, RESET_CONTROLLERS):
            self._pedals.discard(channel)
            self.pedalled = {key for key in self.pedalled if self._is_pedalled(key[0])}
        elif controller >= ALL_NOTES_OFF:
            for key in [key for key in self.keys if channel in (key[0], self.player_of(key[0]))]:
                self._let_up(key)
        elif controller == ALL_SOUND_OFF:
            self._pedals = {one for one in self._pedals if channel not in (one, self.player_of(one))}
            self.keys, self.pedalled = (
                {key for key in keys if channel not in (key[0], self.player_of(key[0]))}
                for keys in (self.keys, self.pedalled)
            )

    def _is_pedalled(self, channel: int) -> bool:
        return not self._pedals.isdisjoint((channel, self.player_of(channel)))

    def _let_go(self) -> None:
        self.keys.clear()
        self.pedalled.clear()
        self._pedals.clear()

    def _lift(self, key: Key) -> None:
        if key in self._looped:
            self._looped.discard(key)
        elif key in self.keys:
            self._let_up(key)

    def _let_up(self, key: Key) -> None:
        self.keys.discard(key)
        if self._is_pedalled(key[0]):
            self.pedalled.add(key)

    def _reported(self, note_id: int, time: float) -> None:
        note = self.given.get(note_id)
        if note is None:
            return
        if note.begun_at is None:  # there was no port, or it left after it was cancelled
            note.begun_at = time
            self._forget_waiting(note)

    # --- outputs ---------------------------------------------------------------------------------

    def gave(self, made: float, now: float, output: Output) -> None:
        """An output decided at `made` reaches the port."""
        match output:
            case PlayNote(note_id, onset, release, pitch, velocity, channel):
                rules = int(self.number("polyphony")), int(self.number("most")), self.number("offset") / 1000
                note = Given(note_id, onset, release, pitch, velocity, channel, made, *rules)
                self.given[note_id] = note
                self._waiting.setdefault(note.key, []).append(note)
            case Fired(action):
                self._fired(action)
            case ReleaseNote(note_id, time):
                self._release(note_id, time)
            case MoveNotes(note_ids, onsets, releases):
                for note_id, onset, release in zip(note_ids, onsets, releases, strict=True):
                    self._move(note_id, onset, release)
            case CancelNotes(note_ids):
                for note_id in note_ids:
                    self._withdraw(note_id)
            case Silence():
                for note in self.given.values():
                    if note.begun_at is None:
                        self._withdraw(note.note_id)
                    elif note.release is None or note.release > now:
                        note.release = now
            case PassThrough(data) if self.port_open and data[0] & 0xF0 == NOTE_ON and data[2]:
                self._passed.setdefault(((data[0] & 0x0F) + 1, data[1]), []).append(data[2])
            case ValueReport(name, value):
                self.values[name] = value
                if name == "late":
                    self.late = float(value)

    def _fired(self, action: str) -> None:
        if action in ("stop", "panic"):
            self._let_go()
        elif action in ("next_mode", "last_mode"):
            self.mode = stepped(MODE_NAMES, self.mode, 1 if action == "next_mode" else -1)
            self._let_go()

    def _release(self, note_id: int, time: float) -> None:
        note = self.given.get(note_id)
        if note is None:
            return
        if note.begun_at is None and time <= note.onset:
            self._withdraw(note_id)
        else:
            note.release = time

    def _move(self, note_id: int, onset: float, release: float) -> None:
        note = self.given.get(note_id)
        if note is None or note.cancelled:
            return
        note.moved += 0.0 if note.release is None else abs(note.release - release)
        if note.begun_at is None:
            note.moved += abs(note.onset - onset)
            note.moved_from, note.onset = note.onset, onset
        note.release = release

    def _withdraw(self, note_id: int) -> None:
        note = self.given.get(note_id)
        if note is not None and note.begun_at is None and not note.cancelled:
            note.cancelled = True
            self._forget_waiting(note)

    def _forget_waiting(self, note: Given) -> None:
        waiting = self._waiting.get(note.key, [])
        if note in waiting:
            waiting.remove(note)

    # --- what leaves -----------------------------------------------------------------------------

    def passed(self, channel: int, pitch: int, velocity: int) -> bool:
        """Whether a note-on that left was the human's, passed on."""
        waiting = self._passed.get((channel, pitch), [])
        if velocity not in waiting:
            return False
        del waiting[: waiting.index(velocity) + 1]
        return True

    def began(self, time: float, channel: int, pitch: int, velocity: int) -> Given | None:
        """A note-on left. The note it was, which now sounds, or None where none was due."""
        due = [
            note
            for note in self._waiting.get((channel, pitch), ())
            if note.velocity == velocity and note.onset <= time + A_HAIR
        ]
        if not due:
            return None
        note = min(due, key=lambda one: one.onset)
        self._forget_waiting(note)
        note.begun_at = time
        self.sounding[note.key] = note
        return note

    def ended(self, channel: int, pitch: int) -> None:
        """A note-off left."""
        self.sounding.pop((channel, pitch), None)

    def cancelled(self, channel: int, pitch: int, velocity: int) -> Given | None:
        """The newest cancelled note that this note-on would have been, if there is one."""
        was = (channel, pitch, velocity)
        return next(
            (
                note
                for note in reversed(self.given.values())
                if note.cancelled and (note.channel, note.pitch, note.velocity) == was
            ),
            None,
        )

    def prune(self, now: float) -> None:
        """Let go of what is long over."""
        for note in [note for note in self.given.values() if _end(note) < now - REMEMBERED]:
            if self.sounding.get(note.key) is not note:
                self._forget_waiting(note)
                del self.given[note.note_id]


def _end(note: Given) -> float:
    if note.cancelled:
        return note.onset
    return float("inf") if note.release is None else max(note.release, note.onset)
