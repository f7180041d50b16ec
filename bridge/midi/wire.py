"""How the daemon and its MIDI process talk: small binary frames over a stream socket. No pickles.

A frame is `length (uint32) kind (uint8) fields`, little endian; `length` counts what follows it. One
table says which kinds there are and how their fields are packed, in the order of the dataclass:

    d  float64            o  float64 or None (a NaN)      q  int64
    l  tuple of int64     f  tuple of float64
    B  uint8              I  uint32                       ?  bool
    b  bytes              s  text                         S  text or None

`l`, `f`, `b`, `s` and `S` carry their own length (uint32). `FrameWriter` and `FrameReader` never block.
"""

from __future__ import annotations

import dataclasses
import math
import socket
import struct
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from bridge.midi.outbox import Ended
from bridge.midi.port import PortInfo, PortSettings, PortState, PortStatus
from bridge.vocabulary.events import (
    BeatLine,
    CancelNotes,
    Dropped,
    InputLost,
    MoveNotes,
    PassThrough,
    PlayNote,
    ReleaseNote,
    Silence,
    Sounded,
)

MAX_FRAME: Final = 1 << 20  # bytes; more is a broken stream, or a system exclusive dump nobody plays live
_NONE_LENGTH: Final = 0xFFFFFFFF
_RECEIVE_BYTES: Final = 1 << 16


class WireError(ValueError):
    """What came over the socket is not a frame of ours."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A complete message came in at `time`."""

    time: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The MIDI process lives; it may be silent for `patience` seconds from now before that means it hangs."""

    time: float
    patience: float


@dataclass(frozen=True, slots=True)
class SetLate:
    """How late a note-on may leave, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class OweOff:
    """A process that died may have left this key sounding: send its note-off."""

    channel: int
    pitch: int


Frame = (
    PlayNote | ReleaseNote | MoveNotes | CancelNotes | Silence | PassThrough | BeatLine | PortSettings | SetLate
    | OweOff | Arrived | InputLost | Sounded | Dropped | Ended | Heartbeat | PortStatus | PortInfo
)  # fmt: skip

# kind -> (type, one letter for each of its fields)
TABLE: Final[dict[int, tuple[type[Any], str]]] = {
    # to the MIDI process
    1: (PlayNote, "qdoBBB"),
    2: (ReleaseNote, "qd"),
    3: (CancelNotes, "l"),
    4: (Silence, "?"),
    5: (PassThrough, "b"),
    6: (PortSettings, "SSdSss"),
    7: (SetLate, "d"),
    8: (OweOff, "BB"),
    9: (MoveNotes, "lff"),
    10: (BeatLine, "ddd?dd"),
    # from it
    32: (Arrived, "db"),
    33: (InputLost, "d"),
    34: (Sounded, "dq"),
    35: (Dropped, "dq"),
    36: (Ended, "q"),
    37: (Heartbeat, "dd"),
    38: (PortStatus, "ssss??sIIIqq"),
    39: (PortInfo, "s?s"),
}
_FIXED: Final = {letter: struct.Struct("<" + letter) for letter in "dqBI?"}
_LENGTH: Final = struct.Struct("<I")
_HEADER: Final = struct.Struct("<IB")
_KINDS: Final = {
    row[0]: (kind, tuple(zip(row[1], (f.name for f in dataclasses.fields(row[0])), strict=True)))
    for kind, row in TABLE.items()
}


def encode(frame: Frame) -> bytes:
    """The bytes of a frame. Raises ValueError for a field that its letter cannot hold."""
    kind, layout = _KINDS[type(frame)]
    try:
        body = b"".join([_pack(letter, getattr(frame, name)) for letter, name in layout])
    except struct.error as error:
        raise ValueError(f"{frame} does not fit a frame: {error}") from error
    if len(body) >= MAX_FRAME:
        raise ValueError(f"a {type(frame).__name__} of {len(body)} bytes: the limit is {MAX_FRAME}")
    return _HEADER.pack(len(body) + 1, kind) + body


def decode(payload: bytes) -> Frame:
    """The frame whose kind and fields are `payload` (without the length). Raises WireError."""
    if not payload or payload[0] not in TABLE:
        raise WireError(f"no frame of kind {payload[:1]!r}")
    cls, letters = TABLE[payload[0]]
    values: list[object] = []
    position = 1
    try:
        for letter in letters:
            value, position = _unpack(letter, payload, position)
            values.append(value)
        if cls is PortStatus:
            values[0] = PortState(str(values[0]))
    except (struct.error, ValueError) as error:
        raise WireError(f"a broken {cls.__name__}: {error}") from error
    if position != len(payload):
        raise WireError(f"a {cls.__name__} of {len(payload)} bytes: {position} expected")
    frame: Frame = cls(*values)
    return frame


def _pack(letter: str, value: Any) -> bytes:
    data: bytes
    match letter:
        case "o":
            return _FIXED["d"].pack(math.nan if value is None else value)
        case "l":
            return _LENGTH.pack(len(value)) + struct.pack(f"<{len(value)}q", *value)
        case "f":
            return _LENGTH.pack(len(value)) + struct.pack(f"<{len(value)}d", *value)
        case "S" if value is None:
            return _LENGTH.pack(_NONE_LENGTH)
        case "s" | "S":
            data = value.encode()
            return _LENGTH.pack(len(data)) + data
        case "b":
            return _LENGTH.pack(len(value)) + bytes(value)
        case _:
            return _FIXED[letter].pack(value)


def _unpack(letter: str, payload: bytes, position: int) -> tuple[object, int]:
    """The value at `position` and where the next one starts."""
    if letter == "o":
        number = _FIXED["d"].unpack_from(payload, position)[0]
        return (None if math.isnan(number) else number), position + 8
    if letter in _FIXED:
        layout = _FIXED[letter]
        return layout.unpack_from(payload, position)[0], position + layout.size
    length = _LENGTH.unpack_from(payload, position)[0]
    position += _LENGTH.size
    if letter == "S" and length == _NONE_LENGTH:
        return None, position
    if letter in "lf":
        numbers = f"<{length}{'q' if letter == 'l' else 'd'}"
        return struct.unpack_from(numbers, payload, position), position + 8 * length
    data = payload[position : position + length]
    if len(data) != length:
        raise struct.error(f"{length} bytes announced, {len(data)} there")
    return (data if letter == "b" else data.decode()), position + length


class FrameWriter:
    """The sending end: writes what the socket takes, keeps the rest for later. Safe from several threads."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._waiting = bytearray()
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """Bytes that the socket has not taken yet."""
        return len(self._waiting)

    def write(self, frame: Frame) -> None:
        """Send a frame, or keep it. Raises ConnectionError when the other end is gone."""
        data = encode(frame)
        with self._lock:
            self._waiting += data
            self._push()

    def flush(self) -> None:
        """Send what was kept, as far as the socket takes it. Raises ConnectionError when the other end is gone."""
        with self._lock:
            self._push()

    def _push(self) -> None:
        while self._waiting:
            try:
                sent = self._connection.send(self._waiting)
            except BlockingIOError:
                return
            del self._waiting[:sent]


class FrameReader:
    """The receiving end."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._buffer = bytearray()
        self.ended = False  # the other end closed; no more will come

    def read(self) -> list[Frame]:
        """Frames that have come in whole. Raises WireError; a closed or broken connection sets `ended`."""
        while not self.ended:
            try:
                data = self._connection.recv(_RECEIVE_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            self.ended = not data
            self._buffer += data
            if len(data) < _RECEIVE_BYTES:
                break
        frames: list[Frame] = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            length = _LENGTH.unpack_from(self._buffer, start)[0]
            if not 0 < length <= MAX_FRAME:
                raise WireError(f"a frame of {length} bytes: the limit is {MAX_FRAME}")
            end = start + _LENGTH.size + length
            if end > len(self._buffer):
                break
            frames.append(decode(bytes(self._buffer[start + _LENGTH.size : end])))
            start = end
        del self._buffer[:start]
        return frames
