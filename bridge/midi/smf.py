"""Standard MIDI Files as bytes: chunks and events, mended where that can be done, and what was mended in words.

The format is the MIDI Association's "Standard MIDI Files 1.0" (RP-001). What follows from it is found in whole arrays,
without a Python step for each byte: an event's length depends on where it begins alone (and, under running status, on
whether the last status takes one data byte or two), so the events of a track are one walk along a table of "where the
next one begins". Nothing here knows what a note is.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

LARGEST: Final = 32 * 2**20
"""Bytes; the longest pieces we know take a hundredth of it."""
MOST_TRACKS: Final = 512

META: Final = 0xFF
SYSEX: Final = (0xF0, 0xF7)
END_OF_TRACK: Final = 0x2F

_HEADER: Final = struct.Struct(">4sIHHH")
_CHUNK: Final = struct.Struct(">4sI")
_WRAPPING: Final = 4096  # bytes in which a wrapper's header (RIFF, MacBinary) ends
_END: Final = b"\xff\x2f\x00"
# Bytes of a track whose table is made at once: what bounds the memory it takes.
_AT_ONCE: Final = 1 << 16
# No event's fixed part is longer: a delta of four bytes, a status, a type, and a length of four.
_LONGEST_HEAD: Final = 12

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


class Refused(ValueError):
    """A file that is not taken: `reason` in two or three words, to be counted by, and the text that explains it."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text

    def __str__(self) -> str:
        return self.text


class Mend(NamedTuple):
    """What was wrong and what was done about it: `kind` in two or three words, to be counted by, and a text."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Track:
    """The events of a track, in order; all arrays are [N].

    `tick` is when, in ticks from the beginning; `status` is the status byte, running status filled in; `first` and
    `second` are the two bytes after it (a channel message's data; a meta event's type), 0 where there is none. `begin`
    and `end` are where in `data` the event's bytes lie, without its delta time and, under running status, its status.
    """

    data: bytes
    tick: Ints
    status: Bytes
    first: Bytes
    second: Bytes
    begin: Ints
    end: Ints
    end_tick: int  # where the track ends, which may be after its last event

    def message(self, place: int) -> bytes:
        """The bytes of event number `place`, status and all: what a file has after the delta time."""
        body = self.data[self.begin[place] : self.end[place]]
        return body if body[0] >= 0x80 else bytes((self.status[place],)) + body

    def only(self, kept: npt.NDArray[np.bool_]) -> Track:
        """This track with those of its events [N] alone."""
        arrays = ("tick", "status", "first", "second", "begin", "end")
        return replace(self, **{name: getattr(self, name)[kept] for name in arrays})

    def payload(self, place: int) -> bytes:
        """What a meta event carries, without its type and length."""
        begin, end = int(self.begin[place]) + 2, int(self.end[place])
        while begin < end and self.data[begin] >= 0x80:
            begin += 1
        return self.data[begin + 1 : end]


@dataclass(frozen=True)
class Song:
    """A file of type 0 or 1. `ticks_per_beat` counts ticks to the quarter note.

    With `counts_time` (SMPTE) ticks count time, not beats: half a second is taken as a beat, and tempos mean nothing.
    `division` is what the header says of it, which is written back. `others` are chunks that are no tracks: name, body.
    """

    kind: int
    ticks_per_beat: int
    counts_time: bool
    tracks: tuple[Track, ...]
    others: tuple[tuple[bytes, bytes], ...] = ()
    mended: tuple[Mend, ...] = ()
    division: int = 0  # 0: as `ticks_per_beat`


def parse(data: bytes, largest: int = LARGEST) -> Song:
    """Read the bytes of a file. Raises Refused with the reason when they are beyond mending."""
    if not data:
        raise Refused("empty file", "it has no bytes")
    if len(data) > largest:
        raise Refused("too large", f"{len(data) / 2**20:.0f} MB; no piece of music is larger than {largest >> 20} MB")
    mended: list[Mend] = []
    begin = data.find(b"MThd", 0, _WRAPPING)
    if begin >= 0 and len(data) < begin + _HEADER.size:
        raise Refused("cut off", f"it ends in mid header, after {len(data)} bytes: copy or download it again")
    if begin < 0:
        raise Refused("not MIDI", f"it begins with {data[:8]!r}, not with a MIDI header")
    if begin > 0:
        mended.append(Mend("unwrapped", f"taken out of its wrapping of {begin} bytes"))
    _, length, kind, declared, division = _HEADER.unpack_from(data, begin)
    if length != 6:
        mended.append(Mend("header length", f"its header has {length} bytes, not 6"))
    place = begin + 8 + length
    if data[place : place + 4].isalnum() is False or length < 6:
        place = _next_track(data, begin + _HEADER.size)
    walk = _Chunks(data, place, declared, mended)
    walk.go()
    if kind == 2 and len(walk.tracks) > 1:
        raise Refused("type 2", f"{len(walk.tracks)} songs beside each other (type 2); save each as type 1")
    if kind > 2:
        mended.append(Mend("unknown type", f"type {kind} does not exist; taken as 1"))
    if declared != len(walk.tracks):
        mended.append(Mend("tracks counted", f"tracks: {len(walk.tracks)}; by its header {declared}"))
    counts_time = division >= 0x8000
    if counts_time:
        mended.append(Mend("SMPTE time", "its ticks count time, not beats; half a second is taken as a beat"))
    ticks_per_beat = _half_second(division) if counts_time else division
    if ticks_per_beat == 0:
        raise Refused("no division", "its header says 0 ticks to the beat")
    return Song(
        kind=0 if kind == 0 and len(walk.tracks) == 1 else 1,
        ticks_per_beat=ticks_per_beat,
        counts_time=counts_time,
        tracks=tuple(walk.tracks),
        others=tuple(walk.others),
        mended=tuple(mended),
        division=division,
    )


def encode(song: Song, tracks: list[bytes]) -> bytes:
    """A file of `tracks` (each the body of its chunk) with the header and the other chunks of `song`."""
    division = song.division or song.ticks_per_beat
    if not 0 < division <= 0xFFFF:
        raise ValueError(f"{song.ticks_per_beat} ticks to the beat: 1 to 32767 can be written")
    kind = song.kind if len(tracks) == 1 else 1
    chunks = [_HEADER.pack(b"MThd", 6, kind, len(tracks), division)]
    chunks += [_CHUNK.pack(b"MTrk", len(body)) + body for body in tracks]
    chunks += [_CHUNK.pack(name, len(body)) + body for name, body in song.others]
    return b"".join(chunks)


def number(value: int) -> bytes:
    """`value`, from 0, as a variable-length number."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | (value & 0x7F))
    return bytes(reversed(groups))


def meta(kind: int, payload: bytes) -> bytes:
    """A meta event."""
    return bytes((META, kind)) + number(len(payload)) + payload


# --- chunks --------------------------------------------------------------------------------------


class _Chunks:
    """Goes through the chunks of a file, and finds the next track again where a length is wrong."""

    def __init__(self, data: bytes, place: int, declared: int, mended: list[Mend]) -> None:
        self._data = data
        self._place = place
        self._declared = declared
        self._mended = mended
        self.tracks: list[Track] = []
        self.others: list[tuple[bytes, bytes]] = []

    def go(self) -> None:
        """Read all chunks. Raises Refused where tracks are missing, or too many."""
        if self._declared > MOST_TRACKS:
            raise Refused("too many tracks", f"{self._declared} tracks by its header; {MOST_TRACKS} at most")
        data = self._data
        while self._place + _CHUNK.size <= len(data):
            name, length = _CHUNK.unpack_from(data, self._place)
            begin = self._place + _CHUNK.size
            if name == b"MTrk":
                if len(self.tracks) == MOST_TRACKS:
                    raise Refused("too many tracks", f"more than {MOST_TRACKS} tracks ({self._declared} by its header)")
                self._place = self._track(begin, length)
            elif name.isalnum() and begin + length <= len(data):
                self.others.append((name, data[begin : begin + length]))
                self._place = begin + length
            else:
                self._place = self._beyond_strays()
        if not self.tracks:
            raise Refused("no tracks", "a MIDI header and no track")

    def _beyond_strays(self) -> int:
        """Where the next track begins, over bytes that are no chunk."""
        following = _next_track(self._data, self._place)
        where = "after the last track" if following == len(self._data) else "between tracks"
        if self._data[self._place :].strip(b"\0"):
            self._mended.append(Mend("stray bytes", f"{following - self._place} bytes {where} left out"))
        return following

    def _track(self, begin: int, length: int) -> int:
        """Read the track whose body begins there; where the next chunk begins."""
        data, count = self._data, len(self.tracks) + 1
        end = begin + length
        trusted = end <= len(data) and (end == len(data) or data[end - 3 : end] == _END or _is_chunk(data, end))
        body = data[begin:end] if trusted else data[begin:]
        track, reached, ended, stray = _events(body)
        if not trusted or b"MTrk" in body[reached:]:
            following = data.find(b"MTrk", begin)
            if (not ended and 0 <= following < begin + reached) or b"MTrk" in body[:reached]:
                # Its end is not where a track can end: what comes before the next one is this track's.
                track, reached, ended, stray = _events(data[begin:following])
            end = begin + reached
            if ended or _next_track(data, end) < len(data):
                self._mended.append(Mend("track length", f"track {count} said {length} bytes and has {reached}"))
        if not ended and not trusted and _next_track(data, end) == len(data):
            if count < self._declared:
                raise Refused(
                    "truncated", f"it ends in track {count} of {self._declared}; the rest of the band is missing"
                )
            self._mended.append(Mend("truncated", f"it ends in mid track ({count} of {self._declared})"))
            end = len(data)
        if stray:
            self._mended.append(Mend("stray bytes", f"{stray} bytes in track {count} that are no event left out"))
        self.tracks.append(track)
        return end


def _is_chunk(data: bytes, place: int) -> bool:
    """Whether what begins there looks like a chunk that fits."""
    if place + _CHUNK.size > len(data):
        return False
    name, length = _CHUNK.unpack_from(data, place)
    return bool(name == b"MTrk") or bool(name.isalnum() and place + _CHUNK.size + length <= len(data))


def _next_track(data: bytes, place: int) -> int:
    found = data.find(b"MTrk", place)
    return len(data) if found < 0 else found


def _half_second(division: int) -> int:
    """Ticks in half a second, for a division in SMPTE frames (29 stands for 30 drop frame, 29.97 a second)."""
    frames = 256 - (division >> 8)
    return round((29.97 if frames == 29 else frames) * (division & 0xFF) / 2)


# --- events --------------------------------------------------------------------------------------

# What an event is, by its status: 1, 2: a channel message with so many data bytes. Data where a status would be:
_RUNNING: Final = 3
# A status that has no place in a file (system common and real time), one that carries a length (meta, sysex), and of
# these the end of the track.
_ODD: Final = 4
_LONG: Final = 5
_LAST: Final = 6
_KIND: Final = np.full(256, _RUNNING, dtype=np.uint8)
_KIND[0x80:0xF0] = 2
_KIND[0xC0:0xE0] = 1
_KIND[0xF0:] = _ODD
_KIND[[*SYSEX, META]] = _LONG
# Bytes of the status and of the data that follow it.
_SIZE: Final = np.zeros(256, dtype=np.uint8)
_SIZE[0x80:0xF0] = 3
_SIZE[0xC0:0xE0] = 2
_SIZE[0xF0:] = 1
_SIZE[[0xF1, 0xF3]] = 2
_SIZE[0xF2] = 3


def _events(data: bytes) -> tuple[Track, int, bool, int]:
    """The whole events of a track's body up to its end-of-track event, where that ends, whether there was one, and
    how many bytes were no event.

    Running status goes on over meta and sysex events, as writers mean it, though the standard has it end there.
    """
    places = np.array(_walk(data), dtype=np.int64)
    padded = np.frombuffer(data + bytes(_LONGEST_HEAD), dtype=np.uint8)
    begin, end = places[:-1], places[1:]
    size, delta = _number_at(padded, begin)
    tick = np.cumsum(delta)
    body = begin + size
    status = padded.take(body)
    first, second = padded.take(body + 1), padded.take(body + 2)
    kind = _KIND.take(status)
    running = np.flatnonzero(kind == _RUNNING)
    if len(running):
        latest = np.maximum.accumulate(np.where(kind < _RUNNING, np.arange(len(kind)), -1))[running]
        first[running], second[running] = status[running], first[running]
        status[running] = np.where(latest >= 0, status[latest], 0)
    ended = len(begin) > 0 and bool(padded[body[-1]] == META and padded[body[-1] + 1] == END_OF_TRACK)
    kept = (status >= 0x80) & (kind != _ODD)
    stray = int((end - begin)[~kept].sum())
    if ended:
        kept[-1] = False
    second[_SIZE.take(status) != 3] = 0
    track = Track(
        data=data,
        tick=tick[kept],
        status=status[kept],
        first=first[kept],
        second=second[kept],
        begin=body[kept],
        end=end[kept],
        end_tick=int(tick[-1]) if len(tick) else 0,
    )
    return track, int(places[-1]), ended, stray


def _number_at(padded: Bytes, place: Ints) -> tuple[Ints, Ints]:
    """The variable-length numbers of four bytes at most that begin at `place`: their bytes, and their values."""
    byte = padded.take(place).astype(np.int64)
    size, value = np.ones(len(place), dtype=np.int64), byte & 0x7F
    more = np.flatnonzero(byte >= 0x80)
    for offset in range(1, 4):
        if not len(more):
            break
        byte = padded.take(place[more] + offset).astype(np.int64)
        value[more] = value[more] << 7 | byte & 0x7F
        size[more] += 1
        more = more[byte >= 0x80]
    return size, value


def _walk(data: bytes) -> list[int]:
    """Where each event begins and, last, where the last whole one ends; not beyond an end-of-track event."""
    places: list[int] = []
    begin, size, running = 0, len(data), 2
    while begin < size:
        stop = min(begin + _AT_ONCE, size)
        steps = _Steps(data, begin, stop)
        following = steps.under(running)
        place = begin
        while place < stop:
            places.append(place)
            after = following[place - begin]
            if after < 0:
                after, kind = ~after, steps.kind(place)
                if kind == _LAST:
                    return [*places, after] if after <= size else places
                running = kind
                following = steps.under(running)
            place = after
        begin = place
    if not places:
        return [0]
    return [*places, begin] if begin <= size else places


class _Steps:
    """For each place of a stretch of `data`: where the event ends that begins there, and what it is."""

    def __init__(self, data: bytes, begin: int, stop: int) -> None:
        self._begin = begin
        lengths, self._kinds = _table(data, begin, stop)
        self._after = np.arange(begin, stop) + lengths
        self._known: dict[int, list[int]] = {}

    def kind(self, place: int) -> int:
        """What begins at `place`."""
        return int(self._kinds[place - self._begin])

    def under(self, running: int) -> list[int]:
        """Where events end while running status means so many data bytes; one's complement where that changes."""
        if running not in self._known:
            after = self._after + np.where(self._kinds == _RUNNING, running, 0)
            turns = (self._kinds == _LAST) | (self._kinds == 3 - running)
            self._known[running] = np.where(turns, ~after, after).tolist()
        return self._known[running]


def _table(data: bytes, begin: int, stop: int) -> tuple[Ints, Bytes]:
    """For each place from `begin` to before `stop`: how long an event is that begins there, and what it is.

    What it is: one of `_KIND`, or `_LAST`. The data bytes of one under running status come on top of its length.
    """
    count = stop - begin
    around = data[begin : stop + 2 * _LONGEST_HEAD]
    padded = np.frombuffer(around + bytes(count + 2 * _LONGEST_HEAD - len(around)), dtype=np.uint8)
    goes_on = padded >= 0x80
    one = goes_on[:count]
    two = one & goes_on[1 : count + 1]
    three = two & goes_on[2 : count + 2]
    size = one.view(np.uint8) + two.view(np.uint8) + three.view(np.uint8) + np.uint8(1)
    status = padded.take(np.arange(count) + size)
    kinds = _KIND.take(status)
    lengths = (size + _SIZE.take(status)).astype(np.int64)
    long = np.flatnonzero(kinds == _LONG)
    if len(long):
        after = long + size[long] + 1
        is_meta = status[long] == META
        digits, value = _number_at(padded, after + is_meta)
        lengths[long] = after - long + is_meta + digits + value
        kinds[long[is_meta & (padded[after] == END_OF_TRACK)]] = _LAST
    return lengths, kinds
