"""MIDI bytes to events and back: no port, no clock.

Channels are 1-16 outside and 0-15 in the bytes. A note-on with velocity 0 is a note-off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bridge.vocabulary.events import (
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    Control,
    NoteOff,
    NoteOn,
    Raw,
    SongPosition,
)

NOTE_OFF: Final = 0x80
NOTE_ON: Final = 0x90
CONTROL: Final = 0xB0
PROGRAM_CHANGE: Final = 0xC0
SYSEX: Final = 0xF0
SYSEX_END: Final = 0xF7
SONG_POSITION: Final = 0xF2
CLOCK_TICK: Final = 0xF8
CLOCK_START: Final = 0xFA
CLOCK_CONTINUE: Final = 0xFB
CLOCK_STOP: Final = 0xFC

BANK_SELECT: Final = 0  # and 32 for its lower half
SUSTAIN: Final = 64
SOSTENUTO: Final = 66
PEDALS: Final = (SUSTAIN, SOSTENUTO)
PEDAL_DOWN: Final = 64  # from this value on a pedal is down
ALL_SOUND_OFF: Final = 120
ALL_NOTES_OFF: Final = 123

# Bytes of a complete message by its status: channel messages by their upper half, system ones by the whole byte.
_CHANNEL_LENGTH: Final = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
_SYSTEM_LENGTH: Final = {
    0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF6: 1, 0xF8: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1, 0xFE: 1, 0xFF: 1,
}  # fmt: skip


def note_on(pitch: int, velocity: int, channel: int) -> bytes:
    """A note-on of 3 bytes."""
    return bytes((NOTE_ON | channel - 1, pitch, velocity))


def note_off(pitch: int, channel: int) -> bytes:
    """A note-off of 3 bytes, release velocity 0."""
    return bytes((NOTE_OFF | channel - 1, pitch, 0))


def control(controller: int, value: int, channel: int) -> bytes:
    """A controller change of 3 bytes."""
    return bytes((CONTROL | channel - 1, controller, value))


def program(number: int, channel: int, bank: int = 0) -> Iterator[bytes]:
    """The messages that select a program (0-127) of a bank (0-16383)."""
    yield control(BANK_SELECT, bank >> 7, channel)
    yield control(BANK_SELECT + 32, bank & 0x7F, channel)
    yield bytes((PROGRAM_CHANGE | channel - 1, number))


def panic() -> Iterator[bytes]:
    """Pedals up, All Notes Off and All Sound Off on each of the sixteen channels."""
    for channel in range(1, 17):
        yield control(SUSTAIN, 0, channel)
        yield control(SOSTENUTO, 0, channel)
        yield control(ALL_NOTES_OFF, 0, channel)
        yield control(ALL_SOUND_OFF, 0, channel)


def is_complete(data: bytes) -> bool:
    """Whether `data` is exactly one complete MIDI message (running status is not)."""
    if not data:
        return False
    if data[0] == SYSEX:
        return len(data) >= 2 and data[-1] == SYSEX_END and max(data[1:-1], default=0) < 0x80
    length = _CHANNEL_LENGTH.get(data[0] & 0xF0) or _SYSTEM_LENGTH.get(data[0])
    return length == len(data) and max(data[1:], default=0) < 0x80


def starts_note(data: bytes) -> bool:
    """Whether a complete message begins a note."""
    return data[0] & 0xF0 == NOTE_ON and data[2] > 0


def ends_something(data: bytes) -> bool:
    """Whether a complete message may let something stop sounding: never to be lost, whatever the flood."""
    kind = data[0] & 0xF0
    if kind == CONTROL:
        return data[1] in PEDALS or data[1] >= ALL_SOUND_OFF
    return kind == NOTE_OFF or (kind == NOTE_ON and data[2] == 0)


Parsed = NoteOn | NoteOff | Control | ClockTick | ClockStart | ClockContinue | ClockStop | SongPosition | Raw
_CLOCK: Final[dict[int, Callable[[float], Parsed]]] = {
    CLOCK_TICK: ClockTick,
    CLOCK_START: ClockStart,
    CLOCK_CONTINUE: ClockContinue,
    CLOCK_STOP: ClockStop,
}


def parse(data: bytes, time: float) -> Parsed | None:
    """The event a message means, stamped `time` (seconds); None when it is truncated or unknown."""
    if not is_complete(data):
        return None
    kind, channel = data[0] & 0xF0, (data[0] & 0x0F) + 1
    if kind == NOTE_ON and data[2] > 0:
        return NoteOn(time, data[1], data[2], channel)
    if kind in (NOTE_ON, NOTE_OFF):
        return NoteOff(time, data[1], channel)
    if kind == CONTROL:
        return Control(time, data[1], data[2], channel)
    if data[0] in _CLOCK:
        return _CLOCK[data[0]](time)
    if data[0] == SONG_POSITION:
        return SongPosition(time, data[1] | data[2] << 7)
    return Raw(time, data)
