"""Every note of the human's gets others at once; they end when it ends."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from bridge.engine.constraints import Constraints
from bridge.performer.held_notes import HeldNote
from bridge.performer.ledger import LedgerNote
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.overload import Rung
from bridge.performer.stage import Stage
from bridge.vocabulary.codec import DRUMS
from bridge.vocabulary.events import Turn

# Added notes lie within this many semitones of the human's, where the range allows it.
REACH: Final = 19
# An added note whose key was let go before it was drawn still sounds this long, in seconds.
STACCATO: Final = 0.12
# Notes waiting for their harmonies beyond this are too late to be worth any.
MOST_WAITING: Final = 32
# Added notes this much later than the human's, in seconds, would be heard as another stroke: they are left out.
TOO_LATE: Final = 0.15


@dataclass(slots=True)
class _Job:
    """A note of the human's and the notes added to it."""

    note: HeldNote
    added: list[LedgerNote] = field(default_factory=list)


class Harmonize(Mode):
    """Adds `harmonies` notes (1 to 4) to each note the human plays.

    Fewer, or none, only where what is set says so: no pitch left by `avoid_doubling`, `most` reached, `polyphony`
    too small. Where `polyphony` is reached the oldest held notes give way to the new ones.
    """

    name = "harmonize"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._waiting: deque[_Job] = deque()
        self._sounding: list[_Job] = []
        self.skipped = 0

    @property
    def voices(self) -> list[int]:
        """The human's own voice where the machine may use it, else the first it may."""
        pitched = [voice for voice in self.stage.machine_voices if voice != DRUMS]
        if self.stage.human_voice in pitched or not pitched:
            return [self.stage.human_voice]
        return pitched[:1]

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: its harmonies are drawn as soon as the model has heard it."""
        if self.stage.voice_of(note.channel) == DRUMS:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.skipped += 1
        self._waiting.append(_Job(note))
        self.stage.pass_turn(Turn.BOTH)

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

    def wakeup(self, now: float) -> float:
        """At once while a note waits."""
        return now if self._waiting else NEVER

    def work(self, now: float) -> bool:
        """Draw and play one added note, where what is set leaves room for it."""
        if not self._waiting or self.stage.memory.empty:
            return False
        job = self._waiting[0]
        if now - job.note.onset > TOO_LATE:
            self._waiting.popleft()
            self.skipped += not job.added
            self.stage.keeping_up.miss(now)
            return True
        voice = next(iter(self.stage.playable(self.voices)), None)
        if voice is None or not self._make_room(job, now):
            self._waiting.popleft()
            self.skipped += not job.added
            return True
        draft = self.stage.drawing.draw(self._constraints(job, voice))
        still_held = self.stage.hands.holds(job.note)
        added = self.stage.play(draft, now, onset=now, held=True)
        job.added.append(added)
        if not still_held:
            self.stage.release(added, now + STACCATO)
        if len(job.added) >= self._harmonies:
            self._waiting.popleft()
        if still_held and job not in self._sounding:
            self._sounding.append(job)
        return True

    @property
    def _harmonies(self) -> float:
        """How many notes to add to each: one where the machine does not keep up with more."""
        return 1 if self.stage.keeping_up.rung >= Rung.FEWER_VOICES else self.stage.value("harmonies")

    def _make_room(self, job: _Job, now: float) -> bool:
        """Keep to `most` and `polyphony`, by ending the longest held notes added to others. False where that fails."""
        if self.stage.uncrowded_from(now) > now:
            return False
        older = (
            added for other in self._sounding if other is not job for added in other.added if added.release is None
        )
        while len(self.stage.ledger.sounding(now)) >= self.stage.value("polyphony"):
            oldest = next(older, None)
            if oldest is None:
                return False
            self.stage.release(oldest, now)
        return True

    def _constraints(self, job: _Job, voice: int) -> Constraints:
        stage = self.stage
        constraints = stage.drawing.narrow()
        constraints.only_voices([voice])
        constraints.dt_between(0, 0)
        constraints.velocity_between(max(job.note.velocity // 2, 1), job.note.velocity)
        taken = {*stage.hands.pitches(), *(note.pitch for note in job.added)}
        taken.update(note.pitch for other in self._sounding for note in other.added)
        # These are wishes, not rules: each is dropped where nothing would be left.
        try:
            constraints.forbid_pitches(taken, [voice])
        except ValueError:
            return constraints
        try:
            constraints.pitch_range(max(job.note.pitch - REACH, 0), min(job.note.pitch + REACH, 127), [voice])
        except ValueError:
            return constraints
        return constraints
