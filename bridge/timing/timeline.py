"""A piece's tempo and metre from its beginning to its end: beats to seconds and back, and where its bars begin.

Unlike a `SessionClock`, which knows only the present, a timeline is known whole: that of a MIDI file, or of a test.
A beat is a quarter note; beat 0 is second 0.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from bridge.timing.clock import FREE_BPM
from bridge.timing.grid import ON_THE_LINE


class Tempo(NamedTuple):
    """So many quarter notes a minute from `beat` on."""

    beat: float
    bpm: float


class Metre(NamedTuple):
    """This time signature from `beat` on, where a bar begins."""

    beat: float
    numerator: int
    denominator: int

    @property
    def beats_per_bar(self) -> float:
        """Quarter notes in a bar."""
        return self.numerator * 4.0 / self.denominator

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


Change = TypeVar("Change", Tempo, Metre)


@dataclass(frozen=True)
class Timeline:
    """Tempo and metre, each change at its beat. 120 bpm and 4/4 hold until the first, as in a MIDI file.

    Of several changes at one beat the last holds. With `free` the beats mean nothing but time: no bars are known, and
    whoever plays by this timeline keeps no tempo. Raises ValueError for a tempo or a metre that is not positive.
    """

    tempos: tuple[Tempo, ...] = ()
    metres: tuple[Metre, ...] = ()
    free: bool = False
    _seconds: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for tempo in self.tempos:
            if not (tempo.bpm > 0 and math.isfinite(tempo.bpm) and tempo.beat >= 0):
                raise ValueError(f"a tempo of {tempo.bpm:g} bpm at beat {tempo.beat:g}: both must be more than 0")
        for metre in self.metres:
            if not (metre.numerator > 0 and metre.denominator > 0 and metre.beat >= 0):
                raise ValueError(f"a metre of {metre} at beat {metre.beat:g}: its numbers must be more than 0")
        tempos = _settled(self.tempos, Tempo(0.0, FREE_BPM))
        metres = _settled(self.metres, Metre(0.0, 4, 4))
        seconds = [0.0]
        for before, after in itertools.pairwise(tempos):
            seconds.append(seconds[-1] + (after.beat - before.beat) * 60.0 / before.bpm)
        for name, value in (("tempos", tempos), ("metres", metres), ("_seconds", tuple(seconds))):
            object.__setattr__(self, name, value)

    @classmethod
    def steady(cls, bpm: float = FREE_BPM, numerator: int = 4, denominator: int = 4) -> Timeline:
        """One tempo and one metre throughout."""
        return cls((Tempo(0.0, bpm),), (Metre(0.0, numerator, denominator),))

    @classmethod
    def without_beat(cls) -> Timeline:
        """Free time: a beat is half a second, and no bar is known."""
        return cls(free=True)

    def seconds_at(self, beat: float) -> float:
        """Seconds at `beat`."""
        place = max(bisect.bisect_right(self.tempos, beat, key=_beat_of) - 1, 0)
        tempo = self.tempos[place]
        return self._seconds[place] + (beat - tempo.beat) * 60.0 / tempo.bpm

    def beat_at(self, seconds: float) -> float:
        """The beat at `seconds`: the inverse of `seconds_at`."""
        place = max(bisect.bisect_right(self._seconds, seconds) - 1, 0)
        tempo = self.tempos[place]
        return tempo.beat + (seconds - self._seconds[place]) * tempo.bpm / 60.0

    def tempo_at(self, beat: float) -> float:
        """Quarter notes a minute at `beat`."""
        return self.tempos[max(bisect.bisect_right(self.tempos, beat, key=_beat_of) - 1, 0)].bpm

    def metre_at(self, beat: float) -> Metre:
        """The metre that holds at `beat`."""
        return self.metres[max(bisect.bisect_right(self.metres, beat, key=_beat_of) - 1, 0)]

    def bar_at(self, beat: float) -> tuple[int, float]:
        """The bar that `beat` lies in, from 0, and beats since it began. A metre begins a bar where it begins."""
        bars = 0
        for metre, following in itertools.pairwise(self.metres):
            if following.beat > beat + ON_THE_LINE:
                break
            bars += math.ceil((following.beat - metre.beat) / metre.beats_per_bar - ON_THE_LINE)
        metre = self.metre_at(beat + ON_THE_LINE)
        whole = math.floor((beat - metre.beat) / metre.beats_per_bar + ON_THE_LINE)
        return bars + whole, beat - metre.beat - whole * metre.beats_per_bar


def _beat_of(change: Tempo | Metre) -> float:
    return change.beat


def _settled(changes: Sequence[Change], before: Change) -> tuple[Change, ...]:
    """In order from beat 0 on, one at each beat: the last said."""
    at = {0.0: before, **{change.beat: change for change in sorted(changes, key=_beat_of)}}
    return tuple(at[beat] for beat in sorted(at))
