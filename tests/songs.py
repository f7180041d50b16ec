"""Small MIDI files for the tests of data and training."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import mido
import numpy as np

Note = tuple[int, int, int, int]  # onset, duration, pitch, velocity; times in ticks


def write_song(
    path: Path,
    notes: list[Note],
    *,
    program: int = 0,
    channel: int = 0,
    bpm: float = 120.0,
    ticks_per_beat: int = 480,
) -> None:
    """One track of notes."""
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    track.append(mido.Message("program_change", program=program, channel=channel))
    messages = []
    for onset, duration, pitch, velocity in notes:
        messages.append((onset, 1, mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)))
        messages.append((onset + duration, 0, mido.Message("note_off", note=pitch, channel=channel)))
    now = 0
    for time, _, message in sorted(messages, key=lambda m: m[:2]):
        track.append(message.copy(time=time - now))
        now = time
    song = mido.MidiFile(ticks_per_beat=ticks_per_beat)
    song.tracks.append(track)
    song.save(path)


def scale(count: int, step: int = 240, velocity: int = 64) -> list[Note]:
    """`count` notes, one every `step` ticks, of velocities that differ."""
    return [(i * step, step, 48 + i % 24, velocity + i % 20) for i in range(count)]


def tune(seed: int, count: int = 120) -> list[Note]:
    """A tune of its own for each seed: eighths to halves, in steps and leaps."""
    rng = np.random.default_rng(seed)
    steps = rng.choice([240, 240, 480, 480, 960], count)
    onset = np.cumsum(steps) - steps
    pitch = rng.integers(50, 80, count)
    velocity = rng.integers(40, 110, count)
    return [(int(t), int(d), int(p), int(v)) for t, d, p, v in zip(onset, steps, pitch, velocity, strict=True)]


def varied(notes: list[Note], *, shift: int = 0, stretch: float = 1.0) -> list[Note]:
    """The same notes `shift` semitones higher, all times `stretch` times as long, rounded to ticks."""
    return [(round(t * stretch), round(d * stretch), p + shift, v) for t, d, p, v in notes]


def with_header(
    data: bytes, *, kind: int | None = None, tracks: int | None = None, division: int | None = None
) -> bytes:
    """A file's bytes with other numbers in its header."""
    old = struct.unpack(">HHH", data[8:14])
    new = [was if now is None else now for was, now in zip(old, (kind, tracks, division), strict=True)]
    return data[:8] + struct.pack(">HHH", *new) + data[14:]


def write_albums(folder: Path) -> Path:
    """90 songs in three folders."""
    for number in range(90):
        path = folder / f"album {number % 3}" / f"{number}.mid"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_song(path, tune(number, 60))
    return folder


Message = tuple[int, bytes]  # tick, message


def song(*tracks: list[Message], ticks_per_beat: int = 100) -> bytes:
    """A file of messages at their ticks, in the order given within a tick, by another writer than ours."""
    file = mido.MidiFile(type=1, ticks_per_beat=ticks_per_beat)
    for messages in tracks:
        track, before = file.add_track(), 0
        for tick, data in sorted(messages, key=lambda message: message[0]):
            made = mido.MetaMessage.from_bytes(data) if data[0] == 0xFF else mido.Message.from_bytes(data)
            track.append(made.copy(time=tick - before))
            before = tick
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def on(tick: int, pitch: int = 60, velocity: int = 80, channel: int = 1) -> Message:
    return tick, bytes((0x8F + channel, pitch, velocity))


def off(tick: int, pitch: int = 60, channel: int = 1) -> Message:
    return tick, bytes((0x7F + channel, pitch, 64))


def program(tick: int, number: int, channel: int = 1) -> Message:
    return tick, bytes((0xBF + channel, number))


def meta(tick: int, kind: int, *payload: int) -> Message:
    return tick, bytes((0xFF, kind, len(payload), *payload))
