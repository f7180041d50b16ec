"""A drummer's bar: which drum is struck where and how loud, what may come to it, and how a phrase ends.

The bars are those of `groove_library`, learnt from drummers. For metres that none of them played one is built by rule:
the kick on the strong pulses, the snare on the backbeats, a closed hat between.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Final

from bridge.performer.groove_library import FILLS, GROOVES
from bridge.timing.accents import SAME_PLACE, Accents
from bridge.timing.clock import beats_per_bar

# General MIDI keys.
DRUM_KEYS: Final = {
    "kick": 36, "snare": 38, "stick": 37, "closed": 42, "open": 46, "pedal": 44, "ride": 51, "crash": 49,
    "high_tom": 50, "mid_tom": 47, "low_tom": 43,
}  # fmt: skip
KICK: Final = DRUM_KEYS["kick"]
CRASH: Final = DRUM_KEYS["crash"]
BACKBONE: Final = frozenset(DRUM_KEYS[name] for name in ("kick", "snare", "stick"))
CYMBALS: Final = frozenset(DRUM_KEYS[name] for name in ("closed", "open", "ride"))

STEPS_PER_BEAT: Final = 4
# A digit of the library is so much velocity.
LOUDNESS_STEP: Final = 14
# A kick or snare that is so loud, of 9, belongs to the beat; softer ones come and go.
_LOUD: Final = 5
# How much a groove that was played at twice the tempo, or twice as busily, counts.
_TEMPO_WEIGHT: Final = 3.0
_BUSY_WEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """One drum struck. `share` is the part of the drummer's bars that have it: 1 where it belongs to the groove."""

    pitch: int
    velocity: int
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Groove:
    """A bar of a drummer's. `strokes` by sixteenth; `bpm` is the tempo it was played at, in quarter notes."""

    kind: str
    metre: str
    swung: bool
    bpm: float
    strokes: tuple[tuple[Stroke, ...], ...]

    @classmethod
    def read(cls, text: str) -> Groove:
        """A bar as the library writes it."""
        head, *rows = (line.strip() for line in text.strip().splitlines())
        kind, metre, feel, bpm = head.split()[:4]
        steps = round(beats_per_bar(metre) * STEPS_PER_BEAT)
        strokes: list[list[Stroke]] = [[] for _ in range(steps)]
        for row in rows:
            name, main, extra = row.split()
            for step in range(steps):
                loud, often = main[step], extra[step]
                if loud != ".":
                    strokes[step].append(Stroke(DRUM_KEYS[name], int(loud) * LOUDNESS_STEP))
                elif often != ".":
                    soft = _ORNAMENT_LOUDNESS * LOUDNESS_STEP
                    strokes[step].append(Stroke(DRUM_KEYS[name], soft, int(often) / 10))
        return cls(kind, metre, feel == "swung", float(bpm), tuple(tuple(step) for step in strokes))

    @property
    def density(self) -> float:
        """Strokes a beat, without what only comes now and then."""
        count = sum(stroke.share == 1.0 for step in self.strokes for stroke in step)
        return count * STEPS_PER_BEAT / len(self.strokes)

    def at(self, place: float) -> tuple[Stroke, ...]:
        """What is struck `place` beats after the bar line; swung bars also know thirds of a beat."""
        step = step_of(place, self.swung)
        return self.strokes[step] if step is not None and step < len(self.strokes) else ()

    @property
    def cymbal(self) -> int | None:
        """What keeps its time: the cymbal that is struck most often; None where none is."""
        struck = [stroke.pitch for step in self.strokes for stroke in step if stroke.share == 1.0]
        counts = [(struck.count(pitch), -pitch) for pitch in CYMBALS if pitch in struck]
        return -max(counts)[1] if counts else None

    def kicks(self, place: float) -> bool:
        """Whether the kick belongs there."""
        return any(stroke.pitch == KICK and stroke.share == 1.0 for stroke in self.at(place))


# What a drummer adds is softer than the beat.
_ORNAMENT_LOUDNESS: Final = 4


def step_of(place: float, swung: bool) -> int | None:
    """The sixteenth at `place`, in beats; of a swung bar also the one that is played at that third of a beat."""
    for parts in (STEPS_PER_BEAT, 3) if swung else (STEPS_PER_BEAT,):
        count = round(place * parts)
        if abs(place * parts - count) < parts * SAME_PLACE:
            beat, part = divmod(count, parts)
            return beat * STEPS_PER_BEAT + part
    return None


def is_backbone(stroke: Stroke) -> bool:
    """Whether a groove without that stroke is another groove."""
    return stroke.share == 1.0 and stroke.pitch in BACKBONE and stroke.velocity >= _LOUD * LOUDNESS_STEP


@cache
def library() -> tuple[Groove, ...]:
    """All bars there are."""
    return tuple(Groove.read(text) for text in GROOVES)


@cache
def fills(swung: bool) -> tuple[Groove, ...]:
    """What a phrase may end with: half bars of two beats."""
    return tuple(fill for fill in map(Groove.read, FILLS) if fill.swung == swung)


@cache
def built(signature: str, swung: bool) -> Groove:
    """A bar by rule, for a metre that nobody played."""
    metre = Accents.of(signature)
    steps = round(metre.bar * STEPS_PER_BEAT)
    strokes: list[list[Stroke]] = [[] for _ in range(steps)]
    for step in range(steps):
        place = step / STEPS_PER_BEAT
        if metre.is_strong(place) and place not in metre.backbeats:
            strokes[step].append(Stroke(KICK, 90))
        if place in metre.backbeats:
            # A waltz is answered softly, twice.
            answer = Stroke(DRUM_KEYS["stick"], 70) if signature == "3/4" else Stroke(DRUM_KEYS["snare"], 100)
            strokes[step].append(answer)
        if step % 2 == 0:
            strokes[step].append(Stroke(DRUM_KEYS["closed"], 85 if metre.is_pulse(place) else 60))
        if not metre.is_pulse(place):
            name, share = ("kick", 0.3) if step % 2 == 0 else ("snare", 0.15)
            strokes[step].append(Stroke(DRUM_KEYS[name], _ORNAMENT_LOUDNESS * LOUDNESS_STEP, share))
    return Groove("built", signature, swung, 0.0, tuple(tuple(step) for step in strokes))


def suitable(signature: str, swung: bool) -> list[Groove]:
    """The bars of that metre and feel; but for 4/4 one by rule as well."""
    like_it = _COUNTED_LIKE.get(signature, signature)
    found = [groove for groove in library() if groove.metre == like_it and groove.swung == swung]
    found = found or [groove for groove in library() if groove.metre == like_it and not groove.swung]
    # Of other metres than this there are few: the plain bar is one more of them.
    return found if like_it == "4/4" else [*found, built(signature, swung)]


_COUNTED_LIKE: Final = {"2/2": "4/4"}


def fitting(grooves: Collection[Groove], bpm: float, busy: float) -> list[float]:
    """How well each suits a tempo, and a human who strikes keys `busy` times a beat: weights to draw one by."""
    weights = []
    for groove in grooves:
        octaves = math.log2(max(groove.bpm, 1.0) / bpm) if groove.bpm else 0.0
        wanted = 2.0 + min(max(busy, 0.5), 4.0)
        spread = math.log2(max(groove.density, 0.5) / wanted)
        weights.append(2.0 ** -(_TEMPO_WEIGHT * octaves**2 + _BUSY_WEIGHT * spread**2))
    return weights
