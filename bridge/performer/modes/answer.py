"""An answer of the machine's, note by note: planned ahead of the moment it is due, or while it sounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bridge.performer.density import Pace
from bridge.performer.ledger import AT_ONCE
from bridge.performer.modes.base import NEVER
from bridge.performer.sampling import Draft
from bridge.performer.stage import Stage
from bridge.vocabulary.codec import TICKS_PER_BEAT
from bridge.vocabulary.parameters import PARAMETERS

# Pauses inside an answer are no longer than this, in seconds.
LONGEST_PAUSE: Final = 1.5
# Before it is due, no more notes of an answer are planned than these.
MOST_AHEAD: Final = 16
# The `most` that sets no limit.
MOST: Final = PARAMETERS["most"].high
_TICK: Final = 1 / TICKS_PER_BEAT


@dataclass(slots=True)
class Answer:
    """It begins at `start` with a note, begins none after `end`, and rings `ring` longer at most, all in beats.

    Until it is `due` its notes are set aside: the model knows them, and nobody hears them. `horizon` is its last
    onset so far. `manner` is what controls are asked for where nobody set one; a density is kept to.
    """

    start: float
    end: float
    ring: float
    notes_left: int
    due: bool = False
    complete: bool = False
    note_ids: list[int] = field(default_factory=list)
    horizon: float = -math.inf
    manner: Mapping[str, float] = field(default_factory=dict)

    def begin(self, stage: Stage, now: float, *, on_the_clock: bool) -> None:
        """It is due now: what was planned goes out, moved where it was planned for another moment than this.

        On the clock, or on a grid, nothing may be moved: what comes too late for its line is planned again from here.
        So is what may not be played any more, or not there.
        """
        later = stage.clock.beat_at(now) - self.start
        if abs(later) * 60.0 / stage.clock.bpm <= AT_ONCE:
            later = 0.0
        self.due = True
        self.start += later
        bound = on_the_clock or stage.placing.by_the_bar or stage.value("most") < MOST
        if (later and bound) or not stage.plan_is_allowed:
            self.interrupt(stage, now)
            return
        self.note_ids = stage.give_out(now, later)
        self.horizon += later

    def interrupt(self, stage: Stage, now: float) -> None:
        """Think what has not begun over, and go on from here."""
        planned = set(self.note_ids)
        stage.cancel_planned()
        self.note_ids = [number for number in self.note_ids if stage.ledger.is_kept(number)]
        self.notes_left += len(planned) - len(self.note_ids)
        self.complete = self.notes_left <= 0
        self.horizon = stage.clock.beat_at(now + stage.head_start)

    def next_work(self, stage: Stage) -> float:
        """When `plan` should next be called, in seconds; NEVER when it is complete, or far enough ahead."""
        if self.complete or (not self.due and len(self.note_ids) >= MOST_AHEAD):
            return NEVER
        lookahead = stage.lookahead
        if self.due:
            return stage.clock.time_at(max(self.horizon, self.start)) - lookahead
        ahead = stage.clock.time_at(self.horizon) - stage.clock.time_at(self.start)
        return NEVER if ahead > lookahead else -math.inf

    def over(self, stage: Stage) -> float:
        """When its last note ends, in seconds."""
        return stage.ledger.last_release(self.note_ids)

    def plan(self, stage: Stage, voices: list[int], now: float) -> None:
        """Plan one more note, or find that there is none."""
        clock, first = stage.clock, not self.note_ids
        if self.due and not first:
            stage.fell_behind(clock.time_at(max(self.start, self.horizon)), now)
        earliest = max(clock.time_at(max(self.start, self.horizon)), now + stage.head_start if self.due else now)
        earliest = stage.room_from(earliest)
        voices = stage.entered(stage.playable(voices), earliest)
        # Notes that are held without end cannot be here: every note of an answer has its release.
        if stage.memory.empty or not voices or not math.isfinite(earliest):
            self.complete = True
            return
        room = self.end + self.ring - clock.beat_at(earliest)
        if room < _TICK or (clock.beat_at(earliest) > self.end and not first):
            self.complete = True
            return
        # The first note comes in at once: the phrase's end is the moment that everybody waits for.
        latest = earliest + (0.0 if first else LONGEST_PAUSE)
        pace = self._pace(stage)
        if pace is not None:
            earliest, latest = self._keep(pace, stage, earliest, latest)
        constraints = stage.drawing.narrow()
        constraints.only_voices(voices)
        stage.drawing.onset_between(constraints, earliest, latest)
        constraints.duration_between(1, max(room * TICKS_PER_BEAT, 1))
        draft = stage.drawing.draw(constraints, earliest)
        if first:
            beat = clock.beat_at(earliest)
            beat = stage.placing.on_grid(beat, beat)
            draft = replace(draft, onset=clock.time_at(beat), onset_beat=beat)
        self._take(stage, draft, now, first)

    def _pace(self, stage: Stage) -> Pace | None:
        """The density to keep to: the one that is set, else the manner's."""
        density = stage.value("density") or self.manner.get("density", 0.0)
        return Pace(density, self.start, self.end) if density and self.end > self.start else None

    def _keep(self, pace: Pace, stage: Stage, earliest: float, latest: float) -> tuple[float, float]:
        """Ask for what is missing of the pace; the bounds of the next onset, in seconds, that keep to it."""
        clock, notes = stage.clock, len(self.note_ids)
        stage.steering.aim({**self.manner, "density": pace.asked(clock.beat_at(earliest), notes)})
        if not notes:
            return earliest, latest
        low, high = pace.bounds(notes)
        earliest = max(earliest, min(clock.time_at(low), latest))
        return earliest, max(min(latest, clock.time_at(high) if math.isfinite(high) else math.inf), earliest)

    def _take(self, stage: Stage, draft: Draft, now: float, first: bool) -> None:
        room = self.end + self.ring - draft.onset_beat
        if room < _TICK or (draft.onset_beat > self.end and not first):
            self.complete = True
            return
        draft = replace(draft, duration=min(draft.duration, room))
        # What is set aside goes out when the answer begins, and not before that.
        earliest = now if self.due else stage.clock.time_at(self.start)
        self.note_ids.append(stage.play(draft, earliest, aside=not self.due).note_id)
        self.horizon = draft.onset_beat
        self.notes_left -= 1
        self.complete = self.notes_left <= 0
