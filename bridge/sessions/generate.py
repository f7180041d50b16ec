"""Without a clock or a player: continue a piece, or add a voice to it, by the same engine that plays live."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bridge.engine.constraints import Constraints
from bridge.engine.model import Model
from bridge.generation.loop import draw_unless, insists
from bridge.midi.files import FileNote, Piece
from bridge.performer.model_memory import HeardNote, Memory
from bridge.vocabulary import codec
from bridge.vocabulary.codec import DRUMS, DT_TICKS, TICKS_PER_BEAT
from bridge.vocabulary.guide import free_guide, guide_of, roles_of
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

    def __init__(self, model: Model, piece: Piece, seed: int, taste: Taste) -> None:
        model.reset()
        self._memory = Memory(model)
        self._piece = piece
        self._taste = taste
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._constraints = Constraints()
        self._guide = free_guide()
        self._sounding: list[FileNote] = []

    def continue_piece(self, beats: float, voices: Sequence[int], progress: Progress) -> list[FileNote]:
        """What comes after the piece: notes of `voices` that begin within `beats` of its end.

        Raises ValueError for a control that does not exist.
        """
        self._steer(voices, ())
        for note in self._piece.notes[-RECALLED:]:
            self._hear(note)
        start = max(note.onset + note.duration for note in self._piece.notes)
        # The next note may begin on the first bar line after the piece's last onset, but not before that onset.
        start = max(min(start, self._next_bar()), self._piece.notes[-1].onset)
        written: list[FileNote] = []
        while len(written) < MOST_NOTES:
            earliest = max(start, written[-1].onset if written else start)
            note = self._draw(earliest, earliest + LONGEST_SILENCE, voices, written)
            if note.onset > start + beats:
                break
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
                heard = sum(other.onset > since for other in notes[max(index - MOST_RECENT, 0) : index + 1])
                owed = sum(other.onset > since for other in written[-MOST_RECENT:]) < share * heard
                drawn = self._draw(earliest, None, [voice] if owed else [*present, voice], written)
                if drawn.voice != voice or drawn.onset >= following:
                    break
                written.append(drawn)
                self._hear(drawn)
                earliest = drawn.onset
            progress((index + 1) / len(notes))
        return written

    def _steer(self, machine: Collection[int], human: Collection[int]) -> None:
        self._guide = guide_of(roles_of(machine, human), self._taste.controls)

    def _next_bar(self) -> float:
        bar = self._piece.beats_per_bar
        return math.floor(self._piece.notes[-1].onset / bar + 1) * bar

    def _hear(self, note: FileNote) -> None:
        self._sounding = [held for held in self._sounding if held.onset + held.duration > note.onset]
        self._sounding.append(note)
        context = codec.context(
            (held.pitch for held in self._sounding if held.voice != DRUMS), note.onset, self._piece.beats_per_bar
        )
        self._memory.hear([HeardNote(note.onset, note.voice, note.pitch, note.velocity, note.duration, context)])

    def _draw(
        self, earliest: float, latest: float | None, voices: Sequence[int], written: Sequence[FileNote]
    ) -> FileNote:
        allowed, believed = self._constraints, self._memory.believed_ticks
        allowed.allow_all()
        allowed.only_voices(voices)
        allowed.pitch_range(self._taste.low, self._taste.high)
        low = int(DT_TICKS[codec.dt_class(max(round(earliest * TICKS_PER_BEAT) - believed, 0))])
        high = None if latest is None else max(round(latest * TICKS_PER_BEAT) - believed, low)
        allowed.dt_between(low, high)
        return draw_unless(
            allowed,
            lambda: self._draw_once(earliest, believed),
            lambda note: self._doubles(note) or insists(note, reversed(written), REPEATS),
        )

    def _draw_once(self, earliest: float, believed: int) -> FileNote:
        uniform = self._random.random(len(codec.FIELDS), dtype=np.float32)
        taste = self._taste
        model, allowed = self._memory.model, self._constraints
        event = model.sample(allowed, uniform, taste.temperature, taste.top_p, self._guide).event
        onset = max((believed + int(DT_TICKS[event.dt])) / TICKS_PER_BEAT, earliest)
        duration = codec.duration_beats(event.duration)
        return FileNote(onset, duration, event.pitch, codec.velocity_of(event.velocity), event.voice)

    def _doubles(self, note: FileNote) -> bool:
        """Whether the same voice strikes the same pitch at that moment already."""
        return any(
            (held.pitch, held.voice) == (note.pitch, note.voice) and abs(held.onset - note.onset) < AT_ONCE
            for held in self._sounding
        )
