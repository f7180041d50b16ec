"""What is reviewed: the notes of a MIDI file or a recorded session, on beats where it has them, and who played them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import FREE_BEATS_PER_SECOND, Floats, Stretch, ticks_of
from bridge.data.reading import bar_positions, ticks_to_seconds
from bridge.midi import files as midifile
from bridge.midi.files import MidiFile
from bridge.sessions.log import SessionLog, read_log
from bridge.sessions.midi_export import timeline_of
from bridge.sessions.picture import roll_notes
from bridge.sessions.recorder import find_log
from bridge.sessions.view import beats
from bridge.vocabulary.codec import TICKS_PER_BEAT, VOICES

# Fewer different velocities than this is a flat file, whose velocities nobody meant.
_FLAT_VELOCITIES: Final = 8
# How the machine's tracks are called in files that `perform` and recordings write.
_MACHINE: Final = "Antiphon"
_FASTEST: Final = 1000.0  # beats a minute; what is beyond is a broken tempo event


@dataclass(frozen=True, slots=True)
class Music:
    """Notes in playing order: `stretch`, its onsets in seconds [N], and which were the machine's, bool [N].

    Without beats (`has_beats` False) a beat is half a second. `log` is that of a session.
    """

    title: str
    stretch: Stretch
    seconds: Floats
    machine: npt.NDArray[np.bool_]
    has_beats: bool
    log: SessionLog | None = None

    def __len__(self) -> int:
        return len(self.seconds)

    def only(self, chosen: npt.NDArray[np.bool_]) -> Music:
        """Some of the notes, bool [N]."""
        places = np.flatnonzero(chosen)
        return replace(
            self,
            stretch=self.stretch.reordered(places),
            seconds=self.seconds[places],
            machine=self.machine[places],
        )


def read(path: Path) -> Music:
    """A MIDI file, a session log, or a take's folder. Raises OSError or ValueError, naming what is wrong with it."""
    if path.is_dir() or path.suffix == ".jsonl":
        log = find_log(path)
        return of_session(read_log(log), log.parent.name or log.stem)
    return of_file(midifile.read(path), path.name)


def of_file(file: MidiFile, title: str) -> Music:
    """The notes of a file; those on tracks that Antiphon wrote are the machine's."""
    per_beat = file.ticks_per_beat
    tempos = [] if file.song.counts_time else file.tempos
    tempo = [tick for tick, _ in tempos], [min(60e6 / microseconds, _FASTEST) for _, microseconds in tempos]
    times = {
        name: (file.notes[name] / per_beat, ticks_to_seconds(file.notes[name].astype(np.float64), *tempo, per_beat))
        for name in ("onset", "offset")
    }
    free = file.song.counts_time or not file.has_beats
    metres = [(tick / per_beat, numerator, denominator) for tick, numerator, denominator in file.metres]
    bar_beat, beats_per_bar = bar_positions(times["onset"][0], metres)
    velocity = file.notes["velocity"].astype(np.int64)
    if len(np.unique(velocity)) < _FLAT_VELOCITIES:
        velocity = np.zeros_like(velocity)
    names = np.array([name.startswith(_MACHINE) for name in file.names], dtype=np.bool_)
    return _music(
        title,
        beats=(times["onset"][0], times["offset"][0]),
        seconds=(times["onset"][1], times["offset"][1]),
        voice=file.voices().astype(np.int64),
        pitch=file.notes["pitch"].astype(np.int64),
        velocity=velocity,
        bars=None if free else (bar_beat, beats_per_bar),
        machine=names[file.notes["track"]],
    )


def of_session(log: SessionLog, title: str) -> Music:
    """The notes that were heard in a session. Raises ValueError where there is none."""
    heard = [note for note in roll_notes(log) if note.player != "planned"]
    if not heard:
        raise ValueError(f"{title}: nothing was heard in this session")
    onset = np.array([note.onset for note in heard])
    offset = onset + np.array([note.duration for note in heard])
    began = log.entries[0][1]
    grid = beats(log)
    timeline, origin = timeline_of(grid, began, str(log.settings.values.get("signature", "4/4")))
    on_beats = tuple(np.array([timeline.beat_at(t - origin) for t in times.tolist()]) for times in (onset, offset))
    bars = None
    if grid:
        metres = [timeline.metre_at(beat).beats_per_bar for beat in on_beats[0].tolist()]
        within = [timeline.bar_at(beat)[1] for beat in on_beats[0].tolist()]
        bars = np.array(within), np.array(metres)
    return replace(
        _music(
            title,
            beats=(on_beats[0], on_beats[1]),
            seconds=(onset, offset),
            voice=np.array([VOICES.index(note.voice) for note in heard]),
            pitch=np.array([note.pitch for note in heard]),
            velocity=np.array([note.velocity for note in heard]),
            bars=bars,
            machine=np.array([note.player == "machine" for note in heard]),
        ),
        log=log,
    )


def _music(
    title: str,
    *,
    beats: tuple[Floats, Floats],
    seconds: tuple[Floats, Floats],
    voice: npt.NDArray[np.int64],
    pitch: npt.NDArray[np.int64],
    velocity: npt.NDArray[np.int64],
    bars: tuple[Floats, Floats] | None,
    machine: npt.NDArray[np.bool_],
) -> Music:
    """In playing order, of notes struck twice at once the first alone."""
    if not len(pitch):
        raise ValueError(f"{title}: there is no note in it")
    unknown = np.full(len(pitch), np.nan)
    onset, offset = beats if bars is not None else tuple(times * FREE_BEATS_PER_SECOND for times in seconds)
    stretch = Stretch(
        onset * TICKS_PER_BEAT,
        offset * TICKS_PER_BEAT,
        voice,
        pitch,
        velocity,
        unknown if bars is None else bars[0],
        unknown if bars is None else bars[1],
    )
    tick = ticks_of(stretch.onset)
    within = voice * 128 + pitch
    order = np.lexsort((machine, within, tick))
    doubled = (np.diff(tick[order]) == 0) & (np.diff(within[order]) == 0)
    order = order[np.concatenate([[True], ~doubled])]
    return Music(title, stretch.reordered(order), seconds[0][order], machine[order], bars is not None)
