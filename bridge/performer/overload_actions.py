"""What it means for a performance that the machine does not keep up: chords sustained, silence kept, people told."""

from __future__ import annotations

from typing import Final

from bridge.performer.ledger import LedgerNote, NoteState
from bridge.performer.modes import Mode
from bridge.performer.overload import HOLD_FOR, MOST_PATIENCE, Rung
from bridge.performer.stage import Stage
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import MoveNotes, Pace, Severity

# A sustained note ends by itself after so many seconds, whatever else may happen.
_LONGEST_HOLD: Final = HOLD_FOR + 2 * MOST_PATIENCE


class SteppingBack:
    """Follows the rung of the stage's `keeping_up`, and takes steps of the model for their own sake where it asks."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._rung = Rung.FULL
        self._sustained: list[LedgerNote] = []

    def work(self, now: float, mode: Mode) -> bool:
        """Do what is due; `mode` thinks its plan over where that is given up. True when something was done."""
        stage, keeping_up = self._stage, self._stage.keeping_up
        keeping_up.watch(now)
        if keeping_up.rung is not self._rung:
            self._take(keeping_up.rung, now, mode)
            return True
        if stage.memory.empty or not keeping_up.probe(now):
            return False
        stage.drawing.draw(stage.drawing.anywhere())
        return True

    def wakeup(self, now: float) -> float:
        """When `work` will next have something to do, should nothing happen; infinity when it will not."""
        return now if self._stage.keeping_up.rung is not self._rung else self._stage.keeping_up.wakeup()

    def _take(self, rung: Rung, now: float, mode: Mode) -> None:
        stage, keeping_up = self._stage, self._stage.keeping_up
        before, self._rung = self._rung, rung
        self._let_go(now)
        if rung > before and not keeping_up.draws:
            mode.replan(now)
        if rung is Rung.HOLD and before < rung:
            self._sustain(now)
        elif rung is Rung.REST:
            stage.end_sounding(stage.clock.beat_at(now), range(len(VOICES)))
        stage.emit(Pace(rung.label, stage.lookahead, keeping_up.missed, stage.ledger.late))
        if rung > before and rung >= Rung.FEWER_VOICES:
            stage.report(
                Severity.WARNING,
                "too-slow",
                f"the model does not keep up ({rung.label}): its slow steps take {1000 * keeping_up.step:.0f} ms; "
                "fewer programs beside it would help, or a smaller model (antiphon models lists them)",
            )

    def _sustain(self, now: float) -> None:
        """The last chord goes on: what sounds now."""
        stage = self._stage
        until = now + _LONGEST_HOLD
        self._sustained = [
            note
            for note in stage.ledger.sounding(now)
            if note.state is NoteState.SOUNDED and note.voice != DRUMS and note.release is not None
        ]
        for note in self._sustained:
            # It is no longer held to beats: a clock that changes does not end it.
            note.length, note.release = None, until
        if self._sustained:
            stage.emit(
                MoveNotes(
                    tuple(note.note_id for note in self._sustained),
                    tuple(note.onset for note in self._sustained),
                    tuple(until for _ in self._sustained),
                )
            )

    def _let_go(self, now: float) -> None:
        """End what was sustained, unless somebody else ended it."""
        for note in self._sustained:
            if note.release is not None and note.release > now:
                note.release = None
                self._stage.release(note, now)
        self._sustained = []
