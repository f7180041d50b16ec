"""MIDI files: the one reader and writer. Notes with voices, the tempo and metre map, and what was mended on the way.

    file = read(Path("song.mid"))
    file.piece().notes           # in beats, with voices
    file.piece().timeline        # tempo and metre, every change
    file.mended                  # what was wrong and what was done about it
    write(Path("more.mid"), file, [NewTrack("Antiphon", notes)])

Which note-off ends which note, and whose program a note has, is worked out in `bridge.midi.note_table`.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.midi import smf
from bridge.midi.note_table import NoteTable, notes_of, pairs_of
from bridge.midi.smf import Mend, Refused, Song, Track
from bridge.system.plain_files import write_plain
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
    notes, never = notes_of(tracks)
    if never:
        mended.append(Mend("unterminated notes", f"{never} notes that never end: they end with their track"))
    return MidiFile(
        song=song,
        notes=notes,
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
    write_plain(path, smf.encode(file.song, bodies))


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
    write_plain(path, smf.encode(replace(file.song, kind=1), bodies))


def _is_shared(track: Track) -> npt.NDArray[np.bool_]:
    return np.equal(track.status, smf.META) & np.isin(track.first, (TEMPO, METRE, KEY, _MARKER, _SMPTE_OFFSET))


def write_new(path: Path, timeline: Timeline, tracks: Sequence[NewTrack], ticks_per_beat: int = TICKS_PER_BEAT) -> None:
    """Write tracks as a new file of type 1, their tempo and metre first. Raises OSError, and then leaves no file."""
    song = Song(1, ticks_per_beat, False, ())
    bodies = [_body(conductor_events(timeline, ticks_per_beat))]
    bodies += [_body(_events_of_new(track, ticks_per_beat)) for track in tracks]
    write_plain(path, smf.encode(song, bodies))


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
    pairs = pairs_of([track])
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
