"""A phrase of the human's that is over, as its answer needs it: notes on the beat, manner, line, note values.

When one is over is decided in `bridge.performer.phrase_end`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.held_notes import HeldNote
from bridge.performer.phrase_features import Reference
from bridge.performer.phrase_measures import Bars, Measured, Notes, ends_in_triad, notes_an_onset
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import DRUMS
from bridge.vocabulary.guide import manner_of

Floats = npt.NDArray[np.float64]

# No more notes sounding as one begins than this, on average, is one line.
ONE_LINE: Final = 1.2
# So many notes an onset, on average, are chords.
IN_CHORDS: Final = 1.5
# Fewer notes than these are no line to answer in kind.
FEWEST_IN_LINE: Final = 4
# A note that still sounds is believed to last at least so long, in beats.
_SHORTEST: Final = 1 / 48


@dataclass(frozen=True, slots=True)
class LineNote:
    """A note of the phrase's, `at` beats after its first onset (or a figure's), `duration` beats long."""

    at: float
    pitch: int
    duration: float


class HeardPhrase:
    """The notes that a player played since the last answer, in beats.

    `lasted` is how long, from the first onset to the last sign of life, in beats; `count` how many notes there were,
    of which the latest are in `notes`.
    """

    def __init__(self, notes: Notes, bars: Bars | None, lasted: float, count: int) -> None:
        self.notes, self.bars, self.lasted, self.count = notes, bars, lasted, count

    @classmethod
    def of(
        cls,
        played: Iterable[HeldNote],
        voice_of: Callable[[int], int],
        clock: SessionClock,
        until: float,
        lasted: float,
        count: int,
    ) -> HeardPhrase:
        """From what was played; what still sounds is believed to end at `until` (seconds). `lasted` in seconds."""
        held = sorted(played, key=lambda note: note.onset)
        onset = np.array([clock.beat_at(note.onset) for note in held])
        ends = [until if note.released is None else note.released for note in held]
        offset = np.array([clock.beat_at(end) for end in ends])
        notes = Notes(
            onset,
            np.maximum(offset, onset + _SHORTEST),
            np.array([note.pitch for note in held], np.int64),
            np.array([note.velocity for note in held], np.int64),
            np.array([voice_of(note.channel) == DRUMS for note in held], np.bool_),
        )
        bars = Bars(clock.beats_per_bar, -clock.song_offset) if clock.metered else None
        return cls(notes, bars, lasted * clock.bpm / 60.0, count)

    @cached_property
    def reference(self) -> Reference:
        """The phrase measured, to put answers beside."""
        return Reference(self.notes, self.bars)

    @cached_property
    def manner(self) -> dict[str, float]:
        """How it was played, as values of controls: as dense, as loud, as high, as full is the answer to be."""
        notes = self.notes
        found = manner_of(notes.onset, notes.pitch[~notes.drum], notes.velocity)
        if len(notes.pitch[~notes.drum]) >= FEWEST_IN_LINE:
            found["texture"] = self.texture
        return found

    @property
    def measured(self) -> Measured:
        """The notes with what is worked out from them."""
        return self.reference.phrase

    @cached_property
    def texture(self) -> float:
        """Mean number of notes that sound as one begins, itself counted; drums aside, 0 where there is nothing else."""
        onset, offset = self.notes.onset[~self.notes.drum], self.notes.offset[~self.notes.drum]
        if not len(onset):
            return 0.0
        # What overlaps by a hair is legato, not two notes at once.
        ends = np.maximum(offset - 0.15 * (offset - onset), onset + _SHORTEST)
        return float(((onset[None, :] <= onset[:, None]) & (ends[None, :] > onset[:, None])).sum(axis=1).mean())

    @property
    def one_line(self) -> bool:
        """Whether it is a melody, or a bass: one note after another."""
        pitched = int((~self.notes.drum).sum())
        return pitched == len(self.notes.onset) >= FEWEST_IN_LINE and self.texture <= ONE_LINE

    @property
    def many_voiced(self) -> bool:
        """Whether notes sound together, as of two hands: neither one line nor drums alone."""
        return not self.one_line and not self.drums_alone

    @property
    def in_chords(self) -> bool:
        """Whether it is struck in chords, for the most part, rather than one note after another that ring together."""
        return self.many_voiced and self.measured.once(notes_an_onset) >= IN_CHORDS

    @property
    def drums_alone(self) -> bool:
        """Whether nothing but drums was played."""
        return bool(self.notes.drum.all())

    @cached_property
    def line(self) -> tuple[LineNote, ...]:
        """The top line."""
        notes, places = self.notes, self.measured.line
        if not len(places):
            return ()
        onset, offset = notes.onset[places], notes.offset[places]
        begin = float(notes.onset[0])
        return tuple(
            LineNote(float(on) - begin, int(pitch), float(off - on))
            for on, off, pitch in zip(onset, offset, notes.pitch[places], strict=True)
        )

    @property
    def span(self) -> float:
        """Beats from the first onset to the last."""
        return float(self.notes.onset[-1] - self.notes.onset[0]) if len(self.notes.onset) else 0.0

    @cached_property
    def pulse(self) -> float:
        """The middle one of the beats from one onset to the next; a beat where there are no two."""
        waits = self.measured.waits
        return float(np.median(waits)) if len(waits) else 1.0

    @cached_property
    def held(self) -> float:
        """The middle one of the durations, in beats; the pulse where there are only drums."""
        durations = self.measured.durations
        return float(np.median(durations)) if len(durations) else self.pulse

    @cached_property
    def legato(self) -> float:
        """The middle one of the parts of the wait to the next onset that a note is held, at most 1."""
        notes = self.notes
        waits = np.diff(notes.onset)
        known = waits > 1 / 24
        if not known.any():
            return 1.0
        return float(np.median(np.minimum((notes.offset - notes.onset)[:-1][known] / waits[known], 1.0)))

    @cached_property
    def longest_held(self) -> float:
        """How long its longest note was held, in beats."""
        return float((self.notes.offset - self.notes.onset).max()) if len(self.notes.onset) else self.pulse

    @cached_property
    def last_held(self) -> float:
        """How long the last note was held, in beats."""
        return float(self.notes.offset[-1] - self.notes.onset[-1]) if len(self.notes.onset) else self.held

    @cached_property
    def waits(self) -> Floats:
        """Beats from each note to the next, notes of one chord being 0 apart."""
        waits = np.diff(self.notes.onset)
        return np.where(waits < 1 / 24, 0.0, waits)

    @property
    def ends_at_home(self) -> bool:
        """Whether its top line ends in the triad of its own key's tonic."""
        return ends_in_triad(self.measured, self.measured) == 1.0

    @property
    def key_tones(self) -> tuple[frozenset[int], frozenset[int]] | None:
        """Pitch classes of its key and of the triad on the tonic; None where it has too few notes for one."""
        key = self.measured.key
        if key is None or len(self.measured.pitch) < FEWEST_IN_LINE:
            return None
        return key.melodic_tones, key.triad
