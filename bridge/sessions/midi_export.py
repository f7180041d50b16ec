"""A recorded session as a MIDI file that opens in a DAW as it was played: its tempo and metre, bar 1 where it began.

A session's beats come from whoever beat time; where nobody did (before the first beat, in a stop, in free time) time
goes on at the last tempo, and a stop lasts whole bars. The human has a track for each channel, the machine one for each
channel too, named for the voice that plays there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bridge.midi.files import DRUM_CHANNEL, NewTrack, TrackNote, write_new
from bridge.sessions.log import PlayedNote, SessionLog, played_notes
from bridge.sessions.view import Beat, beats
from bridge.timing.clock import beats_per_bar
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.events import Recall, SetVoice
from bridge.vocabulary.parameters import SIGNATURES
from bridge.vocabulary.voices import VOICE_PROGRAMS, default_voices

# A beat that comes so much later than its tempo says, in seconds, is another tempo.
_LATE: Final = 5e-4
# A gap of so many beats is a stop, not a slow beat.
_STOP: Final = 4.0


def write_midi(log: SessionLog, path: Path) -> None:
    """Write both players of a session as a MIDI file; cancelled notes are left out. Raises OSError."""
    began = log.entries[0][1] if log.entries else 0.0
    timeline, origin = timeline_of(beats(log), began, str(log.settings.values.get("signature", "4/4")))
    heard = [note for note in played_notes(log) if not note.cancelled]
    write_new(path, timeline, [*_tracks(log, heard, timeline, origin)])


def timeline_of(grid: list[Beat], began: float, signature: str) -> tuple[Timeline, float]:
    """The timeline of a session that began at `began` seconds and had these beats, and the second of its beat 0.

    That is a bar line, the last one not after `began`, as far as bars were known; else `began`.
    """
    if len(grid) < 2:
        return Timeline.without_beat(), began
    numbered = list(_without_stops(grid, beats_per_bar(signature)))
    metres = list(_metres(numbered, signature))
    bar = metres[0].beats_per_bar
    first, step = numbered[0][1].time, _step(numbered[0], numbered[1])
    line = next((number for number, beat in numbered if beat.bar is not None), 0.0)
    before = bar * max(math.ceil((first + line * step - began) / step / bar - 1e-6), 0)
    shift = before - line
    tempos = [Tempo(max(number + shift, 0.0), bpm) for number, bpm in _tempos(numbered)]
    shifted = tuple(Metre(max(metre.beat + shift, 0.0), metre.numerator, metre.denominator) for metre in metres)
    return Timeline((Tempo(0.0, tempos[0].bpm), *tempos), shifted), first - shift * step


def _without_stops(grid: list[Beat], bar: float) -> Iterator[tuple[float, Beat]]:
    """The beats with their numbers from 0; a stop lasts about as long as it did, and a bar begins where one does."""
    number, step = 0.0, grid[1].time - grid[0].time
    line = 0.0
    yield number, grid[0]
    for before, after in itertools.pairwise(grid):
        gap = after.time - before.time
        line = number if before.bar is not None else line
        if gap <= _STOP * step:
            number, step = number + 1.0, gap
        elif after.bar is None:
            number += round(gap / step)
        else:
            number = line + bar * max(round((number + gap / step - line) / bar), 1)
        yield number, after


def _step(before: tuple[float, Beat], after: tuple[float, Beat]) -> float:
    """Seconds a beat lasts between two numbered beats."""
    return (after[1].time - before[1].time) / (after[0] - before[0])


def _tempos(numbered: list[tuple[float, Beat]]) -> Iterator[tuple[float, float]]:
    """(beat, bpm) wherever the beats went on at another tempo than before."""
    step, expected = 0.0, -math.inf
    for before, after in itertools.pairwise(numbered):
        expected += step * (after[0] - before[0])
        if abs(expected - after[1].time) > _LATE:
            step, expected = _step(before, after), after[1].time
            yield before[0], 60.0 / step


def _metres(numbered: list[tuple[float, Beat]], signature: str) -> Iterator[Metre]:
    """A metre wherever the bars became longer or shorter, and one at the first bar line."""
    lines = [(number, beat.bar) for number, beat in numbered if beat.bar is not None]
    last: Metre | None = None
    for (number, bar), (following, next_bar) in itertools.pairwise(lines):
        if bar is None or next_bar is None or next_bar <= bar:
            continue
        metre = _metre(number, (following - number) / (next_bar - bar), signature)
        if last is None or metre[1:] != last[1:]:
            last = metre
            yield metre
    if last is None:
        yield _metre(lines[0][0] if lines else 0.0, beats_per_bar(signature), signature)


def _metre(beat: float, length: float, signature: str) -> Metre:
    """The metre of bars of `length` beats: as `signature` writes it where that fits, else as another would."""
    for text in (signature, *SIGNATURES):
        if abs(beats_per_bar(text) - length) < 1e-6:
            numerator, denominator = text.split("/")
            return Metre(beat, int(numerator), int(denominator))
    return Metre(beat, max(round(length), 1), 4)


def _tracks(log: SessionLog, heard: list[PlayedNote], timeline: Timeline, origin: float) -> Iterator[NewTrack]:
    voices = _voices(log)
    for machine in (False, True):
        channels = sorted({note.channel for note in heard if note.machine is machine})
        for channel in channels:
            voice = voices.get(channel, "")
            programs = {}
            if machine:
                name = f"Antiphon {voice or channel}"
                if voice and channel != DRUM_CHANNEL:
                    programs[channel] = VOICE_PROGRAMS[voice]
            else:
                name = "Human" if len(channels) == 1 else f"Human {channel}"
            notes = [note for note in heard if note.machine is machine and note.channel == channel]
            yield NewTrack(name, [_placed(note, timeline, origin) for note in notes], programs)


def _voices(log: SessionLog) -> dict[int, str]:
    """Which voice the machine plays on a channel: of those that share one, the one that was enabled."""
    usual = {name: (voice.enabled, voice.channel) for name, voice in default_voices().items()}
    settings = {**usual, **log.settings.voices}
    # What was set before a take holds in it; a preset sets voices too.
    for entry in (*log.earlier, *log.entries):
        item = entry[2] if entry[0] == "in" else None
        if isinstance(item, SetVoice):
            settings[item.voice] = item.enabled, item.channel
        elif isinstance(item, Recall):
            settings.update({name: usual[name] for name in item.usual})
            settings.update(item.voices)
    found = {channel: name for name, (enabled, channel) in reversed(settings.items()) if not enabled}
    return found | {channel: name for name, (enabled, channel) in reversed(settings.items()) if enabled}


def _placed(note: PlayedNote, timeline: Timeline, origin: float) -> TrackNote:
    onset = max(timeline.beat_at(note.onset - origin), 0.0)
    end = timeline.beat_at(note.onset + note.duration - origin)
    return TrackNote(onset, max(end - onset, 0.0), note.pitch, note.velocity, note.channel)
