"""What the human is, made out from what is played: a lead, a bass, keys or drums.

Everything is counted over the last MOST strokes. One key at a time is a line: below `BASS_BELOW` (the median) a bass,
else a lead. Keys that go down together, or lie down together for longer than legato takes, are hands on keys; so is a
line that does nothing but break chords, up and down in leaps. Hits that a drum map explains, a kick, a snare and a
cymbal among them, are drums, whatever their channel. A role once made out stays until another was seen for `PATIENCE`
strokes in a row, so that one chord of a guitarist's, or a line among chords, changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from bridge.vocabulary.codec import DRUMS, VOICES

AUTO: Final = "auto"
KEYS, BASS, LEAD = (VOICES.index(voice) for voice in ("keys", "bass", "lead"))

# Strokes that count, and the fewest that say anything; those that another role must be seen for, one after the other.
MOST: Final = 24
FEWEST: Final = 4
PATIENCE: Final = 12
# Strokes so near to each other, in seconds, are together; legato holds a key no longer than this beside the next.
TOGETHER: Final = 0.035
LEGATO: Final = 0.15
# This part of the strokes, or more, with company makes a player of keys.
COMPANY: Final = 0.2
BASS_BELOW: Final = 52
# A broken chord: steps of no less than a third, most of them back where it came from, on this many pitches at most.
SMALLEST_LEAP: Final = 3
TURNING: Final = 0.5
FEWEST_OF_BROKEN: Final = 7
# What a drum map has (General MIDI and Roland): kicks, snares (side stick, clap), cymbals, and toms besides; so many
# strokes at least, and this part of them on cymbals.
_KICKS: Final = frozenset({35, 36})
_SNARES: Final = frozenset({26, 37, 38, 39, 40})
_CYMBALS: Final = frozenset({22, 42, 44, 46, 49, 51, 53, 55, 57, 59})
_KIT: Final = _KICKS | _SNARES | _CYMBALS | {41, 43, 45, 47, 48, 50, 58}
FEWEST_OF_KIT: Final = 8
CYMBALS: Final = 0.25


@dataclass(slots=True)
class _Stroke:
    time: float
    pitch: int
    company: bool


class Role:
    """Follows one human. `voice` is None until a role is made out; `seen` says for how many strokes it was seen."""

    def __init__(self) -> None:
        self.voice: int | None = None
        self.seen = 0
        self._strokes: deque[_Stroke] = deque(maxlen=MOST)
        self._down: dict[int, float] = {}
        self._other: int | None = None
        self._patience = 0

    def hear(self, time: float, pitch: int, down: Collection[int]) -> None:
        """A key went down at `time` (seconds), while the keys `down`, it among them, are."""
        others = [other for other in down if other != pitch]
        held = any(time - self._down.get(other, time) > LEGATO for other in others)
        last = self._strokes[-1] if self._strokes else None
        together = last is not None and time - last.time <= TOGETHER and last.pitch != pitch
        if together and last is not None:
            last.company = True
        # A key that lies down since before the last one is more than legato.
        held = held and last is not None and any(self._down.get(other, time) < last.time for other in others)
        self._strokes.append(_Stroke(time, pitch, together or held))
        self._down = {other: self._down.get(other, time) for other in down}
        self._down[pitch] = time
        self._judge()

    def clear(self) -> None:
        """Forget what was heard; the role stays."""
        self._strokes.clear()
        self._down.clear()
        self._other, self._patience = None, 0

    def _judge(self) -> None:
        if len(self._strokes) < FEWEST:
            return
        role = self._now()
        if self.voice is None:
            self.voice, self.seen = role, len(self._strokes)
            return
        if role == self.voice:
            self._other, self._patience = None, 0
            return
        self._patience = self._patience + 1 if role == self._other else 1
        self._other = role
        # What was made out of a few strokes is as soon unmade.
        if self._patience >= min(PATIENCE, self.seen):
            self.voice, self.seen = role, self._patience
            self._other, self._patience = None, 0

    def _now(self) -> int:
        strokes = self._strokes
        pitches = [stroke.pitch for stroke in strokes]
        if self._is_kit(pitches):
            return DRUMS
        if sum(stroke.company for stroke in strokes) >= COMPANY * len(strokes) or self._is_broken(pitches):
            return KEYS
        return BASS if median(pitches) < BASS_BELOW else LEAD

    def _is_kit(self, pitches: list[int]) -> bool:
        kinds = set(pitches)
        if len(pitches) < FEWEST_OF_KIT or not kinds <= _KIT:
            return False
        cymbals = sum(pitch in _CYMBALS for pitch in pitches)
        return bool(kinds & _KICKS) and bool(kinds & _SNARES) and cymbals >= CYMBALS * len(pitches)

    def _is_broken(self, pitches: list[int]) -> bool:
        if len(pitches) < FEWEST_OF_BROKEN or median(pitches) < BASS_BELOW:
            return False
        steps = [after - before for before, after in pairwise(pitches)]
        if min(map(abs, steps)) < SMALLEST_LEAP:
            return False
        turns = sum(one * next_ < 0 for one, next_ in pairwise(steps))
        return turns >= TURNING * (len(steps) - 1)
