"""Both play at once: the machine plans a little ahead, in its own voices, and waits where it expects the human."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from bridge.performer.held_notes import HeldNote
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.modes.space import WINDOW, Company, count_since
from bridge.performer.stage import Stage
from bridge.vocabulary.codec import TICKS_PER_BEAT
from bridge.vocabulary.events import Turn

# Who has played how much is counted over these seconds, and at most so many notes.
RECENT: Final = 4.0
MOST_RECENT: Final = 128
# The model's finest step in time, in beats.
TICK: Final = 1 / TICKS_PER_BEAT


class Duet(Mode):
    """Who plays next is part of the prediction (competing clocks).

    The next note is drawn among the machine's voices and the human's. When it is one of the machine's within the
    lookahead, it is planned. When it is the human's, that is a wait; when it lies beyond the lookahead, it is drawn
    again later under the condition that nothing came until then, which leaves its distribution as it was.

    A model that has heard one player alone expects no other, and would wait for ever. So while the machine has played
    less than `share` of what the human did in the last seconds (or of what `space` leaves it), the next note is drawn
    among its own voices only. `Company` says how much room there is, and when it is alone.
    """

    name = "duet"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._decided_until: float | None = None
        self._look_again = NEVER
        self._human_onsets: deque[float] = deque(maxlen=MOST_RECENT)
        self._company = Company(stage)

    @property
    def voices(self) -> list[int]:
        """All it may use but the human's."""
        return [voice for voice in self.stage.machine_voices if voice != self.stage.human_voice]

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: what is planned and has not begun is thought over."""
        self.stage.cancel_planned()
        self._human_onsets.append(note.onset)
        self._company.heard(note)
        self._think_again(now)
        self.stage.pass_turn(Turn.BOTH)

    def lifted(self, time: float) -> None:
        """A key came up: the human is alone with us from there."""
        self._company.lifted(time)

    def respond(self, now: float) -> None:
        """Come in now, if anything was heard."""
        if self._decided_until is None and not self.stage.memory.empty:
            self._company.greet(now)
            self._think_again(now)
            self.stage.pass_turn(Turn.BOTH)

    def retime(self, moved: Callable[[float], float]) -> None:
        """What is decided is decided in beats."""
        if self._decided_until is not None:
            self._decided_until = moved(self._decided_until)
            self._look_again = moved(self._look_again)

    def stop(self, now: float) -> None:
        """Wait for the human's next note."""
        self._decided_until = None
        self._look_again = NEVER
        self.stage.pass_turn(Turn.HUMAN)

    def replan(self, now: float) -> None:
        """Take back what has not begun, and think again from now on."""
        self.stage.cancel_planned()
        if self._decided_until is not None:
            self._think_again(now)

    def wakeup(self, now: float) -> float:
        """When the lookahead next reaches beyond what is decided."""
        return self._look_again

    def work(self, now: float) -> bool:
        """Draw one note and plan it, or find that there is none to plan yet."""
        stage = self.stage
        if self._decided_until is None or now < self._look_again or stage.memory.empty:
            return False
        if not self.voices:
            self._look_again = NEVER
            return True
        if self._company.over(now):
            self.stop(now)
            return True
        stage.fell_behind(self._decided_until, now)
        lookahead = stage.lookahead
        horizon = now + lookahead
        earliest = max(now + stage.head_start, self._decided_until)
        free = stage.room_from(earliest)
        machine = stage.entered(stage.playable(self.voices), free)
        if not machine or free >= horizon or self._company.full(now):
            self._wait(horizon, lookahead)
            return True
        stage.steering.aim(self._company.aims(now))
        constraints = stage.drawing.narrow()
        constraints.only_voices(machine if self._owed_a_note(now) else [*machine, stage.human_voice])
        stage.drawing.onset_between(constraints, free)
        draft = stage.drawing.draw(constraints, free)
        if draft.onset > horizon or draft.voice == stage.human_voice:
            # The human did not come in at that moment: what is drawn next lies after it, a tick at least, or a model
            # that is sure of them would be asked without pause.
            self._wait(min(max(draft.onset, stage.clock.time_at(stage.clock.beat_at(free) + TICK)), horizon), lookahead)
        else:
            stage.play(draft, now)
            self._decided_until = draft.onset
        return True

    def _think_again(self, now: float) -> None:
        """Nothing is decided but what can no longer be drawn in time."""
        self._decided_until = now + self.stage.head_start
        self._look_again = now

    def _owed_a_note(self, now: float) -> bool:
        target = self._company.target(now)
        if target is not None:
            return self._company.had(now) < self.stage.value("share") * target * WINDOW
        since = now - RECENT
        human = count_since(self._human_onsets, since)
        return self.stage.ledger.begun_since(since) < self.stage.value("share") * human

    def _wait(self, until: float, lookahead: float) -> None:
        """Nothing of ours before `until`: look again when half the lookahead is left before it, and time for a note."""
        self._decided_until = until
        self._look_again = until - max(lookahead / 2, min(1.5 * self.stage.head_start, lookahead))
