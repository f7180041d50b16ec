"""Without a clock or a player: continue a piece, or add a voice to it, by the same engine that plays live."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.model import Model, Sample
from bridge.generation.loop import Request, Struck, answered, asking, chances, insists, wait_of
from bridge.midi.files import FileNote, MidiPiece
from bridge.performer.density import Pace
from bridge.performer.model_memory import HeardNote, Memory
from bridge.vocabulary import codec
from bridge.vocabulary.codec import DRUMS, DURATION_TICKS, TICKS_PER_BEAT
from bridge.vocabulary.guide import free_guide, guide_of, manner_of, roles_of
from bridge.vocabulary.parameters import PARAMETERS

# A continuation in which nothing begins for this many beats is over.
LONGEST_SILENCE: Final = 8.0
MOST_NOTES: Final = 20_000
# Onsets nearer than this, in beats, are one stroke; a note that would double another is drawn again so often at most.
AT_ONCE: Final = 0.06
# A voice strikes one pitch so many times in a row at most, as in play.
REPEATS: Final = int(PARAMETERS["repeats"].default)
# Enough of a piece to fill a transformer's window.
RECALLED: Final = 1024
# How a piece goes on is taken from this many beats of it, the last ones.
OPENING: Final = 64.0
# Beats that a drum's note lasts at most: how long it rings is not ours to say.
LONGEST_DRUM: Final = 0.5
# The texture of so many notes, the last ones, is that of the piece up to this factor.
RECENT_TEXTURE: Final = 32
NEAR_TEXTURE: Final = 1.2
# Who has played how much is counted over these beats, and at most so many notes.
RECENT: Final = 8.0
MOST_RECENT: Final = 256

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Taste:
    """How to draw. `controls` are values by name, as `guide.guide_of` takes them."""

    temperature: float = 0.9
    top_p: float = 1.0
    low: int = 0
    high: int = 127
    controls: Mapping[str, float] = field(default_factory=dict)


class Writer:
    """Feeds notes of a piece to a model and draws new ones. The same seed writes the same notes."""

    def __init__(self, model: Model, piece: MidiPiece, seed: int, taste: Taste) -> None:
        model.reset()
        self._memory = Memory(model)
        self._piece = piece
        self._taste = taste
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._guide = free_guide()
        self._sounding: list[FileNote] = []
        lengths = [note.duration for note in piece.notes if note.voice != DRUMS]
        self._usual_length = float(np.median(lengths)) if lengths else None

    def continue_piece(self, beats: float, voices: Sequence[int], progress: Progress) -> list[FileNote]:
        """What comes after the piece: notes of `voices` that begin within `beats` of its end.

        In the manner of its last OPENING beats, in what `Taste.controls` does not say, and as dense throughout. Raises
        ValueError for a control that does not exist.
        """
        controls = {**opening_manner(self._piece, voices), **_said(self._taste.controls)}
        roles = roles_of(voices, ())
        for note in self._piece.notes[-RECALLED:]:
            self._hear(note)
        start = self._start()
        density, texture = controls.get("density", 0.0), controls.get("texture", 0.0)
        pace = Pace(density, start, start + beats) if density else None
        written: list[FileNote] = []
        while len(written) < MOST_NOTES:
            earliest = max(start, written[-1].onset if written else start)
            latest = earliest + LONGEST_SILENCE
            if pace is not None:
                controls["density"] = pace.asked(earliest, len(written))
                low, high = pace.bounds(len(written))
                earliest, latest = max(earliest, low), min(latest, max(high, earliest))
                if earliest > start + beats:
                    break
            self._guide = guide_of(roles, controls)
            note = self._draw(earliest, latest, voices, written, self._lengths(texture, written))
            if note.onset > start + beats:
                break
            if note.voice == DRUMS:
                note = replace(note, duration=min(note.duration, LONGEST_DRUM))
            written.append(note)
            self._hear(note)
            progress(min((note.onset - start) / beats, 1.0))
        return written

    def add_voice(self, voice: int, share: float, progress: Progress) -> list[FileNote]:
        """Notes of `voice` under the piece: at each moment the piece's own voices and the new one compete.

        A model seldom expects a voice that it has not heard yet: while the new voice has fewer than `share` notes for
        each of the piece's (over the last RECENT beats), only it is drawn. Raises ValueError for a control that does
        not exist.
        """
        written: list[FileNote] = []
        notes = [note for note in self._piece.notes if note.voice != voice]
        present = sorted({note.voice for note in notes})
        self._steer([voice], present)
        for index, note in enumerate(notes):
            self._hear(note)
            following = notes[index + 1].onset if index + 1 < len(notes) else note.onset + note.duration
            earliest = note.onset
            while following > earliest:
                since = note.onset - RECENT
                rest = note.onset - (written[-1].onset if written else notes[0].onset)
                heard = sum(other.onset > since for other in notes[max(index - MOST_RECENT, 0) : index + 1])
                owed = sum(other.onset > since for other in written[-MOST_RECENT:]) < share * heard
                # A model that thinks each time of a note further on, as the piece goes on meanwhile, never comes to it.
                overdue = owed and rest > self._piece.timeline.metre_at(note.onset).beats_per_bar
                latest = max(following - 1 / TICKS_PER_BEAT, earliest) if overdue else None
                drawn = self._draw(earliest, latest, [voice] if owed else [*present, voice], written)
                if drawn.voice != voice or drawn.onset >= following:
                    break
                written.append(drawn)
                self._hear(drawn)
                earliest = drawn.onset
            progress((index + 1) / len(notes))
        return written

    def _steer(self, machine: Collection[int], human: Collection[int]) -> None:
        self._guide = guide_of(roles_of(machine, human), self._taste.controls)

    def _lengths(self, texture: float, written: Sequence[FileNote]) -> npt.NDArray[np.bool_] | None:
        """Which durations to draw from, so that as many notes sound at once as the piece has; None: any.

        How many sound is how often they begin times how long they last (Little's law), and how often is kept by the
        pace. So while fewer sound than should, notes last as long as the longer half of the piece's own, and no longer
        than the shorter half while more do.
        """
        lately = (note for note in reversed(written) if note.voice != DRUMS)
        pitched = list(itertools.islice(lately, RECENT_TEXTURE))[::-1]
        if not texture or len(pitched) < RECENT_TEXTURE // 2 or self._usual_length is None:
            return None
        heard = float(np.mean([_sounding_with(note, pitched) for note in pitched[len(pitched) // 2 :]]))
        usual = self._usual_length * TICKS_PER_BEAT
        if heard * NEAR_TEXTURE < texture:
            return np.asarray(DURATION_TICKS >= usual)
        if heard > texture * NEAR_TEXTURE:
            return np.asarray(DURATION_TICKS <= max(usual, 1.0))
        return None

    def _start(self) -> float:
        """The first beat at which a continuation may begin: the piece's end, or the bar line after its last onset."""
        timeline, last = self._piece.timeline, self._piece.notes[-1].onset
        end = max(note.onset + note.duration for note in self._piece.notes)
        if not timeline.free:
            _, within = timeline.bar_at(last)
            end = min(end, last - within + timeline.metre_at(last).beats_per_bar)
        return max(end, last)

    def _hear(self, note: FileNote) -> None:
        self._sounding = [held for held in self._sounding if held.onset + held.duration > note.onset]
        self._sounding.append(note)
        timeline = self._piece.timeline
        pitches = (held.pitch for held in self._sounding if held.voice != DRUMS)
        within = None if timeline.free else timeline.bar_at(note.onset)[1]
        context = codec.context(pitches, within, timeline.metre_at(note.onset).beats_per_bar)
        self._memory.hear([HeardNote(note.onset, note.voice, note.pitch, note.velocity, note.duration, context)])

    def _draw(
        self,
        earliest: float,
        latest: float | None,
        voices: Sequence[int],
        written: Sequence[FileNote],
        lengths: npt.NDArray[np.bool_] | None = None,
    ) -> FileNote:
        allowed, since, taste = Constraints(), self._memory.believed_ticks, self._taste
        allowed.only_voices(voices)
        allowed.pitch_range(taste.low, taste.high)
        low = wait_of(round(earliest * TICKS_PER_BEAT) - since)
        allowed.dt_between(low, None if latest is None else max(round(latest * TICKS_PER_BEAT) - since, low))
        if lengths is not None:
            allowed.duration_among(lengths)
        request = Request(allowed, since, taste.temperature, taste.top_p, self._guide)

        def note_of(sample: Sample) -> FileNote:
            event, onset = sample.event, max(request.beat_of(sample.event), earliest)
            velocity = codec.velocity_of(event.velocity)
            return FileNote(onset, codec.duration_beats(event.duration), event.pitch, velocity, event.voice)

        def unwanted(note: FileNote) -> bool:
            return self._doubles(note) or insists(_struck(note), (_struck(one) for one in reversed(written)), REPEATS)

        return answered(asking(request, chances(self._random), note_of, unwanted), self._memory.sample)

    def _doubles(self, note: FileNote) -> bool:
        """Whether the same voice strikes the same pitch at that moment already."""
        return any(
            (held.pitch, held.voice) == (note.pitch, note.voice) and abs(held.onset - note.onset) < AT_ONCE
            for held in self._sounding
        )


def opening_manner(piece: MidiPiece, voices: Collection[int]) -> dict[str, float]:
    """How `voices` play in the last OPENING beats of a piece, as controls that ask for the like; {} where they do not.

    Density is counted from the first of these notes to the end of the last, or of its bar's worth of beats.
    """
    since = piece.notes[-1].onset - OPENING
    notes = [note for note in piece.notes if note.voice in voices and note.onset > since]
    pitched = [note for note in notes if note.voice != DRUMS]
    manner = manner_of([note.onset for note in notes], [note.pitch for note in pitched], [n.velocity for n in notes])
    if pitched:
        manner["texture"] = float(np.mean([_sounding_with(note, pitched) for note in pitched]))
    return manner


def _sounding_with(note: FileNote, others: Sequence[FileNote]) -> int:
    """How many of `others` sound as `note` begins, itself counted."""
    return sum(other.onset <= note.onset < other.onset + other.duration for other in others)


def _said(controls: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in controls.items() if value}


def _struck(note: FileNote) -> Struck:
    return Struck(note.voice, note.pitch, note.onset)
