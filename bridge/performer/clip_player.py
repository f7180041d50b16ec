"""Plays a clip of somebody's own as it is, in time, through the same books as everything that the machine plays.

Its notes are given out a little ahead, so that a tempo that changes moves them and nothing outlives a silence: whatever
silences the machine ends the clip. The human's playing does not. The model hears it as it hears all that sounds.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bridge.performer.model_memory import HeardNote
from bridge.performer.sampling import Draft
from bridge.performer.stage import Stage
from bridge.timing.clock import FREE_BPM
from bridge.timing.grid import next_bar
from bridge.vocabulary import codec
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import ClipNote, PlayClip, PrimeWith

MOST_NOTES: Final = 256
# The furthest from its beginning that a note of a clip may lie, and the longest that it may be, in beats.
LONGEST: Final = 512.0
NEVER: Final = math.inf


class ClipPlayer:
    """At most one clip at a time: another takes its place."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waiting: deque[ClipNote] = deque()
        self._start = 0.0  # in beats of the session
        self._silences = 0
        self.title = ""

    @property
    def playing(self) -> bool:
        """Whether some of a clip is still to be given out."""
        return bool(self._waiting) and self._stage.silences == self._silences

    def begin(self, clip: PlayClip, has_tempo: bool, now: float) -> None:
        """Play this clip: on the next bar where bars are known, else as soon as it can be.

        Without a tempo to keep it goes at its own. Raises ValueError, and changes nothing, for notes that cannot be.
        """
        check(clip.notes)
        stage = self._stage
        self.stop()
        speed = 1.0 if has_tempo or not clip.bpm else FREE_BPM / clip.bpm
        notes = sorted(clip.notes, key=lambda note: (note.beat, note.pitch))
        self._waiting = deque(replace(note, beat=speed * note.beat, duration=speed * note.duration) for note in notes)
        soonest = stage.clock.beat_at(now + stage.head_start)
        self._start = soonest
        if stage.clock.metered:
            place = max(clip.place, 0.0)
            self._start = next_bar(stage.clock, soonest - place) + place
        self._silences = stage.silences
        self.title = clip.title

    def stop(self) -> None:
        """Give the rest up; what sounds ends by itself."""
        self._waiting.clear()
        self._stage.cancel_fixed()

    def work(self, now: float) -> bool:
        """Give out the notes that are due within the lookahead. True where there was one."""
        if not self.playing:
            self._waiting.clear()
            return False
        stage, gave = self._stage, False
        while self._waiting and self.wakeup(now) <= now:
            note = self._waiting.popleft()
            beat, voice = self._start + note.beat, VOICES.index(note.voice)
            onset = stage.clock.time_at(beat)
            draft = Draft(onset, beat, note.duration, voice, note.pitch, note.velocity)
            stage.play(draft, now, fixed=True)
            gave = True
        return gave

    def wakeup(self, now: float) -> float:
        """When the next note is to be given out, in seconds; infinity where there is none."""
        if not self.playing:
            return NEVER
        stage = self._stage
        return stage.placing.moment_of(self._start + self._waiting[0].beat) - stage.lookahead


def heard_just_now(clip: PrimeWith, stage: Stage, now: float) -> list[HeardNote]:
    """The notes of a clip as if they had been played up to now. Raises ValueError for notes that cannot be."""
    check(clip.notes)
    notes = sorted(clip.notes, key=lambda note: (note.beat, note.pitch))
    end = max(note.beat + note.duration for note in notes)
    start = stage.clock.beat_at(now) - end
    bars = stage.clock.metered and clip.place >= 0
    return [
        HeardNote(
            beat=start + note.beat,
            voice=VOICES.index(note.voice),
            pitch=note.pitch,
            velocity=note.velocity,
            duration=note.duration,
            context=codec.context(
                _sounding(notes, note), clip.place + note.beat if bars else None, stage.clock.beats_per_bar
            ),
        )
        for note in notes
    ]


def _sounding(notes: Sequence[ClipNote], at: ClipNote) -> Iterator[int]:
    """The pitches that sound as a note begins, its own with them."""
    for note in notes:
        if note.beat <= at.beat and (note.beat + note.duration > at.beat or note is at):
            if VOICES.index(note.voice) != DRUMS:
                yield note.pitch


def check(notes: Sequence[ClipNote]) -> None:
    """Raises ValueError for notes that no clip can have."""
    if not 1 <= len(notes) <= MOST_NOTES:
        raise ValueError(f"a clip of {len(notes)} notes: 1 to {MOST_NOTES} can be")
    for number, note in enumerate(notes, start=1):
        if note.voice not in VOICES:
            raise ValueError(f"no voice {note.voice[:60]!r}: there are {', '.join(VOICES)}")
        if not (0 <= note.pitch <= 127 and 1 <= note.velocity <= 127):
            raise ValueError(f"note {number} of a clip cannot be: pitch {note.pitch}, velocity {note.velocity}")
        if not (0.0 <= note.beat <= LONGEST and 0.0 < note.duration <= LONGEST):
            raise ValueError(f"note {number} of a clip cannot be at beat {note.beat:g}, {note.duration:g} beats long")
