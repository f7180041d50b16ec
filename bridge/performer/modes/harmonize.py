"""Every note of the human's gets others at once; they end when it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.held_notes import HeldNote
from bridge.performer.ledger import AT_ONCE, LedgerNote
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.overload import Rung
from bridge.performer.sampling import Draft, Opening
from bridge.performer.tone_weights import ToneWeights
from bridge.performer.voicing import Before, Voicings, voicings
from bridge.vocabulary.codec import DRUMS
from bridge.vocabulary.events import Turn

# Where the added notes lie, in semitones above the human's (below it where negative), by `place`: the first of these
# spans that has pitches to choose from is taken, from LOWEST up, then from lower down, then whatever is allowed.
SPANS: Final = {"below": ((-16, -3), (-24, -1)), "above": ((3, 16), (1, 24)), "around": ((-12, 12), (-19, 19))}
# Close intervals below the first of these are mud; below the last there is hardly a pitch to be heard.
LOWEST: Final = (36, 28, 21)
# Pitches to choose from besides those that are needed.
CHOICE: Final = 3
# An added note whose key was let go before it was drawn still sounds this long, in seconds.
STACCATO: Final = 0.12
# Notes waiting for their harmonies beyond this are too late to be worth any.
MOST_WAITING: Final = 32
# Added notes this much later than the human's, in seconds, would be heard as another stroke: they are left out.
TOO_LATE: Final = 0.15
# A model whose slow steps take longer than this, in seconds, is not waited for: hearing the key and drawing are two.
SLOWEST: Final = 0.03
# A line is led on from its last pitch within so many beats.
REMEMBERED: Final = 8.0
# How loud a note is that the model was not asked about, as a part of the human's velocity.
SOFTER: Final = 0.75


@dataclass(slots=True)
class _Job:
    """A note of the human's and the notes added to it; `ways` are the voicings that are left, once they are known."""

    note: HeldNote
    added: list[LedgerNote] = field(default_factory=list)
    ways: Voicings | None = None
    line: int = 0  # the line that is next
    asks: bool = False  # whether that line waits for the model to choose


class Harmonize(Mode):
    """Adds `harmonies` notes (1 to 4) to each note the human plays, below it unless `place` says otherwise.

    `bridge.performer.voicing` says which ways to do so cost least: tones of the chord, as `ToneWeights` hears it, the
    smallest motion from the last harmony, each voice a line. The highest line is one of those, by chance, as the key
    goes down: nobody waits for a model before the first note is heard. Below it the model chooses among what costs
    about the same, line by line; where only one pitch is left it is not asked, and where it is too slow the cheapest
    is played at once.

    Fewer, or none, only where what is set says so: no pitch left by `avoid_doubling`, `most` reached, `polyphony`
    too small. Where `polyphony` is reached the oldest held notes give way to the new ones.
    """

    name = "harmonize"
    in_role = True

    def __init__(self, stage: ModeStage) -> None:
        super().__init__(stage)
        self._waiting: deque[_Job] = deque()
        self._sounding: list[_Job] = []
        self._weights = ToneWeights(stage)
        self._before = Before()
        self._led_at = -np.inf  # when the tune of `_before` was struck, in seconds
        self.skipped = 0

    @property
    def voices(self) -> list[int]:
        """The human's own voice where the machine may use it, else the first it may."""
        if self.stage.human.is_made_out and not self.stage.voices.any_chosen:
            return [self.stage.human.voice]
        pitched = [voice for voice in self.stage.voices.enabled if voice != DRUMS]
        if self.stage.human.voice in pitched or not pitched:
            return [self.stage.human.voice]
        return pitched[:1]

    # --- what happens ----------------------------------------------------------------------------

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: its harmonies are chosen as soon as the model has heard it."""
        if self.stage.human.voice_of(note.channel) == DRUMS:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.skipped += 1
        self._waiting.append(_Job(note))
        self._weights.heard(note)
        self.stage.pass_turn(Turn.BOTH)

    def react(self, note: HeldNote, now: float) -> None:
        """A model that is too slow is not waited for: the rule alone answers."""
        if self._waiting and self._waiting[-1].note is note and not self._model_is_in_time:
            self._add_decided(self._waiting.pop(), now, cheapest=True)

    def ended(self, note: HeldNote, now: float) -> None:
        """The human's note is over, and so are those added to it."""
        for job in [job for job in self._sounding if job.note is note]:
            for added in job.added:
                self.stage.release(added, now)
            self._sounding.remove(job)

    def stop(self, now: float) -> None:
        """Nothing waits any more."""
        self._waiting.clear()
        self._sounding.clear()
        self.stage.pass_turn(Turn.HUMAN)

    def decide(self, now: float) -> bool:
        """Lines without a choice need not wait until the model has heard the key."""
        if not self._waiting or self._waiting[0].asks or now - self._waiting[0].note.onset > TOO_LATE:
            return False
        job = self._waiting[0]
        line = job.line
        if self._add_decided(job, now):
            self._waiting.popleft()
            return True
        return job.line > line

    def wakeup(self, now: float) -> float:
        """At once while a note waits."""
        return now if self._waiting else NEVER

    def work(self, now: float) -> bool:
        """Play added notes of one key: one that is drawn, and those that follow from it."""
        if not self._waiting or self.stage.memory.empty:
            return False
        job = self._waiting[0]
        if now - job.note.onset > TOO_LATE:
            self._waiting.popleft()
            self.skipped += not job.added
            self.stage.keeping_up.miss(now)
        elif self._add_decided(job, now) or self._add_drawn(job, now):
            self._waiting.popleft()
        return True

    # --- choosing ----------------------------------------------------------------------------------

    @property
    def _model_is_in_time(self) -> bool:
        keeping_up = self.stage.keeping_up
        return keeping_up.rung < Rung.FEWER_VOICES and keeping_up.step <= SLOWEST

    def _add_decided(self, job: _Job, now: float, *, cheapest: bool = False) -> bool:
        """Add the lines, from the next one on, that are without a choice. True when there is nothing more to add.

        With `cheapest` none has a choice.
        """
        while (voice := self._voice(job)) is not None and job.ways is not None:
            if job.line == job.ways.lines or not self._make_room(job, now):
                break
            pitches = [job.ways.best[job.line]] if cheapest else self._choices(job.ways, job.line)
            if len(pitches) > 1:
                job.asks = True
                return False
            self._add(job, self._unasked(job, voice, pitches[0], now), now)
        self.skipped += not job.added
        return True

    def _choices(self, ways: Voicings, line: int) -> list[int]:
        """The pitches that the model has to choose from for a line: of the highest only one."""
        return ways.choices(line) if line else [ways.likely(line, self.stage.drawing.chance())]

    def _add_drawn(self, job: _Job, now: float) -> bool:
        """Add the line that has a choice, as the model chooses. True when it was the last."""
        assert job.ways is not None
        opening = self._opening(job, self.voices[0], job.ways.choices(job.line))
        self._add(job, self.stage.drawing.draw(opening, lean=False), now)
        job.asks = False
        return job.line == job.ways.lines

    def _unasked(self, job: _Job, voice: int, pitch: int, now: float) -> Draft:
        """A note that the model is not asked about: a little softer than the human's."""
        stage = self.stage
        velocity = min(max(round(SOFTER * job.note.velocity * stage.values.velocity), 1), 127)
        return Draft(now, stage.clock.beat_at(now), 0.0, voice, pitch, velocity)

    def _add(self, job: _Job, draft: Draft, now: float) -> None:
        """Play one added note: it is the next line's."""
        stage = self.stage
        assert job.ways is not None
        for other in self._others_at(draft.pitch, job):
            self._take_over(other, draft.pitch, now)
        added = stage.play(draft, now, onset=now, held=True)
        job.added.append(added)
        job.ways = job.ways.with_pitch(job.line, draft.pitch)
        job.line += 1
        if not stage.hands.holds(job.note):
            stage.release(added, now + STACCATO)
        elif job not in self._sounding:
            self._sounding.append(job)
        if job.line == job.ways.lines:
            self._lead_on(job)

    def _lead_on(self, job: _Job) -> None:
        """The next harmony goes on from this one. Of a chord it is the first note's that does."""
        if job.note.onset - self._led_at > AT_ONCE:
            self._before = Before(job.note.pitch, tuple(sorted((note.pitch for note in job.added), reverse=True)))
            self._led_at = job.note.onset

    def _voice(self, job: _Job) -> int | None:
        """The voice that adds to this note, its ways found; None where no pitch is left to it."""
        voice = self.voices[0]
        allowed = self.stage.tuning.allowed(self.stage.hands)[voice]
        if not allowed.any():
            return None
        # Between two of its notes a key may have changed what is allowed.
        job.ways = self._ways(job, allowed) if job.ways is None else job.ways.among(allowed, job.line)
        return voice if len(job.ways) else None

    def _ways(self, job: _Job, allowed: npt.NDArray[np.bool_]) -> Voicings:
        stage, tune = self.stage, job.note.pitch
        beat = stage.clock.beat_at(job.note.onset)
        lines = stage.values.harmonies
        held = set(stage.hands.tuned(stage.human.drum_channel))
        taken = held | self._kept_from(job)
        may: list[int] = np.flatnonzero(allowed).tolist()
        # Wishes, not rules: where every pitch that is allowed sounds, one of them it is.
        pitches = self._near(tune, [pitch for pitch in may if pitch not in taken], lines) or may
        before = self._before
        if beat - stage.clock.beat_at(self._led_at) > REMEMBERED:
            before = Before()
        lines = min(lines, len(pitches))
        return voicings(tune, pitches, self._weights.at(beat), lines, before, sorted(held - {tune})).as_good()

    def _near(self, tune: int, free: list[int], lines: int) -> list[int]:
        """Those of the `free` pitches that lie where they are wanted; where these are too few, more of them."""
        spans = SPANS[self.stage.values.place]
        for enough in (lines + CHOICE, lines):
            for lowest in LOWEST:
                for low, high in spans:
                    near = [pitch for pitch in free if max(tune + low, lowest) <= pitch <= tune + high]
                    if len(near) >= enough:
                        return near
        return free

    def _others_at(self, pitch: int, job: _Job) -> Iterator[_Job]:
        """Other notes of the human's that this pitch was added to, and sounds for."""
        for other in list(self._sounding):
            if other is not job and any(note.pitch == pitch and note.release is None for note in other.added):
                yield other

    def _kept_from(self, job: _Job) -> set[int]:
        """Pitches that stay with other notes of the same chord. In a line the next note may take one over."""
        return {
            added.pitch
            for other in self._sounding
            if other is not job and abs(job.note.onset - other.note.onset) <= AT_ONCE
            for added in other.added
            if added.release is None
        }

    def _take_over(self, other: _Job, pitch: int, now: float) -> None:
        for note in [note for note in other.added if note.pitch == pitch]:
            self.stage.release(note, now)
            other.added.remove(note)

    def _make_room(self, job: _Job, now: float) -> bool:
        """Keep to `most` and `polyphony`, by ending the longest held notes added to others. False where that fails."""
        if self.stage.headroom.uncrowded_from(now) > now:
            return False
        older = (
            added for other in self._sounding if other is not job for added in other.added if added.release is None
        )
        while len(self.stage.ledger.sounding(now)) >= self.stage.values.polyphony:
            oldest = next(older, None)
            if oldest is None:
                return False
            self.stage.release(oldest, now)
        return True

    def _opening(self, job: _Job, voice: int, pitches: list[int]) -> Opening:
        opening = self.stage.drawing.anywhere()
        opening.may.only_voices([voice])
        opening.may.dt_between(0, 0)
        opening.may.velocity_between(max(job.note.velocity // 2, 1), job.note.velocity)
        opening.may.allow_pitches(pitches, [voice])
        return opening
