"""MIDI files to notes with voices and beats, and back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mido

from bridge.vocabulary.codec import VOICES

TICKS_PER_BEAT: Final = 480
_DRUM_CHANNEL: Final = 9
_LARGEST: Final = 32 * 2**20

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
# A program that sounds like each voice, for files we write.
VOICE_PROGRAMS: Final = {
    "keys": 0, "guitar": 25, "bass": 33, "drums": 0, "lead": 73, "strings": 48, "other": 98,
}  # fmt: skip
_MELODY_NAME: Final = re.compile(r"melod|voice|vocal|voix|stimme|gesang|\blead\b|sopran|tenor|singst", re.IGNORECASE)


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
class Piece:
    """A file's notes in order of onset, and its first tempo and bar length."""

    notes: tuple[FileNote, ...]
    bpm: float
    beats_per_bar: float


def voice_of(program: int, is_drum: bool, track_name: str) -> str:
    """The voice of a track by its channel, its name, then its General MIDI program (0-127)."""
    if is_drum:
        return "drums"
    if _MELODY_NAME.search(track_name) and program not in range(32, 40):
        return "lead"
    return next(voice for programs, voice in PROGRAM_VOICES if program in programs)


def read(path: Path) -> Piece:
    """Read a MIDI file. Raises BadMidiFile naming the file and why, OSError when it cannot be opened."""
    if path.stat().st_size > _LARGEST:
        raise BadMidiFile(f"{path} is {path.stat().st_size / 2**20:.0f} MB: no piece of music is larger than 32 MB")
    try:
        file = mido.MidiFile(file=io.BytesIO(path.read_bytes()), clip=True)
    except (EOFError, OSError, ValueError, IndexError, KeyError, mido.KeySignatureError) as error:
        raise BadMidiFile(f"{path} is not a MIDI file, or a broken one: {error or type(error).__name__}") from error
    if file.ticks_per_beat <= 0 or file.type == 2:
        raise BadMidiFile(f"{path}: SMPTE time and type 2 files have no common beat; save it as type 1")
    notes = [note for track in file.tracks for note in _track_notes(track, file.ticks_per_beat)]
    if not notes:
        raise BadMidiFile(f"{path} has no notes")
    first = {message.type: message for track in reversed(file.tracks) for message in reversed(track) if message.is_meta}
    tempo, meter = first.get("set_tempo"), first.get("time_signature")
    return Piece(
        notes=tuple(sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch))),
        bpm=120.0 if tempo is None else mido.tempo2bpm(tempo.tempo),
        beats_per_bar=4.0 if meter is None else meter.numerator * 4.0 / meter.denominator,
    )


def _track_notes(track: Iterable[mido.Message], ticks_per_beat: int) -> list[FileNote]:
    programs: dict[int, int] = {}
    held: dict[tuple[int, int], tuple[int, int]] = {}
    notes: list[FileNote] = []
    name = ""
    now = 0

    def end(channel: int, pitch: int) -> None:
        begun = held.pop((channel, pitch), None)
        if begun is not None:
            onset, velocity = begun
            voice = VOICES.index(voice_of(programs.get(channel, 0), channel == _DRUM_CHANNEL, name))
            length = max(now - onset, 1) / ticks_per_beat
            notes.append(FileNote(onset / ticks_per_beat, length, pitch, velocity, voice))

    for message in track:
        now += message.time
        if message.type == "track_name":
            name = message.name
        elif message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type in ("note_on", "note_off"):
            end(message.channel, message.note)
            if message.type == "note_on" and message.velocity > 0:
                held[message.channel, message.note] = (now, message.velocity)
    for channel, pitch in list(held):
        end(channel, pitch)
    return notes


def write(path: Path, tracks: Sequence[tuple[str, Sequence[FileNote]]], bpm: float, beats_per_bar: float = 4.0) -> None:
    """Write named tracks of notes as a type 1 file; each voice gets a channel and a program of its own."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    conductor = file.add_track("Tempo")
    conductor.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    if beats_per_bar == int(beats_per_bar):
        conductor.append(mido.MetaMessage("time_signature", numerator=int(beats_per_bar), denominator=4))
    channels = {voice: _DRUM_CHANNEL if name == "drums" else voice for voice, name in enumerate(VOICES)}
    for name, notes in tracks:
        track = file.add_track(name)
        for voice in sorted({note.voice for note in notes}):
            program = VOICE_PROGRAMS[VOICES[voice]]
            track.append(mido.Message("program_change", program=program, channel=channels[voice]))
        messages: list[tuple[int, int, mido.Message]] = []
        for note in notes:
            on = round(note.onset * TICKS_PER_BEAT)
            off = max(round((note.onset + note.duration) * TICKS_PER_BEAT), on + 1)
            fields = {"note": note.pitch, "channel": channels[note.voice]}
            messages.append((on, 1, mido.Message("note_on", velocity=note.velocity, **fields)))
            messages.append((off, 0, mido.Message("note_off", **fields)))
        before = 0
        for tick, _, message in sorted(messages, key=lambda entry: entry[:2]):
            track.append(message.copy(time=tick - before))
            before = tick
    file.save(path)
