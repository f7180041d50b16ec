"""A MIDI file played to the machine, and a file of what both played.

Tick 0 of the result is tick 0 of the file; rests, the human's notes and controllers, tempo and metre stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.model import Model
from bridge.midi import files as midifile
from bridge.midi.files import DRUM_CHANNEL, MidiFile, NewTrack, TrackNote
from bridge.midi.smf import Track
from bridge.performer.settings import Settings
from bridge.sessions.perform import HumanNote, Performance, perform
from bridge.sessions.simulation import STEP
from bridge.timing.timeline import Timeline
from bridge.vocabulary.events import Control, Input
from bridge.vocabulary.voices import VOICE_PROGRAMS

# Nobody plays longer, in seconds; a file that does has an event that strayed, and its silence would be played for days.
LONGEST: Final = 12 * 3600.0

HUMAN = "Human"


@dataclass(frozen=True)
class HumanPart:
    """What of a file the human plays: of each track of theirs its number and name, and its events alone."""

    file: MidiFile
    tracks: tuple[tuple[int, str, Track], ...]
    notes: npt.NDArray[np.void]  # note_table.NOTE [N]

    def named(self) -> list[tuple[str, Track]]:
        """The tracks as they are written: `Human`, or `Human NAME` where there are several."""
        if len(self.tracks) == 1:
            return [(HUMAN, self.tracks[0][2])]
        return [(f"{HUMAN} {name or number + 1}", track) for number, name, track in self.tracks]


def human_part(file: MidiFile, wanted: Sequence[str] = ()) -> HumanPart:
    """The human's part of a file: the tracks and channels that `wanted` names, or all of it.

    A number from 1 to 16 is a channel, anything else a track's name. Raises ValueError for one that is not there.
    """
    notes = file.notes
    channels = [int(word) for word in wanted if word.isdecimal()]
    names = [word.casefold() for word in wanted if not word.isdecimal()]
    by_name = np.array([name.casefold() in names for name in file.names])
    chosen = np.full(len(notes), not wanted)
    for word in wanted:
        named = np.array([name.casefold() == word.casefold() for name in file.names])
        own = notes["channel"] == int(word) if word.isdecimal() else named[notes["track"]]
        if not own.any():
            raise ValueError(f"no notes on --human {word!r}: {_what_there_is(file)}")
        chosen |= own
    tracks = []
    for number in sorted({*notes["track"][chosen].tolist()}):
        track = file.song.tracks[number]
        if wanted and not by_name[number]:
            track = track.only((track.status >= 0xF0) | np.isin((track.status & 0x0F) + 1, channels))
        tracks.append((number, file.names[number], track))
    return HumanPart(file, tuple(tracks), notes[chosen])


def _what_there_is(file: MidiFile) -> str:
    tracks = sorted({file.names[number] or "(no name)" for number in file.notes["track"].tolist()})
    channels = sorted({*file.notes["channel"].tolist()})
    return f"there are tracks {', '.join(tracks)}; channels {', '.join(map(str, channels))}"


def perform_file(
    model: Model,
    settings: Settings,
    part: HumanPart,
    *,
    free: bool = False,
    tail_beats: float | None = None,
    step: float = STEP,
    model_sha256: str = "",
) -> Performance:
    """Play the human's part to the machine, by the file's tempo and metre or, `free`, without them.

    The performance's beats are those of the timeline it was played by. Raises as `perform`, and ValueError for a part
    that is longer than LONGEST.
    """
    timeline = part.file.timeline
    lasts = timeline.seconds_at(int(part.notes["offset"].max()) / part.file.ticks_per_beat)
    if lasts > LONGEST:
        raise ValueError(
            f"the file's last note ends after {lasts / 3600:.0f} hours, {LONGEST / 3600:.0f} at most: take out what "
            "lies so far behind the rest"
        )
    played_by = Timeline.without_beat() if free or timeline.free else timeline

    def beat_of(tick: int) -> float:
        return played_by.beat_at(timeline.seconds_at(tick / part.file.ticks_per_beat))

    columns = (part.notes[name].tolist() for name in ("onset", "offset", "pitch", "velocity", "channel"))
    human = [
        HumanNote(beat_of(onset), beat_of(offset) - beat_of(onset), pitch, velocity, channel)
        for onset, offset, pitch, velocity, channel in zip(*columns, strict=True)
    ]
    return perform(
        model,
        settings,
        human,
        played_by,
        also=_controls(part),
        tail_beats=tail_beats,
        step=step,
        model_sha256=model_sha256,
    )


def _controls(part: HumanPart) -> list[Input]:
    """The human's controllers, pedals before all."""
    found: list[Input] = []
    beat, timeline = part.file.ticks_per_beat, part.file.timeline
    for _, _, track in part.tracks:
        for place in np.flatnonzero((track.status & 0xF0) == 0xB0).tolist():
            time = timeline.seconds_at(int(track.tick[place]) / beat)
            channel = (int(track.status[place]) & 0x0F) + 1
            found.append(Control(time, int(track.first[place]), int(track.second[place]), channel))
    return sorted(found, key=lambda item: item.time)


def write_performance(path: Path, part: HumanPart, performance: Performance) -> None:
    """Write the human's part and the machine's, a track for each of its voices. Raises OSError; then leaves no file."""
    midifile.write_part(path, part.file, part.named(), machine_tracks(part, performance))


def machine_tracks(part: HumanPart, performance: Performance) -> list[NewTrack]:
    """What the machine played, a track for each voice, each with its program.

    On a channel that the human plays on too, that is the human's: a channel has one sound.
    """
    timeline = part.file.timeline
    humans = dict(zip(part.notes["channel"].tolist(), part.notes["program"].tolist(), strict=True))
    tracks = []
    for voice in sorted({note.voice for note in performance.machine}):
        notes = []
        for note in performance.machine:
            if note.voice == voice:
                onset = timeline.beat_at(note.onset_seconds)
                end = timeline.beat_at(note.onset_seconds + note.length_seconds)
                notes.append(TrackNote(onset, end - onset, note.pitch, note.velocity, note.channel))
        programs = {
            channel: humans.get(channel, 0 if channel == DRUM_CHANNEL else VOICE_PROGRAMS[voice])
            for channel in sorted({note.channel for note in notes})
        }
        tracks.append(NewTrack(f"Antiphon {voice}", notes, programs))
    return tracks


def take(settings: Settings, number: int) -> Settings:
    """The settings of take `number`, from 0: each has the next seed."""
    return replace(settings, seed=settings.seed + number)
