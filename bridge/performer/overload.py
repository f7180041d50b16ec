"""Whether the machine keeps up with its own plans, and what it lets go of while it does not.

How far ahead it plans follows from how long its steps take: so far that a few slow ones (the 99th percentile) fit in,
and no further, since what is planned is what a human can no longer change. A note that came out too late for its time,
or a plan that fell behind the present, is a miss. Misses lead down, a rung at a time:

    full            everything
    shorter plans   no further ahead than the next notes need
    fewer voices    only those that are needed most: what carries a band, or the one that answers
    hold            what sounds is sustained, and nothing new is drawn
    rest            silence

Up again it goes by one rung after a stretch without a miss; where it has to come down again soon, the next try is
after twice as long. On the last two nothing is drawn that could be late, so now and then a step is taken for its own
sake: what counts there is that steps have become faster than those that led down.

Pure and deterministic: what happened, and when, are arguments, all times in seconds.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Final

from bridge.vocabulary.events import RUNG_NAMES

# A plan needs this head start, in seconds, to leave on time once it is made.
HEAD_START: Final = 0.005
# So many slow steps are planned ahead (a band's chord), or so many where plans are short, within these seconds. Until
# any step was measured one is believed to take FIRST_STEP.
STEPS_AHEAD: Final = 8
FEWEST_STEPS_AHEAD: Final = 4
LEAST_LOOKAHEAD: Final = 0.05
MOST_LOOKAHEAD: Final = 0.5
FIRST_STEP: Final = 0.005
# Steps slower than this, in seconds, are misses themselves: no plan of MOST_LOOKAHEAD would be in time.
LONGEST_STEP: Final = 0.4
# So many misses within so many seconds lead down from each rung on which anything is drawn. One cause brings many:
# those so soon after a step down do not count.
MISSES_DOWN: Final = (1, 2, 4)
WITHIN: Final = 2.0
SETTLE: Final = 0.5
# Without a miss for so long, in seconds, it goes up a rung; and at most so long after it had to come down again.
PATIENCE: Final = 2.0
MOST_PATIENCE: Final = 16.0
# Down again within so many seconds of a step up: that one was too early.
RELAPSE: Final = 4.0
# Chords are held so long, in seconds, before they are let go for want of anything better.
HOLD_FOR: Final = 4.0
# However slow steps are, it tries again after so many seconds of rest.
REST_FOR: Final = 30.0
PROBE_EVERY: Final = 0.25
# Steps faster than this, in seconds, are always fast enough.
FAST_STEP: Final = 0.02
_REMEMBERED_STEPS: Final = 8


class Rung(IntEnum):
    """How much of its playing the machine keeps up, from all of it to nothing."""

    FULL = 0
    SHORTER_PLANS = 1
    FEWER_VOICES = 2
    HOLD = 3
    REST = 4

    @property
    def label(self) -> str:
        """As people are told it."""
        return RUNG_NAMES[self]


class KeepingUp:
    """Hears of steps and misses and says the present `rung`; `missed` counts the misses."""

    def __init__(self) -> None:
        self.rung = Rung.FULL
        self.missed = 0
        self._p99 = FIRST_STEP
        self._latest: deque[float] = deque(maxlen=_REMEMBERED_STEPS)
        self._fast_enough = FAST_STEP
        self._moved = -math.inf
        self._clean_since = -math.inf
        # By rung: when it was last climbed from, and how long it is waited on before that.
        self._left = dict.fromkeys(Rung, -math.inf)
        self._patience = dict.fromkeys(Rung, PATIENCE)
        self._next_probe = math.inf
        self._misses: deque[float] = deque(maxlen=max(MISSES_DOWN))

    # --- what happens ------------------------------------------------------------------------------

    def stepped(self, p99: float, latest: float, now: float) -> None:
        """Slow steps of late take `p99`, and the slowest since this was last told `latest`."""
        self._p99 = p99
        self._latest.append(latest)
        if self.draws and latest > LONGEST_STEP:
            self.miss(now)
        if not self.draws and latest > self._fast_enough:
            self._clean_since = now
            if self.rung is Rung.HOLD and now - self._moved >= HOLD_FOR:
                self._move(Rung.REST, now)

    def miss(self, now: float) -> None:
        """Something was too late for its time."""
        self.missed += 1
        self._clean_since = now
        if not self.draws or now - self._moved < SETTLE:
            return
        self._misses.append(now)
        if sum(time > now - WITHIN for time in self._misses) >= MISSES_DOWN[self.rung]:
            self._fall(now)

    def watch(self, now: float) -> bool:
        """Go up where that is due. True when it was."""
        if now < self._climbs_at:
            return False
        self._left[self.rung] = now
        self._move(Rung(self.rung - 1) if now >= self._clean_at else Rung.FEWER_VOICES, now)
        return True

    def probe(self, now: float) -> bool:
        """Whether a step is to be taken for its own sake now. Once it was said the next is due later."""
        if self.draws or now < self._next_probe:
            return False
        self._next_probe = now + PROBE_EVERY
        return True

    def wakeup(self) -> float:
        """When `watch` or `probe` will next have something to say, should nothing happen; infinity: never."""
        return self._climbs_at if self.draws else min(self._climbs_at, self._next_probe)

    # --- what follows ------------------------------------------------------------------------------

    @property
    def draws(self) -> bool:
        """Whether new notes are drawn at all."""
        return self.rung < Rung.HOLD

    @property
    def step(self) -> float:
        """Seconds to allow for a step before its note can be given out."""
        return min(self._p99, LONGEST_STEP)

    def lookahead(self, wanted: float) -> float:
        """Seconds ahead that notes are planned: `wanted`, or, where that is 0, by what steps take.

        Never less than it takes for a note to be in time.
        """
        least = _within(HEAD_START + FEWEST_STEPS_AHEAD * self._p99)
        if self.rung is not Rung.FULL:
            return least
        return max(wanted or _within(HEAD_START + STEPS_AHEAD * self._p99), least)

    def voices(self, voices: Sequence[int], needed: Collection[int]) -> list[int]:
        """Those of `voices` that may play: all, or those `needed` most (where there is none of these, the first)."""
        if not self.draws:
            return []
        if self.rung < Rung.FEWER_VOICES:
            return list(voices)
        return [voice for voice in voices if voice in needed] or list(voices[:1])

    # --- between rungs -----------------------------------------------------------------------------

    @property
    def _climbs_at(self) -> float:
        if self.rung is Rung.FULL:
            return math.inf
        return min(self._clean_at, self._moved + REST_FOR) if self.rung is Rung.REST else self._clean_at

    @property
    def _clean_at(self) -> float:
        """When there will have been no miss for long enough."""
        return max(self._clean_since, self._moved) + self._patience[self.rung]

    def _fall(self, now: float) -> None:
        rung = Rung(self.rung + 1)
        too_early = now - self._left[rung] < RELAPSE
        self._patience[rung] = min(2 * self._patience[rung], MOST_PATIENCE) if too_early else PATIENCE
        self._move(rung, now)

    def _move(self, rung: Rung, now: float) -> None:
        if rung is Rung.HOLD and self.rung < rung:
            self._fast_enough = max(FAST_STEP, max(self._latest, default=0.0) / 2)
            self._next_probe = now + PROBE_EVERY
        self.rung, self._moved = rung, now
        self._misses.clear()


def _within(lookahead: float) -> float:
    return min(max(lookahead, LEAST_LOOKAHEAD), MOST_LOOKAHEAD)
