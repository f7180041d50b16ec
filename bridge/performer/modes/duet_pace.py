"""How busily a partner plays: as the human does, by construction.

What is aimed at is `density`, where it is set, else what `space` leaves, else as many notes per beat as the human had
strokes over the last bars, or `share` for each of their notes where these are more, between LEAST and MOST; while the
human is silent it calms down, to LEAST within BREATH beats. Around it:

- the next note is no sooner than 1 / (LENIENCE x aim) beats after the last one, and in no second begin more notes than
  LENIENCE times the strokes of the human's busiest second of the last bars, or than CEILING (a `density` that was set
  has its own: it was asked for);
- it is owed, and then the model is not asked whether the human comes first, while the last seconds had fewer notes
  than `share` for each of the human's, or, unless `share` is 0, than EAGER of the aim; then it begins within PATIENCE /
  aim beats of the last one.

Between these the model plays when it likes.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from bridge.performer.held_notes import HeldNote
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.space import BREATH, MOST_RECENT, WINDOW, Company, count_since

LEAST: Final = 0.5
MOST: Final = 3.0
LENIENCE: Final = 1.5
# In any one second, whatever the human does.
CEILING: Final = 8
FEWEST_IN_A_SECOND: Final = 2
EAGER: Final = 0.7
PATIENCE: Final = 1.5
# The human's last bars, in beats, and the seconds over which who played how much is counted.
BARS: Final = 8.0
RECENT: Final = 4.0


class DuetPace:
    """Counts the human's notes, and says when the machine's next one may begin, and must."""

    def __init__(self, stage: ModeStage, company: Company) -> None:
        self._stage = stage
        self._company = company
        self._notes: deque[float] = deque(maxlen=MOST_RECENT)

    def heard(self, note: HeldNote) -> None:
        """The human pressed a key."""
        self._notes.append(note.onset)

    def aim(self, now: float) -> float:
        """Notes per beat."""
        density = self._stage.values.density
        if density:
            return density
        target = self._company.target(now)
        if target is not None:
            return target
        beats = self._heard_for(now)
        clock = self._stage.clock
        notes = count_since(self._notes, clock.time_at(clock.beat_at(now) - BARS))
        theirs = max(self._company.strokes_within(BARS, now), self._stage.values.share * notes)
        calm = min(self._company.beats_alone(now) / BREATH, 1.0)
        return min(max((1.0 - calm) * theirs / beats, LEAST), MOST)

    def first_beat(self, after: float, now: float) -> float:
        """Where the next note may begin at the soonest, when the last one began at beat `after`."""
        return after + 1.0 / (LENIENCE * self.aim(now))

    def room_from(self, time: float, now: float) -> float:
        """First moment from `time` on, in seconds, at which one more note leaves every second its ceiling."""
        density, clock = self._stage.values.density, self._stage.clock
        if density:
            most = math.ceil(LENIENCE * density * clock.bpm / 60.0)
        else:
            busiest = max(self._company.busiest_second(BARS, now), self.aim(now) * clock.bpm / 60.0)
            most = min(max(math.ceil(LENIENCE * busiest), FEWEST_IN_A_SECOND), CEILING)
        return self._stage.ledger.room_from(time, most, 1.0)

    def owed(self, now: float) -> bool:
        """Whether the machine is to play next, whoever else might."""
        share = self._stage.values.share
        target = self._company.target(now)
        if target is not None:
            return self._company.had(now) < share * target * WINDOW
        since = now - RECENT
        had = self._stage.ledger.begun_since(since)
        if had < share * count_since(self._notes, since):
            return True
        beats = self._stage.clock.beat_at(now) - self._stage.clock.beat_at(since)
        return share > 0 and had < EAGER * self.aim(now) * beats

    def last_beat(self, after: float, now: float) -> float:
        """Until when a note that is owed begins, when the last one began at beat `after`."""
        return after + PATIENCE / self.aim(now)

    def _heard_for(self, now: float) -> float:
        """Beats over which the human's strokes are counted: fewer at the beginning of a set."""
        clock = self._stage.clock
        since = clock.beat_at(now) - clock.beat_at(self._notes[0]) if self._notes else BARS
        return min(max(since, 2.0), BARS)
