"""The human's tempo, heard from their onsets, and followed gently: `bridge.timing.conductor` steers by it.

Which period it is, is read from the intervals between all pairs of onsets of the last seconds (after Dixon, "Automatic
extraction of tempo and beat from expressive performances", J. New Music Research 30, 2001): those that are whole beats
of a period speak for it, halves and quarters less, and periods near `USUAL_BPM` are likelier to be felt as the beat
(Parncutt, "A perceptual model of pulse salience", Music Perception 11, 1994). Once it is found, each onset near a line
of the grid moves beat and period a little, by a Kalman filter (Cemgil, Kappen, Desain & Honing, "On tempo tracking:
tempogram representation and Kalman filtering", J. New Music Research 29, 2000).
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

SLOWEST_BPM: Final = 60.0
FASTEST_BPM: Final = 168.0
USUAL_BPM: Final = 105.0
# How far the felt beat strays from that, in octaves (standard deviation).
_SPREAD: Final = 0.9
# Onsets within so many seconds are one; the last of these are looked at, and pairs no further apart than that.
TOGETHER: Final = 0.05
MOST: Final = 32
WINDOW: Final = 8.0
LONGEST_PAIR: Final = 4.0
# How far people stray from the beat, in seconds.
JITTER: Final = 0.025
# What an interval is worth as whole beats, halves and quarters of one.
_WORTH: Final = ((1, 1.0), (2, 0.5), (4, 0.2))
# A tempo is found out of no fewer onsets, and no less time, in seconds.
FEWEST: Final = 5
SHORTEST: Final = 1.4
# Taps this far apart, in seconds, at most, are beats of one tempo; so many of the last count.
TAP_GAP: Final = 2.0
MOST_TAPS: Final = 8
# By how much the period may drift with each beat (part of it), and what lies further from the grid than so many
# standard deviations is off the beat on purpose.
DRIFT: Final = 0.004
GATE: Final = 3.0
# Seconds are kept to this precision, so that they are the same on any machine.
_DECIMALS: Final = 6

Array = npt.NDArray[np.float64]

_PERIODS: Final = np.geomspace(60.0 / FASTEST_BPM, 60.0 / SLOWEST_BPM, 160)
_PRIOR: Final = -0.5 * (np.log2(60.0 / _PERIODS / USUAL_BPM) / _SPREAD) ** 2


def pulse(onsets: Array) -> tuple[float, float] | None:
    """The period (seconds) and a beat (seconds) that these onsets (seconds, in order) go by; None while it is open."""
    if len(onsets) < FEWEST or onsets[-1] - onsets[0] < SHORTEST:
        return None
    gaps = onsets[None, :] - onsets[:, None]
    gaps = gaps[(gaps > TOGETHER) & (gaps <= LONGEST_PAIR)]
    if not len(gaps):
        return None
    scores = _scores(gaps) / len(gaps)
    best = int(np.argmax(np.log(scores + 1e-9) + _PRIOR))
    return _fitted(onsets, float(_PERIODS[best]))


def _scores(gaps: Array) -> Array:
    """How well each of _PERIODS explains these intervals."""
    beats = gaps[None, :] / _PERIODS[:, None]
    best = np.zeros_like(beats)
    for parts, worth in _WORTH:
        off = np.abs(beats * parts - np.round(beats * parts)) / parts * _PERIODS[:, None]
        whole = np.round(beats * parts) > 0
        best = np.maximum(best, worth * whole * np.exp(-0.5 * (off / (1.5 * JITTER)) ** 2))
    return np.asarray(best.sum(axis=1))


def _fitted(onsets: Array, period: float) -> tuple[float, float]:
    """The period and a beat by least squares, each onset on its nearest quarter of a beat."""
    phases = onsets[0] + period * np.arange(0.0, 1.0, 0.125)
    off = [_distance(onsets, phase, period) for phase in phases]
    beat = float(phases[int(np.argmin(off))])
    for _ in range(3):
        places = np.round((onsets - beat) / period * 4) / 4
        if np.ptp(places) <= 0:
            break
        slope, start = np.polyfit(places, onsets, 1)
        if not 0.9 < slope / period < 1.1:
            break
        period, beat = float(slope), float(start)
    return period, beat


def _distance(onsets: Array, beat: float, period: float) -> float:
    """How far onsets lie from beats: those on a beat count most, the first one's own place more."""
    places = (onsets - beat) / period
    return float(np.abs(places - np.round(places)).sum() + abs(places[0] - round(places[0])))


class _Spread(NamedTuple):
    """How far beat and period may be off: their variances (seconds squared), and how the two go together.

    The filter's two by two matrix in plain numbers: a key waits for this, and arrays so small take five times as long.
    """

    beat: float
    both: float
    period: float

    def after(self, beats: int, drift: float) -> _Spread:
        """So many beats later, `drift` being how far the period may have gone (variance)."""
        both = self.both + beats * self.period
        return _Spread(self.beat + beats * (self.both + both), both, self.period + drift)

    def seen(self, part: float) -> tuple[float, float]:
        """How beat and period go together with an onset that is `part` of a period after the beat."""
        return self.beat + part * self.both, self.both + part * self.period

    def corrected(self, gain: tuple[float, float], seen: tuple[float, float]) -> _Spread:
        """What is left of it when an onset moved beat and period by these parts of how far it was off."""
        return _Spread(self.beat - gain[0] * seen[0], self.both - gain[0] * seen[1], self.period - gain[1] * seen[1])


class HumanTempo:
    """Follows one human. `period` (seconds) and `beat` (the time of a beat) are None until they are found."""

    def __init__(self) -> None:
        self.period: float | None = None
        self.beat: float | None = None
        self._onsets: deque[float] = deque(maxlen=MOST)
        self._taps: deque[float] = deque(maxlen=MOST_TAPS)
        self._spread = _Spread(0.0, 0.0, 0.0)

    @property
    def bpm(self) -> float | None:
        """Beats per minute."""
        return None if self.period is None else 60.0 / self.period

    def clear(self) -> None:
        """Forget what was heard."""
        self.period = self.beat = None
        self._onsets.clear()

    @property
    def taps(self) -> int:
        """How many taps in a row there were."""
        return len(self._taps)

    def tap(self, time: float) -> bool:
        """A tap on the beat at `time` (seconds). True once the taps make a tempo."""
        if self._taps and not 0.0 < time - self._taps[-1] <= TAP_GAP:
            self._taps.clear()
        self._taps.append(time)
        if len(self._taps) < 2:
            return False
        steps = np.diff(np.array(self._taps))
        self.period, self.beat = float(np.median(steps)), time
        return True

    def hear(self, time: float, *, look: bool = True) -> bool:
        """A key went down at `time` (seconds). True where beat and period are known; `look` for them."""
        if self._onsets and time - self._onsets[-1] < TOGETHER:
            return self.period is not None
        if self._onsets and time - self._onsets[-1] > WINDOW:
            self.clear()
        self._onsets.append(time)
        if self.period is not None:
            self._follow(time)
        elif look:
            self.look(time)
        return self.period is not None

    def look(self, now: float) -> None:
        """Look for the tempo in what was heard of late."""
        found = pulse(np.array([onset for onset in self._onsets if onset >= now - WINDOW]))
        if found is not None:
            self.period, self.beat = (round(seconds, _DECIMALS) for seconds in found)
            self._spread = _Spread(JITTER**2, 0.0, (0.03 * self.period) ** 2)

    def _follow(self, time: float) -> None:
        """One step of the filter: the state is the time of a beat and the period."""
        assert self.period is not None and self.beat is not None
        passed = math.floor((time - self.beat) / self.period + 0.125)
        self.beat += passed * self.period
        self._spread = self._spread.after(passed, abs(passed) * (DRIFT * self.period) ** 2)
        part = round((time - self.beat) / self.period * 2) / 2
        noise = (JITTER * (1.0 if part == int(part) else 1.5)) ** 2
        error = time - (self.beat + part * self.period)
        seen = self._spread.seen(part)
        variance = seen[0] + part * seen[1] + noise
        if error * error > GATE * GATE * variance:
            return
        gain = (seen[0] / variance, seen[1] / variance)
        self.beat = round(self.beat + gain[0] * error, _DECIMALS)
        self.period = round(self.period + gain[1] * error, _DECIMALS)
        self._spread = self._spread.corrected(gain, seen)
