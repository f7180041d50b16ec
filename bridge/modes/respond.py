"""Call and response: a phrase, its end, and an answer of about the same length."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from bridge.codec import TICKS_PER_BEAT
from bridge.events import Severity, Turn
from bridge.hands import HeldNote
from bridge.modes.base import NEVER, Mode
from bridge.stage import HEAD_START, Stage

# The answer begins within this many seconds of the phrase's end, and pauses no longer than this inside.
FIRST_NOTE_WITHIN: Final = 0.25
LONGEST_PAUSE: Final = 1.5
# What may still ring after the answer's end, in seconds, and the shortest answer there is.
RING: Final = 1.0
SHORTEST: Final = 1.0
# An answer has at most this many times as many notes as the phrase (and never fewer than a handful).
BUSIEST: Final = 2.0
HANDFUL: Final = 6


@dataclass(slots=True)
class _Phrase:
    """What the human has played since the last answer."""

    start: float
    last_activity: float
    notes: int = 0


@dataclass(slots=True)
class _Answer:
    """An answer under way: it ends at `end` (seconds) or with `notes_left` used up."""

    start: float
    end: float
    notes_left: int
    note_ids: list[int] = field(default_factory=list)
    complete: bool = False


class Respond(Mode):
    """Listens to a phrase; at its end answers with about as much; stops the moment the human plays again."""

    name = "respond"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._phrase: _Phrase | None = None
        self._answer: _Answer | None = None

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: part of the phrase, or the end of our answer."""
        if self._answer is not None:
            self._answer = None
            self.stage.silence(now)
            self.stage.pass_turn(Turn.HUMAN)
        if self._phrase is None:
            self._phrase = _Phrase(note.onset, note.onset)
        self._phrase.notes += 1
        self._phrase.last_activity = max(self._phrase.last_activity, note.onset)

    def ended(self, note: HeldNote, now: float) -> None:
        """A release counts as activity: silence is counted from it."""
        if self._phrase is not None:
            self._phrase.last_activity = max(self._phrase.last_activity, now)

    def respond(self, now: float) -> None:
        """Answer what there is, now."""
        if self.stage.memory.empty and self._phrase is None:
            self.stage.report(Severity.WARNING, "nothing-heard", "nothing to answer yet: play something first")
        elif self._answer is None:
            self._begin(now)

    def stop(self, now: float) -> None:
        """Back to listening, with a clean slate."""
        self._phrase = self._answer = None
        self.stage.pass_turn(Turn.HUMAN)

    def replan(self, now: float) -> None:
        """Take back what has not begun of the answer, and plan it again."""
        answer = self._answer
        if answer is None:
            return
        self.stage.cancel_planned()
        kept = [note_id for note_id in answer.note_ids if not self.stage.ledger.cancelled(note_id)]
        answer.notes_left += len(answer.note_ids) - len(kept)
        answer.note_ids = kept
        answer.complete = answer.notes_left == 0

    def work(self, now: float) -> bool:
        """Declare the end of a phrase, or plan one note of the answer."""
        if self._answer is None:
            if self._phrase_end() > now:
                return False
            self._begin(now)
            return True
        if not self._answer.complete:
            if self._horizon(self._answer) > now + self.stage.value("lookahead"):
                return False
            self._plan(self._answer, now)
            return True
        if self._answer_over(self._answer) > now:
            return False
        self._answer = None
        self.stage.pass_turn(Turn.HUMAN)
        return True

    def wakeup(self, now: float) -> float:
        """The end of the phrase, the next stretch of the answer, or its end."""
        if self._answer is None:
            return self._phrase_end()
        if self._answer.complete:
            return self._answer_over(self._answer)
        return self._horizon(self._answer) - self.stage.value("lookahead")

    def _phrase_end(self) -> float:
        if self._phrase is None or self.stage.hands.busy:
            return NEVER
        return self._phrase.last_activity + self.stage.value("silence")

    def _horizon(self, answer: _Answer) -> float:
        return self.stage.last_onset if answer.note_ids else answer.start

    def _answer_over(self, answer: _Answer) -> float:
        return self.stage.ledger.last_release(answer.note_ids)

    def _begin(self, now: float) -> None:
        phrase, self._phrase = self._phrase, None
        length = self.stage.value("length")
        lasted = 0.0 if phrase is None else phrase.last_activity - phrase.start
        notes = 0 if phrase is None else phrase.notes
        self._answer = _Answer(
            start=now,
            end=now + max(lasted * length, SHORTEST),
            notes_left=max(round(notes * length * BUSIEST), HANDFUL),
        )
        self.stage.pass_turn(Turn.MACHINE)

    def _plan(self, answer: _Answer, now: float) -> None:
        stage = self.stage
        voices = stage.playable(self.voices)
        if stage.memory.empty or not voices:
            answer.complete = True
            return
        first = not answer.note_ids
        earliest = now + HEAD_START
        if not first:
            earliest = max(earliest, stage.last_onset)
        # Notes that are held without end cannot be here: every note of an answer has its release.
        earliest = stage.room_from(earliest)
        if not math.isfinite(earliest) or (earliest > answer.end and not first):
            answer.complete = True
            return
        constraints = stage.narrow()
        constraints.only_voices(voices)
        stage.onset_between(constraints, earliest, earliest + (FIRST_NOTE_WITHIN if first else LONGEST_PAUSE))
        room = max(answer.end + RING - earliest, 0.0) * stage.clock.bpm / 60.0
        constraints.duration_between(1, max(room * TICKS_PER_BEAT, 1))
        draft = stage.draw(constraints, earliest)
        if draft.onset > answer.end and not first:
            answer.complete = True
            return
        answer.note_ids.append(stage.play(draft, now).note_id)
        answer.notes_left -= 1
        answer.complete = answer.notes_left == 0
