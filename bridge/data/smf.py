"""Standard MIDI Files as bytes: what is whole, what can be mended, and what must be refused before any parser sees it.

The chunks are those of the MIDI Association's "Standard MIDI Files 1.0" (RP-001).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

LARGEST: Final = 8 * 2**20
"""Bytes; the longest pieces we know take a twentieth of it."""
MOST_TRACKS: Final = 512

_HEADER: Final = struct.Struct(">4sIHHH")
_CHUNK: Final = struct.Struct(">4sI")
_WRAPPING: Final = 256  # bytes in which a wrapper's header (RIFF, MacBinary) ends
_END_OF_TRACK: Final = b"\x00\xff\x2f\x00"
_DATA_BYTES: Final = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}  # by the upper half of a status byte


class Refused(ValueError):
    """A file that is not taken: `reason` in two or three words, to be counted by, and the text that explains it."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Checked:
    """Bytes that a parser can take: a whole file of type 0 or 1, with ticks to the beat."""

    data: bytes
    counts_time: bool  # SMPTE: its ticks count time; `data` says beats of half a second, and its tempos mean nothing
    repairs: tuple[str, ...]


def check(data: bytes) -> Checked:
    """Check and mend the bytes of a file. Raises Refused with the reason when it is beyond that."""
    if not data:
        raise Refused("empty file", "it has no bytes")
    if len(data) > LARGEST:
        raise Refused("too large", f"{len(data) / 2**20:.0f} MB; no piece of music is larger than {LARGEST >> 20} MB")
    repairs = []
    begin = data.find(b"MThd", 0, _WRAPPING)
    if begin < 0 or len(data) < begin + _HEADER.size:
        raise Refused("not MIDI", f"it begins with {data[:8]!r}, not with a MIDI header")
    if begin > 0:
        repairs.append("unwrapped")
    _, length, kind, declared, division = _HEADER.unpack_from(data, begin)
    tracks, troubles = _tracks(data, begin + 8 + length, declared)
    repairs += troubles
    if kind == 2 and len(tracks) > 1:
        raise Refused("type 2", f"{len(tracks)} songs beside each other (type 2); save each as type 1")
    if declared != len(tracks):
        repairs.append("tracks counted")
    counts_time = division >= 0x8000
    if counts_time:
        division = _half_second(division)
        repairs.append("SMPTE time")
    if division == 0:
        raise Refused("no division", "its header says 0 ticks to the beat")
    if not repairs and kind < 2:
        return Checked(data, False, ())
    header = _HEADER.pack(b"MThd", 6, min(kind, 1), len(tracks), division)
    body = b"".join(_CHUNK.pack(b"MTrk", len(track)) + track for track in tracks)
    return Checked(header + body, counts_time, tuple(repairs))


def _tracks(data: bytes, place: int, declared: int) -> tuple[list[bytes], list[str]]:
    """The tracks from `place` on, and what was wrong among them."""
    tracks: list[bytes] = []
    repairs: list[str] = []
    while place + _CHUNK.size <= len(data):
        name, length = _CHUNK.unpack_from(data, place)
        place += _CHUNK.size
        if name == b"MTrk":
            track = data[place : place + length]
            if len(track) < length:
                if len(tracks) + 1 < declared:
                    raise Refused(
                        "truncated",
                        f"it ends in track {len(tracks) + 1} of {declared}; the rest of the band is missing",
                    )
                track = track[: _whole_events(track)] + _END_OF_TRACK
                repairs.append("truncated")
            tracks.append(track)
            if len(tracks) > MOST_TRACKS:
                raise Refused("too many tracks", f"more than {MOST_TRACKS} tracks ({declared} by its header)")
        elif not name.isalnum():
            repairs.append("trailing bytes")
            break
        place += length
    if declared > MOST_TRACKS:
        raise Refused("too many tracks", f"{declared} tracks by its header; {MOST_TRACKS} at most")
    if not tracks:
        raise Refused("no tracks", "a MIDI header and no track")
    return tracks, repairs


def _half_second(division: int) -> int:
    """Ticks in half a second, for a division in SMPTE frames (29 stands for 30 drop frame, 29.97 a second)."""
    frames = 256 - (division >> 8)
    return round((29.97 if frames == 29 else frames) * (division & 0xFF) / 2)


def _whole_events(track: bytes) -> int:
    """Bytes of `track` up to the end of its last whole event."""
    place = whole = status = 0
    try:
        while True:
            _, place = _number(track, place)
            if track[place] >= 0x80:
                status = track[place]
                place += 1
            if status == 0xFF or status in (0xF0, 0xF7):
                length, place = _number(track, place + (status == 0xFF))
                place += length
            elif status >= 0xF0 or status < 0x80:
                return whole
            else:
                place += _DATA_BYTES[status >> 4]
            if place > len(track):
                return whole
            whole = place
    except IndexError:
        return whole


def _number(track: bytes, place: int) -> tuple[int, int]:
    """A variable-length number and where it ends. Raises IndexError past the end."""
    value = 0
    while True:
        byte = track[place]
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place
