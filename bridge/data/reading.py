"""One MIDI file to notes with voices, beats and bars, or to the reason why not.

Notes that are no music to learn from are refused: too few, one note over and over for a whole piece, a piece of days,
stuck keys, machine-gun fire.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data import fingerprint
from bridge.data.notes import NOTE, NoteArray
from bridge.data.sources import DRUM_KITS, Source
from bridge.midi import files as midifile
from bridge.midi.files import MidiFile
from bridge.midi.smf import Refused
from bridge.vocabulary import codec

# Bytes; the longest pieces we know take a twentieth of it.
LARGEST: Final = 8 * 2**20
_FLAT_VELOCITIES: Final = 8  # fewer different velocities than this is a flat file
_FASTEST: Final = 1000.0  # beats a minute; what is beyond is a broken tempo event

_VOICE_NUMBER: Final = {name: i for i, name in enumerate(codec.VOICES)}
_CHOIR_PROGRAMS: Final = range(52, 55)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file: notes, or the reason why none."""

    reason: str = ""  # "": it was read
    text: str = ""
    digest: bytes = b""  # see `fingerprint.digest`
    count: int = 0
    has_beats: bool = False
    seconds: float = 0.0  # from the first onset to the last offset
    figures: int = 0  # different ones that the sketch is of
    sketch: bytes = b""
    repairs: str = ""
    notes: bytes = b""  # NOTE [count]


def read(item: Source) -> Reading:
    """Read one file; whatever is wrong with it is the reason of the Reading, never an exception."""
    try:
        file = _file_of(item.path)
        notes, has_beats = _notes_of(item, file)
        check_music(notes)
    except Refused as refused:
        return Reading(refused.reason, refused.text)
    figures = fingerprint.figures(notes)
    return Reading(
        digest=fingerprint.digest(notes),
        notes=notes.tobytes(),
        count=len(notes),
        has_beats=has_beats,
        seconds=float(notes["offset_seconds"].max() - notes["onset_seconds"].min()),
        figures=len(figures),
        sketch=fingerprint.sketch(figures).tobytes(),
        repairs=", ".join(sorted({mend.kind for mend in file.mended})),
    )


def read_notes(item: Source) -> tuple[NoteArray, bool]:
    """The notes of one file as NOTE [N], ordered by onset, and whether its beats and bars are meant.

    Raises Refused with the reason when it cannot be read.
    """
    return _notes_of(item, _file_of(item.path))


def _file_of(path: Path) -> MidiFile:
    try:
        return midifile.decode(midifile.read_bytes(path, LARGEST), LARGEST)
    except OSError as error:
        reason = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
        raise Refused(reason, os.strerror(error.errno) if error.errno else str(error)) from None


def voice_of(program: int, is_drum: bool, name: str, singers: str = "") -> str:
    """The voice of a track, as `bridge.midi.files.voice_of`; choirs are `singers` where that is a voice."""
    if singers and program in _CHOIR_PROGRAMS and not is_drum:
        return singers
    return midifile.voice_of(program, is_drum, name)


def ticks_to_seconds(
    ticks: npt.NDArray[np.float64], tempo_ticks: npt.ArrayLike, bpm: npt.ArrayLike, ticks_per_beat: int
) -> npt.NDArray[np.float64]:
    """Ticks [N] to seconds through a tempo map: from `tempo_ticks[i]` on, `bpm[i]` (120 before the first)."""
    starts = np.concatenate([[0.0], np.asarray(tempo_ticks, dtype=np.float64)])
    per_tick = 60.0 / (np.concatenate([[120.0], np.asarray(bpm, dtype=np.float64)]) * ticks_per_beat)
    begins = np.concatenate([[0.0], np.cumsum(np.diff(starts) * per_tick[:-1])])
    segment = np.searchsorted(starts, ticks, side="right") - 1
    seconds: npt.NDArray[np.float64] = begins[segment] + (ticks - starts[segment]) * per_tick[segment]
    return seconds


def bar_positions(
    beats: npt.NDArray[np.float64], signatures: Iterable[tuple[float, int, int]]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Beats since the bar line and beats in the bar, both [N]; `signatures` are (beat, numerator, denominator).

    4/4 holds until the first signature, as the MIDI file standard says. A beat is a quarter note.
    """
    changes = {0.0: 4.0}
    for beat, numerator, denominator in signatures:
        if numerator > 0 and denominator > 0:
            changes[float(beat)] = 4.0 * numerator / denominator
    starts = np.array(sorted(changes))
    lengths = np.array([changes[start] for start in starts])
    segment = np.searchsorted(starts, beats + 1e-6, side="right") - 1
    length = lengths[segment]
    return (beats - starts[segment]) % length, length


def _is_among(share: float, name: str) -> bool:
    """Whether a file is among so many: by its name, so that it stays."""
    return hashlib.sha256(name.encode()).digest()[0] < 256 * share


def _notes_of(item: Source, file: MidiFile) -> tuple[NoteArray, bool]:
    check_count(len(file.notes))
    celli_are_bass = _is_among(item.traits.cello_bass, item.path.name)

    def voice(program: int, is_drum: bool, name: str) -> str:
        return "bass" if celli_are_bass and "ello" in name else voice_of(program, is_drum, name, item.traits.singers)

    notes, has_beats = _assemble(item, file, file.voices(voice))
    check_count(len(notes))
    return notes, has_beats


def _assemble(item: Source, file: MidiFile, voice: npt.NDArray[np.int64]) -> tuple[NoteArray, bool]:
    """The notes of `file`, whose voices are `voice` [N]."""
    notes = np.zeros(len(file.notes), NOTE)
    per_beat, counts_time = file.ticks_per_beat, file.song.counts_time
    tempos = [] if counts_time else file.tempos
    tempo = [tick for tick, _ in tempos], [min(60e6 / microseconds, _FASTEST) for _, microseconds in tempos]
    for name in ("onset", "offset"):
        ticks = file.notes[name]
        notes[f"{name}_beats"] = ticks / per_beat
        notes[f"{name}_seconds"] = ticks_to_seconds(ticks.astype(np.float64), *tempo, per_beat)
    pitch, velocity = file.notes["pitch"], file.notes["velocity"]
    if item.traits.drum_kit:
        kit = DRUM_KITS[item.traits.drum_kit]
        pitch = np.array([kit.get(int(p), int(p)) for p in pitch])
    notes["pitch"], notes["voice"] = pitch, voice
    expressive = item.expressive_velocity
    if expressive is None:
        expressive = len(np.unique(velocity)) >= _FLAT_VELOCITIES
    notes["velocity"] = velocity if expressive else 0
    has_beats = (
        not counts_time and not item.traits.free_time and (item.expressive_velocity is not None or file.has_beats)
    )
    signatures = [(tick / per_beat, numerator, denominator) for tick, numerator, denominator in file.metres]
    bar_beat, beats_per_bar = bar_positions(notes["onset_beats"], signatures)
    notes["bar_beat"], notes["beats_per_bar"] = (bar_beat, beats_per_bar) if has_beats else (np.nan, np.nan)
    return _without_doubles(notes), has_beats


def _without_doubles(notes: NoteArray) -> NoteArray:
    """Ordered by onset, voice, pitch; of notes struck twice within a tick (unisons) the longest stays."""
    tick = np.rint(notes["onset_beats"] * codec.TICKS_PER_BEAT).astype(np.int64)
    key = (tick * len(codec.VOICES) + notes["voice"]) * 128 + notes["pitch"]
    order = np.argsort(key, kind="stable")
    if (np.diff(key[order]) == 0).any():  # Two keys sort more slowly, and are seldom needed.
        order = np.lexsort((-notes["offset_beats"], key))
    key = key[order]
    single: NoteArray = notes[order[np.diff(key, prepend=key[0] - 1) != 0]]
    return single


FEWEST_NOTES: Final = 16
MOST_NOTES: Final = 500_000
# The bounds lie well outside what the busiest and the slowest music does: of 4,000 pieces the densest (a game's metal)
# has 81 notes a second over ten seconds, and none holds more than 2 % of its notes for 20 seconds.
_ONE_PITCH: Final = 0.98  # part of all notes
# A pulse, a roll or a fill may have one pitch; a piece of more notes than eighths in sixteen bars is a click track.
_MOST_OF_ONE_PITCH: Final = 128
_LONGEST: Final = 24.0  # hours; what goes on longer has broken times, or a tempo of nearly none
_HELD_SECONDS: Final = 30.0
_MOST_HELD: Final = 0.1  # part of all notes
_MOST_PER_SECOND: Final = 150.0  # notes, on average over _WINDOW
_WINDOW: Final = 10.0  # seconds
_REPEAT_SECONDS: Final = 1 / 30
_MOST_REPEATS: Final = 0.5  # part of all notes


# --- what is no music to learn from ----------------------------------------------------------------------


def check_count(count: int) -> None:
    """Raises Refused when `count` notes are too few or too many."""
    if count == 0:
        raise Refused("no notes", "a MIDI file without notes")
    if count < FEWEST_NOTES:
        raise Refused("too few notes", f"{count} notes; at least {FEWEST_NOTES} are needed to learn from")
    if count > MOST_NOTES:
        raise Refused("too many notes", f"{count} notes; {MOST_NOTES} at most")


def check_music(notes: NoteArray) -> None:
    """Raises Refused with the reason when `notes` NOTE [N], ordered by onset, are no music to learn from."""
    count = len(notes)
    share = np.bincount(notes["pitch"]).max() / count
    if share >= _ONE_PITCH and count > _MOST_OF_ONE_PITCH:
        raise Refused("one note", f"{share:.0%} of its {count} notes have one pitch")
    onset = np.sort(notes["onset_seconds"], kind="stable")
    seconds = notes["offset_seconds"] - notes["onset_seconds"]
    if not onset[-1] > onset[0]:
        raise Refused("no time", f"all {count} notes at once: its times or its tempo are broken")
    hours = float(notes["offset_seconds"].max() - onset[0]) / 3600
    if hours > _LONGEST:
        raise Refused("too long", f"{hours:,.0f} hours; {_LONGEST:.0f} at most: its times or its tempo are broken")
    held = (seconds > _HELD_SECONDS).mean()
    if held > _MOST_HELD:
        raise Refused("stuck notes", f"{held:.0%} of its notes sound for more than {_HELD_SECONDS:.0f} seconds")
    within = np.arange(1, count + 1) - np.searchsorted(onset, onset - _WINDOW, side="right")
    rate = within.max() / _WINDOW
    if rate > _MOST_PER_SECOND:
        raise Refused("machine-gun", f"{rate:.0f} notes a second over ten seconds; {_MOST_PER_SECOND:.0f} at most")
    key = notes["voice"].astype(np.int16) * 128 + notes["pitch"]
    order = np.argsort(key, kind="stable")
    repeats = ((np.diff(key[order]) == 0) & (np.diff(notes["onset_seconds"][order]) < _REPEAT_SECONDS)).mean()
    if repeats > _MOST_REPEATS:
        raise Refused("machine-gun", f"{repeats:.0%} of its notes repeat the one before within 1/30 second")
