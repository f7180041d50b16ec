"""Follows the ticks of a MIDI clock: where in the song they are, and how fast they go, without their jitter.

Ticks come 24 to the beat, early and late by milliseconds, in lumps, and now and then not at all. Each way to read them
is a hypothesis: a Kalman filter over (time of the last tick, period) with a period that wanders (the constant-velocity
model; Bar-Shalom, Li, Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, chapter 6). A tick
that is not where a hypothesis expects it may be an outlier, may say that ticks were lost, or that the tempo or the
phase was changed. All of these are followed side by side and the likeliest is believed (multiple hypothesis tracking:
Reid, "An algorithm for tracking multiple targets", IEEE Transactions on Automatic Control 24(6), 1979).

Pure: the time of a tick is an argument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

TICKS_PER_BEAT: Final = 24

# What the period does from one tick to the next, as a part of it (standard deviation): a ramp from 90 to 150 BPM over
# 16 bars changes it by 0.0003. Much less than that, and what such a ramp leaves behind would pass for jitter.
WANDER: Final = 0.0005
# Jitter of a single tick, in seconds (standard deviation): as first believed, and the span it is measured within. The
# least is above that of good clocks: ticks that come in the lumps of a JACK period look quiet for half a second.
FIRST_JITTER: Final = 0.006
LEAST_JITTER: Final = 0.004
MOST_JITTER: Final = 0.012
# Ticks over which the jitter is measured.
JITTER_OVER: Final = 48
# How likely a tick is to be held up on its way, and how likely one more is after that: they come in rows.
_HELD_UP: Final = math.log(0.03)
_STILL_HELD_UP: Final = math.log(0.5)
# By how much, in seconds: an exponential distribution of this mean.
HELD_UP_BY: Final = 0.03
# A tick may be late but is hardly ever early: how likely one is, anywhere within half a second.
_EARLY: Final = math.log(0.002) - math.log(0.5)
# How likely, for any one tick, is: ticks lost before it, a change of tempo or phase. A gap of about a tick says either
# that one was lost, or that the sender stood still for a moment (an audio machine that could not keep up) and goes on
# from there. Clocks that stand still are uneven ones: only of a clock whose ticks lie this near to their line, as a
# part of the period (standard deviation), is it believed that it lost any.
_LOST: Final = math.log(1e-4)
_LOST_BY_AN_UNEVEN_CLOCK: Final = math.log(1e-8)
EVEN: Final = 0.05
_CHANGED: Final = math.log(1e-3)
# Normalized innovation from which on other readings are tried.
_SURPRISING: Final = 2.0
MOST_HYPOTHESES: Final = 6
# After so many ticks without a surprise the likeliest reading is the only one.
SETTLED: Final = 24
# Another reading is believed once it has been the likeliest for so many ticks, in no less time than half as many take:
# ticks held up somewhere arrive all at once and look like an absurd tempo.
CONVINCED: Final = 8
# Nobody's tempo: 60 / (24 * period) BPM.
SHORTEST_PERIOD: Final = 0.0015
LONGEST_PERIOD: Final = 0.2
# Lost ticks can be told from late ones when they take more than so many standard deviations of the jitter.
TELLING: Final = 2.0
# After so many ticks in a row that no reading explains, a new line is begun.
LOST_HOPE: Final = 24
# The longest run of lost ticks that is counted through, in ticks (2 beats).
MOST_LOST: Final = 48
# Locked: after this many ticks, when the phase is known this well (seconds, standard deviation).
LOCK_TICKS: Final = 24
LOCK_WITHIN: Final = 0.004


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """One reading of the ticks so far: the last one was number `tick`, at `time`, with `period` seconds to the next.

    `a`, `b`, `c` are the covariance of (time, period): [[a, b], [b, c]]. `score` is a log likelihood.
    """

    tick: int
    time: float
    period: float
    a: float
    b: float
    c: float
    score: float = 0.0
    believed: bool = True
    held_up: bool = False

    def predicted(self, ticks: int = 1) -> _Hypothesis:
        """The next tick but `ticks` - 1, before it is heard."""
        wander = (WANDER * self.period) ** 2
        return _Hypothesis(
            self.tick + ticks,
            self.time + ticks * self.period,
            self.period,
            self.a + 2 * ticks * self.b + ticks * ticks * self.c,
            self.b + ticks * self.c,
            self.c + ticks * wander,
            self.score,
            self.believed,
            self.held_up,
        )

    def loosened(self, of_period: float) -> _Hypothesis:
        """After a change that was not to be foreseen: any phase, and a period another by about this part of it."""
        return replace(self, a=self.a + self.period**2, c=self.c + (of_period * self.period) ** 2)

    def surprise(self, time: float, jitter: float) -> float:
        """How far `time` lies from the prediction, in standard deviations."""
        return (time - self.time) / math.sqrt(self.a + jitter * jitter)

    def heard(self, time: float, jitter: float, prior: float) -> _Hypothesis:
        """This prediction corrected by a tick at `time` (the Kalman update), scored with `prior`."""
        spread = self.a + jitter * jitter
        error = time - self.time
        gain_time, gain_period = self.a / spread, self.b / spread
        return _Hypothesis(
            self.tick,
            self.time + gain_time * error,
            self.period + gain_period * error,
            (1 - gain_time) * self.a,
            (1 - gain_time) * self.b,
            # Never quite 0: rounding must not make a variance negative.
            max(self.c - gain_period * self.b, (WANDER * self.period) ** 2),
            self.score + prior - 0.5 * (error * error / spread + math.log(2 * math.pi * spread)),
            self.believed and prior == 0.0,
        )

    def missed(self, time: float) -> _Hypothesis:
        """This prediction where the tick at `time` says nothing of the line: it was held up, or is a stray."""
        late = time - self.time
        if late <= 0:
            return replace(self, score=self.score + _EARLY, held_up=False)
        prior = _STILL_HELD_UP if self.held_up else _HELD_UP
        return replace(self, score=self.score + prior - late / HELD_UP_BY - math.log(HELD_UP_BY), held_up=True)


@dataclass(frozen=True, slots=True)
class TickLine:
    """Where the ticks are: number `tick` (it counts from 0 at the first heard) is at `time`, `period` seconds apart."""

    tick: int
    time: float
    period: float

    def tick_at(self, time: float) -> float:
        """The tick at `time`, a fraction between two."""
        return self.tick + (time - self.time) / self.period

    @property
    def bpm(self) -> float:
        """Beats per minute."""
        return 60.0 / (TICKS_PER_BEAT * self.period)


class TickFollower:
    """Hears ticks and says where the line through them is.

    `hear(time)` takes a tick (seconds, never before the last one); `line` is the line so far, None before the second;
    `locked` says whether it can be played to.
    """

    def __init__(self) -> None:
        self._hypotheses: list[_Hypothesis] = []
        self._expected: float | None = None
        self._jitter = FIRST_JITTER
        self._unevenness = FIRST_JITTER  # of single ticks, as measured, whatever is believed of it
        self._first: float | None = None
        self._heard = 0
        self._last = 0.0
        self._unsurprised = 0
        self._missed = 0
        self._led = 0
        self._led_since = 0.0
        self.locked = False

    def restart(self) -> None:
        """Forget the ticks; what tempo they had is remembered as a first guess."""
        self.pause()
        self._heard, self.locked = 0, False

    def pause(self) -> None:
        """The next tick comes after a pause: about the same tempo, any phase."""
        if self.locked and self._hypotheses:
            self._expected = self._believed().period
        self._hypotheses, self._first, self._missed = [], None, 0

    def rephase(self) -> None:
        """The next tick may have any phase (somebody pressed start); the tempo goes on."""
        if self._hypotheses:
            self._hypotheses = [replace(self._believed().loosened(0.0), score=0.0)]

    @property
    def line(self) -> TickLine | None:
        """The line as it is believed to be."""
        if not self._hypotheses:
            return None
        one = self._believed()
        return TickLine(one.tick, one.time, one.period)

    @property
    def jitter(self) -> float:
        """How far single ticks lie from the line, in seconds (standard deviation)."""
        return self._jitter

    def hear(self, time: float) -> None:
        """A tick at `time`."""
        self._heard += 1
        if self._first is None:
            self._first = self._last = time
            if self._expected is not None:
                variance = FIRST_JITTER**2
                self._hypotheses = [_Hypothesis(0, time, self._expected, variance, 0.0, (0.02 * self._expected) ** 2)]
            return
        if not self._hypotheses:
            self._hypotheses = [_begun(1, time, self._last)]
            self._last = time
            return
        self._hypotheses = self._weighed(time)
        self._weigh_beliefs(time)
        if self._missed >= LOST_HOPE and self._hypotheses[0].believed:
            self._hypotheses = [_begun(self._believed().tick, time, self._last)]
            self._missed = self._heard = 0
            self.locked = False
        self._last = time
        # Ticks that were held up for long and come all at once have nobody's tempo.
        one = self._believed()
        if self._heard >= LOCK_TICKS and one.a < LOCK_WITHIN**2 and SHORTEST_PERIOD <= one.period <= LONGEST_PERIOD:
            self.locked = True

    def _believed(self) -> _Hypothesis:
        return next(one for one in self._hypotheses if one.believed)

    def _weigh_beliefs(self, time: float) -> None:
        """Change to the likeliest reading once it has been that for long enough; at once while nothing is locked."""
        best, believed = self._hypotheses[0], self._believed()
        if best is believed:
            self._led, self._led_since = 0, time
        else:
            self._led += 1
        led_for = time - self._led_since
        if not self.locked or (self._led >= CONVINCED and led_for > 0.5 * CONVINCED * believed.period):
            self._hypotheses = [replace(one, believed=one is best) for one in self._hypotheses]
            self._led, self._led_since = 0, time
        elif self._unsurprised >= SETTLED and best is believed:
            self._hypotheses = [best]

    def _weighed(self, time: float) -> list[_Hypothesis]:
        """Every reading of a tick at `time`, the likeliest first."""
        jitter = self._jitter
        readings: list[_Hypothesis] = []
        for number, one in enumerate(self._hypotheses):
            prediction = one.predicted()
            fits, misses = prediction.heard(time, jitter, 0.0), prediction.missed(time)
            readings.append(fits if fits.score > misses.score else misses)
            if one.believed:
                self._missed = self._missed + 1 if readings[-1] is misses else 0
            surprising = abs(prediction.surprise(time, jitter)) > _SURPRISING
            if number == 0:
                self._unsurprised = 0 if surprising else self._unsurprised + 1
                if readings[-1] is fits:
                    self._measure(time - prediction.time, prediction.a)
            if not surprising or number > 1:
                continue
            prior = _LOST if self._unevenness < EVEN * one.period else _LOST_BY_AN_UNEVEN_CLOCK
            lost = math.floor((time - prediction.time) / one.period)
            for count in (lost, lost + 1):
                if count <= MOST_LOST and count * one.period > TELLING * jitter:
                    readings.append(one.predicted(1 + count).heard(time, jitter, prior))
            readings.append(one.loosened(0.5).predicted().heard(time, jitter, _CHANGED))
        return _best(readings)

    def _measure(self, error: float, variance: float) -> None:
        squared = max(error * error - variance, 0.0)
        part = 1.0 / min(max(self._heard, 8), JITTER_OVER)
        self._unevenness = math.sqrt(self._unevenness**2 + part * (error * error - self._unevenness**2))
        measured = self._jitter**2 + part * (squared - self._jitter**2)
        self._jitter = min(max(math.sqrt(measured), LEAST_JITTER), MOST_JITTER)


def _begun(tick: int, time: float, before: float) -> _Hypothesis:
    """Two ticks make a line: its covariance is that of two jittery times."""
    variance = FIRST_JITTER**2
    period = min(max(time - before, SHORTEST_PERIOD), LONGEST_PERIOD)
    return _Hypothesis(tick, time, period, variance, variance, 2 * variance)


def _best(readings: list[_Hypothesis]) -> list[_Hypothesis]:
    """The likeliest readings and the believed one, the likeliest first and scores counted from it.

    Of readings that say the same one is kept.
    """
    kept: list[_Hypothesis] = []
    for one in sorted(readings, key=lambda reading: -reading.score):
        if not SHORTEST_PERIOD <= one.period <= LONGEST_PERIOD and not one.believed:
            continue
        twin = next((number for number, other in enumerate(kept) if _same(one, other)), None)
        if twin is not None:
            kept[twin] = replace(kept[twin], believed=kept[twin].believed or one.believed)
        elif len(kept) < MOST_HYPOTHESES or one.believed:
            kept.append(one)
    top = kept[0].score
    return [replace(one, score=one.score - top) for one in kept]


def _same(one: _Hypothesis, other: _Hypothesis) -> bool:
    return (
        one.tick == other.tick
        and abs(one.time - other.time) < 0.02 * other.period
        and abs(one.period - other.period) < 0.002 * other.period
    )
