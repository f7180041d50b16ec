"""MIDI files: the one reader and writer. Notes with voices, the tempo and metre map, and what was mended on the way.

    file = read(Path("song.mid"))
    file.piece().notes           # in beats, with voices
    file.piece().timeline        # tempo and metre, every change
    file.mended                  # what was wrong and what was done about it
    write(Path("more.mid"), file, [NewTrack("Antiphon", notes)])

A note's program is that of its channel at its onset, whatever track it was set in; a track that sets a program on the
channel itself keeps to its own. A key belongs to the newest note that began on it: one that is struck again ends there.
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.midi import smf
from bridge.midi.smf import Mend, Refused, Song, Track
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.codec import VOICES

TICKS_PER_BEAT: Final = 480
DRUM_CHANNEL: Final = 10

# General MIDI programs (0-127) to voices.
PROGRAM_VOICES: Final = (
    (range(0, 24), "keys"),
    (range(24, 32), "guitar"),
    (range(32, 40), "bass"),
    (range(40, 56), "strings"),
    (range(56, 88), "lead"),
    (range(88, 96), "strings"),
    (range(96, 128), "other"),
)
_MELODY_NAME: Final = re.compile(r"melod|voice|vocal|voix|stimme|gesang|\blead\b|sopran|tenor|singst", re.IGNORECASE)

TRACK_NAME: Final = 0x03
TEMPO: Final = 0x51
METRE: Final = 0x58
KEY: Final = 0x59
_MARKER: Final = 0x06
_SMPTE_OFFSET: Final = 0x54
# Meta events of a fixed length.
_LENGTHS: Final = {0x00: 2, 0x20: 1, 0x21: 1, TEMPO: 3, _SMPTE_OFFSET: 5, METRE: 4, KEY: 2}
_META_NAMES: Final = {
    0x00: "sequence number", 0x20: "channel prefix", 0x21: "port", TEMPO: "tempo", _SMPTE_OFFSET: "SMPTE offset",
    METRE: "metre", KEY: "key signature",
}  # fmt: skip
# Metres are written with a denominator of two to this power at most.
_FINEST_METRE: Final = 7

# More messages with impossible data than this, and than this part of a track's, are no slips of a writer.
_FEWEST_BAD: Final = 8
_MOST_BAD: Final = 0.1

NOTE: Final = np.dtype(
    [
        ("onset", np.int64), ("offset", np.int64), ("track", np.int32), ("channel", np.uint8), ("pitch", np.uint8),
        ("velocity", np.uint8), ("program", np.uint8),
    ]
)  # fmt: skip
"""A note of a file: onset and offset (later than it) in ticks, its track from 0, its channel from 1, its program from
0."""
NoteTable = npt.NDArray[np.void]


class BadMidiFile(ValueError):
    """A file that is no MIDI file, or one with nothing in it; the text names it."""


@dataclass(frozen=True, slots=True)
class FileNote:
    """A note of a file. Times in beats from its start."""

    onset: float
    duration: float
    pitch: int
    velocity: int
    voice: int


@dataclass(frozen=True, slots=True)
class MidiPiece:
    """A file's notes in order of onset, and its tempo and metre. With a free timeline a beat is half a second."""

    notes: tuple[FileNote, ...]
    timeline: Timeline

    @property
    def bpm(self) -> float:
        """The tempo it begins with."""
        return self.timeline.tempo_at(0.0)

    @property
    def bar_after(self) -> float:
        """Beats in a bar of the metre it ends with; 4 in free time."""
        return self.timeline.metre_at(self.notes[-1].onset).beats_per_bar


@dataclass(frozen=True)
class MidiFile:
    """A file as it was read: its events, the notes they make (NOTE [N], by onset), the name of each track.

    `tempos` are (tick, microseconds a beat) and `metres` (tick, numerator, denominator), each change at its tick, of
    several at one tick the last. `mended` says what was wrong and what was done about it.
    """

    song: Song
    notes: NoteTable
    names: tuple[str, ...]
    tempos: tuple[tuple[int, int], ...]
    metres: tuple[tuple[int, int, int], ...]
    mended: tuple[Mend, ...]

    @property
    def ticks_per_beat(self) -> int:
        """Ticks in a quarter note; in a file that counts time, in half a second."""
        return self.song.ticks_per_beat

    @cached_property
    def timeline(self) -> Timeline:
        """Tempo and metre in beats; a file that counts time (SMPTE) has neither."""
        if self.song.counts_time:
            return Timeline.without_beat()
        beat = self.ticks_per_beat
        return Timeline(
            tuple(Tempo(tick / beat, 60e6 / microseconds) for tick, microseconds in self.tempos),
            tuple(Metre(tick / beat, numerator, denominator) for tick, numerator, denominator in self.metres),
        )

    @property
    def end_tick(self) -> int:
        """Where the last track ends, in ticks."""
        return max((track.end_tick for track in self.song.tracks), default=0)

    def voices(self, choose: Callable[[int, bool, str], str] | None = None) -> npt.NDArray[np.int64]:
        """The voice of each note [N], as `choose` (or `voice_of`) says from its program, channel and track's name."""
        choose = choose or voice_of
        notes = self.notes
        kinds = (notes["track"].astype(np.int64) * 17 + notes["channel"]) * 128 + notes["program"]
        found = np.flatnonzero(np.bincount(kinds))
        table = np.zeros(found.max(initial=0) + 1, dtype=np.int64)
        for kind in found.tolist():
            rest, program = divmod(kind, 128)
            track, channel = divmod(rest, 17)
            table[kind] = VOICES.index(choose(program, channel == DRUM_CHANNEL, self.names[track]))
        voices: npt.NDArray[np.int64] = table[kinds]
        return voices

    @cached_property
    def has_beats(self) -> bool:
        """Whether its beats are meant: it does not count time, and its onsets gather where beats are divided."""
        return not self.song.counts_time and on_a_grid(self.notes["onset"] / self.ticks_per_beat)

    def piece(self) -> MidiPiece:
        """The notes in beats, with their voices; in half seconds, in free time, where its beats are not meant."""
        beat, timeline = self.ticks_per_beat, self.timeline
        times = [(self.notes[name] / beat).tolist() for name in ("onset", "offset")]
        if not self.has_beats and not timeline.free:
            free = Timeline.without_beat()
            times = [[free.beat_at(timeline.seconds_at(time)) for time in row] for row in times]
            timeline = free
        rows = zip(*times, self.notes["pitch"].tolist(), self.notes["velocity"].tolist(), strict=True)
        notes = [
            FileNote(onset, offset - onset, pitch, velocity, voice)
            for (onset, offset, pitch, velocity), voice in zip(rows, self.voices().tolist(), strict=True)
        ]
        return MidiPiece(tuple(sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch))), timeline)


def on_a_grid(beats: npt.NDArray[np.float64]) -> bool:
    """Whether onsets gather at sixteenths and triplets: a quarter of them would by chance."""
    phase = beats[:, None] % 1.0 - np.array([0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1])
    return bool((np.abs(phase).min(axis=1) < 0.02).mean() > 0.5)


def voice_of(program: int, is_drum: bool, track_name: str) -> str:
    """The voice of a track by its channel, its name, then its General MIDI program (0-127)."""
    if is_drum:
        return "drums"
    if _MELODY_NAME.search(track_name) and program not in range(32, 40):
        return "lead"
    return next(voice for programs, voice in PROGRAM_VOICES if program in programs)


# --- reading -------------------------------------------------------------------------------------


def read(path: Path) -> MidiFile:
    """Read a file with notes. Raises BadMidiFile naming the file and why, OSError when it cannot be opened."""
    try:
        file = decode(read_bytes(path))
    except Refused as error:
        raise BadMidiFile(f"{path} is not a MIDI file, or a broken one: {error}") from error
    if not len(file.notes):
        raise BadMidiFile(f"{path} has no notes")
    return file


def read_bytes(path: Path, largest: int = smf.LARGEST) -> bytes:
    """The bytes of a file. Raises Refused for what is no file, or larger than `largest`; OSError."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused("not a file", "a folder, pipe or device has no MIDI file in it")
    if status.st_size > largest:
        size = status.st_size / 2**20
        raise Refused("too large", f"{size:.0f} MB; no piece of music is larger than {largest >> 20} MB")
    return path.read_bytes()


def decode(data: bytes, largest: int = smf.LARGEST) -> MidiFile:
    """Read the bytes of a file. Raises Refused with the reason when they are beyond mending."""
    song = smf.parse(data, largest)
    mended = list(song.mended)
    tracks = tuple(_without_faults(track, mended) for track in song.tracks)
    song = replace(song, tracks=tracks)
    pairs = _pairs(tracks)
    never = int((pairs.off < 0).sum())
    if never:
        mended.append(Mend("unterminated notes", f"{never} notes that never end: they end with their track"))
    return MidiFile(
        song=song,
        notes=_table(tracks, pairs),
        names=tuple(_name(track) for track in tracks),
        tempos=tuple((tick, int.from_bytes(body[:3])) for tick, body in _latest(tracks, TEMPO)),
        metres=tuple((tick, body[0], 1 << body[1]) for tick, body in _latest(tracks, METRE)),
        mended=tuple(mended),
    )


def _metas(track: Track, kind: int) -> Iterator[tuple[int, bytes]]:
    """Tick and payload of each meta event of a kind."""
    for place in np.flatnonzero((track.status == smf.META) & (track.first == kind)).tolist():
        yield int(track.tick[place]), track.payload(place)


def _latest(tracks: Iterable[Track], kind: int) -> list[tuple[int, bytes]]:
    """Meta events of a kind from all tracks, in order; of several at one tick the last said."""
    found = [event for track in tracks for event in _metas(track, kind)]
    return sorted(dict(sorted(found, key=lambda event: event[0])).items())


def _name(track: Track) -> str:
    return next((text_of(body) for _, body in _metas(track, TRACK_NAME)), "")


def text_of(payload: bytes) -> str:
    """The text of a meta event, in whichever encoding it is."""
    try:
        return payload.decode("utf-8").strip("\0 ")
    except UnicodeDecodeError:
        return payload.decode("latin-1").strip("\0 ")


def _without_faults(track: Track, mended: list[Mend]) -> Track:
    """The track without meta events that say nothing, and with data bytes that are some."""
    left_out: list[int] = []
    for place in np.flatnonzero(track.status == smf.META).tolist():
        kind = int(track.first[place])
        if kind not in _LENGTHS:
            continue
        fault = _fault(kind, track.payload(place))
        if fault:
            left_out.append(place)
            mended.append(Mend(f"bad {_META_NAMES[kind]}", f"{fault} (tick {int(track.tick[place])}) left out"))
    channel = track.status < 0xF0
    far = channel & ((track.first >= 0x80) | (track.second >= 0x80))
    if far.any():
        is_note = (track.status & 0xE0) == 0x80
        left_out += np.flatnonzero(far & ((track.first >= 0x80) | ~is_note)).tolist()
        count, of = int(far.sum()), int(channel.sum())
        if count > max(_MOST_BAD * of, _FEWEST_BAD):
            raise Refused("broken", f"{count} of {of} messages of a track have data above 127: it is damaged")
        mended.append(Mend("bad data bytes", f"{count} messages with data above 127: left out, or as loud as can be"))
        track = replace(track, second=np.where(far, np.minimum(track.second, 127), track.second).astype(np.uint8))
    if left_out:
        track = track.only(~np.isin(np.arange(len(track.tick)), left_out))
    return track


def _fault(kind: int, payload: bytes) -> str:
    """What is wrong with a meta event of a fixed length; "": nothing."""
    name = _META_NAMES[kind]
    if len(payload) < _LENGTHS[kind]:
        return f"a {name} event of {len(payload)} bytes in place of {_LENGTHS[kind]}"
    if kind == TEMPO and not any(payload[:3]):
        return "a tempo of 0 microseconds a beat"
    if kind == METRE and not (payload[0] and payload[1] <= _FINEST_METRE):
        return (
            f"a metre of {payload[0]}/2^{payload[1]}"
            if payload[1] > _FINEST_METRE
            else f"a metre of 0/{1 << payload[1]}"
        )
    if kind == KEY and not (-7 <= int.from_bytes(payload[:1], signed=True) <= 7 and payload[1] <= 1):
        return f"a key signature of {int.from_bytes(payload[:1], signed=True)} sharps, mode {payload[1]},"
    return ""


# --- notes ---------------------------------------------------------------------------------------


class _Pairs(NamedTuple):
    """Notes of several tracks, [N] each: their track, their on and off among its events (off -1: none), their end.

    Where `is_guess` an off is missing on the key, and which off ends which note had to be guessed.
    """

    track: npt.NDArray[np.int64]
    on: npt.NDArray[np.int64]
    off: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]  # ticks
    is_guess: npt.NDArray[np.int64]


def _pairs(tracks: Sequence[Track]) -> _Pairs:
    """Which note-off ends which note. Keys all of whose notes get their offs are paired at once, others one by one."""
    counts = [len(track.tick) for track in tracks]
    number = np.repeat(np.arange(len(tracks)), counts)
    place = np.arange(len(number)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts)
    status, first, second = (_joined(tracks, name) for name in ("status", "first", "second"))
    events = np.flatnonzero((status & 0xE0) == 0x80)
    status, first, second = status[events], first[events], second[events]
    is_on = (status >= 0x90) & (second > 0)
    key = number[events] << 11 | (status & 0x0F).astype(np.int64) << 7 | first
    # Sixteen bits sort faster, and hold the keys of 32 tracks.
    order = np.argsort(key.astype(np.uint16) if len(tracks) <= 32 else key, kind="stable")
    events, is_on, key = events[order], is_on[order], key[order]
    tick, number, place = _joined(tracks, "tick")[events], number[events], place[events]
    begins = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(begins, len(key)))
    tidy = _get_their_offs(is_on, begins, sizes)
    chosen = np.repeat(tidy, sizes)
    ons, offs = np.flatnonzero(chosen & is_on), np.flatnonzero(chosen & ~is_on)
    end = tick[offs]
    if len(ons):
        # Struck again while it sounds, a note ends there.
        begun, own = tick[ons], key[ons]
        differs = np.flatnonzero((own[1:] != own[:-1]) | (begun[1:] != begun[:-1])) + 1
        after = np.append(differs, len(ons))[np.searchsorted(differs, np.arange(len(ons)), side="right")]
        again = np.flatnonzero(after < len(ons))
        again = again[own[after[again]] == own[again]]
        end[again] = np.minimum(end[again], begun[after[again]])
    end = np.maximum(end, tick[ons] + 1)
    rows = [
        (track, place[begin + on], -1 if off < 0 else place[begin + off], until, is_guess)
        for begin, size in zip(begins[~tidy].tolist(), sizes[~tidy].tolist(), strict=True)
        for track in (int(number[begin]),)
        for on, off, until, is_guess in _pair_one_by_one(
            tick[begin : begin + size].tolist(), is_on[begin : begin + size].tolist(), tracks[track].end_tick
        )
    ]
    paired = number[ons], place[ons], place[offs], end, np.zeros_like(ons)
    if not rows:
        return _Pairs(*paired)
    return _Pairs(*(np.concatenate(both) for both in zip(paired, np.array(rows, dtype=np.int64).T, strict=True)))


def _joined(tracks: Sequence[Track], name: str) -> npt.NDArray[Any]:
    return np.concatenate([getattr(track, name) for track in tracks])


def _get_their_offs(
    is_on: npt.NDArray[np.bool_], begins: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """For each key, whose events begin at `begins`: whether all its notes get their offs, and there are no others."""
    if not len(is_on):
        return np.zeros(0, dtype=np.bool_)
    step = np.where(is_on, 1, -1)
    depth = np.cumsum(step)
    depth -= np.repeat(depth[begins] - step[begins], sizes)
    answer: npt.NDArray[np.bool_] = (np.minimum.reduceat(depth, begins) >= 0) & (depth[begins + sizes - 1] == 0)
    return answer


def _pair_one_by_one(ticks: list[int], is_on: list[bool], end_tick: int) -> Iterator[tuple[int, int, int, bool]]:
    """Notes of one key whose ons and offs do not go together, in a track that ends at `end_tick`.

    For each its on, its off (-1: none), both among the key's events, its end in ticks, and whether that was guessed. As
    long as every note gets its off in the end, the first off ends the first note, which was cut short by the next one.
    From where on an off is missing, each note is ended by the next off or the next note.
    """
    depth, settled = 0, 0
    for place, down in enumerate(is_on):
        depth = depth + 1 if down else max(depth - 1, 0)
        if depth == 0:
            settled = place + 1
    ended = dict(_first_by_first(is_on[:settled]))
    ended |= {
        on + settled: off if off < 0 else off + settled for on, off in _by_the_next(is_on[settled:], ticks[settled:])
    }
    onsets = sorted({ticks[on] for on in ended})
    for _, struck in itertools.groupby(sorted(ended), key=ticks.__getitem__):
        ons = list(struck)
        later = bisect.bisect_right(onsets, ticks[ons[0]])
        until = onsets[later] if later < len(onsets) else end_tick
        offs = [ended[on] for on in ons]
        ends = sorted(max(until if off < 0 else min(until, ticks[off]), ticks[ons[0]] + 1) for off in offs)
        for on, off, end in zip(ons, offs, ends, strict=True):
            yield on, off, end, on >= settled


def _first_by_first(is_on: Sequence[bool]) -> Iterator[tuple[int, int]]:
    waiting: list[int] = []
    for place, on in enumerate(is_on):
        if on:
            waiting.append(place)
        elif waiting:
            yield waiting.pop(0), place


def _by_the_next(is_on: Sequence[bool], ticks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each note ended by the next off, but for an off at the very tick of a new note, which is an old one's."""
    old: list[int] = []  # ended by a new note
    sounding: list[int] = []
    tick = -1  # of the sounding ones
    for place, down in enumerate(is_on):
        if down and ticks[place] == tick:
            sounding.append(place)
        elif down:
            yield from ((on, -1) for on in old)
            old, sounding, tick = sounding, [place], ticks[place]
        elif old and ticks[place] == tick:
            yield old.pop(0), place
        elif sounding:
            yield sounding.pop(0), place
    yield from ((on, -1) for on in (*old, *sounding))


def _table(tracks: Sequence[Track], pairs: _Pairs) -> NoteTable:
    sizes = np.array([len(track.tick) for track in tracks], dtype=np.int64)
    on = (np.cumsum(sizes) - sizes)[pairs.track] + pairs.on
    order = np.argsort(on)
    on = on[order]
    onset = _joined(tracks, "tick")[on]
    order, on = order[by := np.argsort(onset, kind="stable")], on[by]
    notes = np.zeros(len(on), NOTE)
    notes["onset"], notes["offset"], notes["track"] = onset[by], pairs.end[order], pairs.track[order]
    notes["channel"] = (_joined(tracks, "status")[on] & 0x0F) + 1
    notes["pitch"], notes["velocity"] = _joined(tracks, "first")[on], _joined(tracks, "second")[on]
    programs = _Programs(tracks)
    parts = notes["track"].astype(np.int64) * 17 + notes["channel"]
    for part in np.flatnonzero(np.bincount(parts)).tolist():
        if programs.any(part % 17):
            chosen = parts == part
            notes["program"][chosen] = programs.at(part // 17, part % 17, notes["onset"][chosen])
    return notes


class _Programs:
    """The program of each channel at each tick, a track's own before anyone else's."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._changes: dict[tuple[int, int], list[tuple[int, int]]] = {}  # by track (-1: all) and channel
        for number, track in enumerate(tracks):
            for place in np.flatnonzero((track.status & 0xF0) == 0xC0).tolist():
                channel = (int(track.status[place]) & 0x0F) + 1
                change = int(track.tick[place]), int(track.first[place])
                for whose in (number, -1):
                    self._changes.setdefault((whose, channel), []).append(change)
        for changes in self._changes.values():
            changes.sort(key=lambda change: change[0])

    def any(self, channel: int) -> bool:
        """Whether anyone sets a program on the channel."""
        return (-1, channel) in self._changes

    def at(self, track: int, channel: int, ticks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The program at each of `ticks` [N]; 0 before the first."""
        found = np.full(len(ticks), -1, dtype=np.int64)
        for whose in (track, -1):
            changes = self._changes.get((whose, channel), [])
            if changes:
                place = np.searchsorted([tick for tick, _ in changes], ticks, side="right") - 1
                said = np.where(place < 0, -1, np.array([program for _, program in changes])[place])
                found = np.where(found < 0, said, found)
        return np.maximum(found, 0)


# --- writing -------------------------------------------------------------------------------------


class TrackNote(NamedTuple):
    """A note to write: times in beats, its channel from 1."""

    onset: float
    duration: float
    pitch: int
    velocity: int
    channel: int


@dataclass(frozen=True)
class NewTrack:
    """A track to write: its name, its notes, and a program (from 0) for each channel that is to have one."""

    name: str
    notes: Sequence[TrackNote]
    programs: Mapping[int, int]


def write(path: Path, file: MidiFile, added: Sequence[NewTrack] = ()) -> None:
    """Write `file` as it was read, with these tracks more. Raises OSError, and then leaves no file."""
    bodies = [_body(_events_of(track)) for track in file.song.tracks]
    bodies += [_body(_events_of_new(track, file.ticks_per_beat)) for track in added]
    write_bytes(path, smf.encode(file.song, bodies))


def write_part(path: Path, file: MidiFile, parts: Sequence[tuple[str, Track]], added: Sequence[NewTrack]) -> None:
    """Write some of what was read, each track under a new name, with these tracks more: what all tracks share first.

    That is tempo, metre, key, markers and SMPTE offset, wherever they stood. Raises OSError, and then leaves no file.
    """
    shared = [event for track in file.song.tracks for event in _events_of(track.only(_is_shared(track))) if event[2]]
    bodies = [_body([*((tick, 0.0, message) for tick, _, message in shared), (file.end_tick, float("inf"), b"")])]
    for name, track in parts:
        rest = track.only(~_is_shared(track) & ~((track.status == smf.META) & (track.first == TRACK_NAME)))
        bodies.append(_body([(0, -1.0, smf.meta(TRACK_NAME, name.encode())), *_events_of(rest)]))
    bodies += [_body(_events_of_new(track, file.ticks_per_beat)) for track in added]
    write_bytes(path, smf.encode(replace(file.song, kind=1), bodies))


def _is_shared(track: Track) -> npt.NDArray[np.bool_]:
    return np.equal(track.status, smf.META) & np.isin(track.first, (TEMPO, METRE, KEY, _MARKER, _SMPTE_OFFSET))


def write_new(path: Path, timeline: Timeline, tracks: Sequence[NewTrack], ticks_per_beat: int = TICKS_PER_BEAT) -> None:
    """Write tracks as a new file of type 1, their tempo and metre first. Raises OSError, and then leaves no file."""
    song = Song(1, ticks_per_beat, False, ())
    bodies = [_body(conductor_events(timeline, ticks_per_beat))]
    bodies += [_body(_events_of_new(track, ticks_per_beat)) for track in tracks]
    write_bytes(path, smf.encode(song, bodies))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


_Event = tuple[int, float, bytes]  # tick, order among those of a tick, message


def conductor_events(timeline: Timeline, ticks_per_beat: int) -> list[_Event]:
    """A timeline as tempo and metre events; a free one says 120 bpm and no metre."""
    events: list[_Event] = [(0, -1.0, smf.meta(TRACK_NAME, b"Tempo"))]
    for place, metre in enumerate(() if timeline.free else timeline.metres):
        body = bytes((metre.numerator, metre.denominator.bit_length() - 1, 24, 8))
        events.append((round(metre.beat * ticks_per_beat), float(place), smf.meta(METRE, body)))
    for place, tempo in enumerate(timeline.tempos):
        microseconds = min(max(round(60e6 / tempo.bpm), 1), 2**24 - 1)
        events.append((round(tempo.beat * ticks_per_beat), float(place), smf.meta(TEMPO, microseconds.to_bytes(3))))
    return events


def _events_of_new(track: NewTrack, ticks_per_beat: int) -> list[_Event]:
    events: list[_Event] = [(0, -2.0, smf.meta(TRACK_NAME, track.name.encode()))]
    for channel, program in track.programs.items():
        events.append((0, -1.0, bytes((0xC0 | channel - 1, program))))
    for note in track.notes:
        on = round(note.onset * ticks_per_beat)
        off = max(round((note.onset + note.duration) * ticks_per_beat), on + 1)
        events.append((on, 1.0, bytes((0x90 | note.channel - 1, note.pitch, note.velocity))))
        events.append((off, 0.0, bytes((0x80 | note.channel - 1, note.pitch, 64))))
    return events


def _events_of(track: Track) -> list[_Event]:
    """The events of a track that was read, in their order, but for a note's end: that is there, and comes before a
    new note of the same key and tick."""
    pairs = _pairs([track])
    order = {place: float(place) for place in range(len(track.tick))}
    begun: dict[tuple[int, int, int], int] = {}
    for on in sorted(pairs.on.tolist()):
        begun.setdefault((int(track.tick[on]), int(track.status[on]) & 0x0F, int(track.first[on])), on)
    events: list[_Event] = []
    for _, on, off, end, is_guess in zip(*(row.tolist() for row in pairs), strict=True):
        key = int(track.status[on]) & 0x0F, int(track.first[on])
        if is_guess:
            order.pop(off, None)
            events.append((end, begun.get((end, *key), 0) - 0.5, bytes((0x80 | key[0], key[1], 64))))
        else:
            struck = begun.get((int(track.tick[off]), *key), off)
            if on < struck < off:
                order[off] = struck - 0.5
    for place in order:
        message = track.message(place)
        if track.status[place] < 0xF0:
            message = bytes((*message[:-1], min(message[-1], 127)))
        events.append((int(track.tick[place]), order[place], message))
    events.append((max(track.end_tick, max((tick for tick, _, _ in events), default=0)), float("inf"), b""))
    return events


def _body(events: list[_Event]) -> bytes:
    """A track's chunk: events in order, each with the ticks since the one before, and the end."""
    parts: list[bytes] = []
    before = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        if message:
            parts.append(smf.number(tick - before) + message)
            before = tick
        else:
            parts.append(smf.number(tick - before) + smf.meta(smf.END_OF_TRACK, b""))
            return b"".join(parts)
    parts.append(b"\0" + smf.meta(smf.END_OF_TRACK, b""))
    return b"".join(parts)
