"""Where the human's phrases end.

Silence is heard relative to the player's own pace. A phrase is over `silence` seconds after the last key came up, and
not before the last onset lies PAUSE times the longest of the player's last few steps back: a gap no longer than those
they make anyway, and half as long again, is no end. (At up to 0.4 seconds a step, or legato at any pace up to 1.2, that
adds nothing. A player who runs into the beginning of an answer had not ended: that gap is a step, too. A rest that
ended nothing only because of such a one, or because a bar line was waited for, is no step until half of the last ones
are like it: otherwise each pause between two phrases would make the next one wanted half as long again.) Under the
pedal alone, keys up, the same takes PEDAL times as long: a chord left ringing is an end, a pedal between two chords is
none. A key that is down is a phrase that goes on, unless it is stuck (`bridge.performer.held_notes`): one that nobody
lifts would otherwise be the end of all answers.

Where a clock runs, the end is on the first bar line at which half of that silence has passed: whoever answers comes in
on the one. Should that be a long way off, it is on the first beat after the whole of it.

Other ends are told elsewhere: that of a turn of so many bars (the parameter `trade`) in `modes/trading`, and that a
human who plays together with the machine has stopped in `modes/space`.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

from bridge.performer.held_notes import Hands
from bridge.performer.ledger import AT_ONCE
from bridge.timing.clock import SessionClock
from bridge.timing.grid import next_bar, next_beat

PAUSE: Final = 1.5
PEDAL: Final = 4.0
# Steps (times between strokes) that make the pace, and the longest that counts, in seconds.
STEPS: Final = 6
LONGEST_STEP: Final = 2.0
# Nobody waits longer than this for a bar line after the silence, in seconds.
LONGEST_WAIT: Final = 2.0
NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class _Step:
    """Seconds between two strokes. `ran_in`: the second ran into an answer; `rest`: it might have followed the end."""

    seconds: float
    ran_in: bool
    rest: bool


@dataclass(slots=True)
class Phrase:
    """What the human has played since the last answer. Times in seconds."""

    start: float
    last_onset: float
    last_activity: float
    notes: int = 0


class Listener:
    """Follows the human's phrase and pace."""

    def __init__(self) -> None:
        self.phrase: Phrase | None = None
        self._last_onset = -math.inf
        self._steps: deque[_Step] = deque(maxlen=STEPS)

    @property
    def longest_step(self) -> float:
        """The longest of the player's last steps, in seconds; 0 where none is known."""
        rests_count = sum(step.rest or step.ran_in for step in self._steps) >= STEPS / 2
        return max((step.seconds for step in self._steps if rests_count or not step.rest), default=0.0)

    def heard(self, onset: float, collided: bool = False, silence: float = math.inf) -> None:
        """A key went down at `onset` (seconds); `collided`: just when an answer began, so the phrase was not over.

        After so many seconds of `silence` it might have been, but for the player's pace; infinity: something was held.
        """
        phrase = self.phrase
        step = onset - (self._last_onset if phrase is None else phrase.last_onset)
        if step > AT_ONCE and (phrase is not None or collided):
            pace = max((one.seconds for one in self._steps if not one.rest and not one.ran_in), default=math.inf)
            quiet = 0.0 if phrase is None or collided else onset - phrase.last_activity
            rested = quiet > silence and step > PAUSE * pace
            self._steps.append(_Step(min(step, LONGEST_STEP), collided, rested))
        if phrase is None:
            phrase = self.phrase = Phrase(onset, onset, onset)
        self._last_onset = onset
        phrase.last_onset = max(phrase.last_onset, onset)
        phrase.last_activity = max(phrase.last_activity, onset)
        phrase.notes += 1

    def moved(self, time: float) -> None:
        """A key or pedal came up at `time` (seconds): silence is counted from there."""
        if self.phrase is not None:
            self.phrase.last_activity = max(self.phrase.last_activity, time)

    def take(self) -> Phrase | None:
        """The phrase, which is over."""
        phrase, self.phrase = self.phrase, None
        return phrase

    def end(self, silence: float, hands: Hands, clock: SessionClock, *, lifted: float | None = None) -> float:
        """When the phrase will be over, in seconds, should nothing more happen; NEVER while a key is meant.

        With `lifted` it is when it would be, should the keys that are down come up then.
        """
        phrase = self.phrase
        stuck_from = hands.stuck_from if lifted is None else lifted
        if phrase is None or stuck_from == NEVER:
            return NEVER
        still = phrase.last_activity if lifted is None else max(phrase.last_activity, lifted)
        quiet = max(silence, phrase.last_onset + PAUSE * self.longest_step - still)
        if hands.pedalled:
            quiet *= PEDAL
        over = max(still + quiet, stuck_from)
        if not clock.metered:
            return over
        line = clock.time_at(next_bar(clock, clock.beat_at(over - quiet / 2)))
        return line if line <= over + LONGEST_WAIT else clock.time_at(next_beat(clock, clock.beat_at(over)))
