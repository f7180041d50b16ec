"""Chords under the tune: in the middle register, each as near to the last as it can be, in a rhythm that is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bridge.performer.band_part import Chance, Cue, Ground, Member, Moment, Weight, choose, nearest_due
from bridge.timing.accents import Accents, is_among
from bridge.vocabulary.codec import VELOCITY_STEP, VOICES
from bridge.vocabulary.scales import Tones

# The middle register, C3 to C5, and how little of it a low tune leaves.
LOWEST: Final = 48
HIGHEST: Final = 72
NARROWEST: Final = 12
# So far below the tune, in semitones.
CLEARANCE: Final = 2
MOST_NOTES: Final = 3
# The model chooses among so many of the nearest voicings.
CHOICES: Final = 3
# A tone that is not the chord's counts like so many semitones of motion more.
COLOURED: Final = 3.0
NINTH: Final = 14
SUSTAINED: Final = tuple(VOICES.index(name) for name in ("strings", "other"))
# The notes of a chord are about as loud as its top.
EVENNESS: Final = 2 * VELOCITY_STEP
# A human who strikes less often than that, a beat, leaves room for more of a rhythm.
CALM: Final = 1.0

Voicing = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Where in a bar chords are struck, in beats, and how much of the time to the next one they sound."""

    places: tuple[float, ...]
    legato: float


def rhythms(metre: Accents, swung: bool) -> tuple[Rhythm, ...]:
    """From calm to busy: on the strong beats, before them, on the backbeats, on every pulse."""
    anticipated = tuple(sorted({0.0, *(place + 1.5 for place in metre.strong if place + 1.5 < metre.bar)}))
    return (
        Rhythm(metre.strong, 0.9),
        Rhythm(anticipated, 0.6),
        Rhythm(tuple(sorted({0.0, *metre.backbeats})), 0.4),
        Rhythm(metre.pulses, 0.5 if swung else 0.8),
    )


def voicings(tones: Tones, count: int, low: int, high: int) -> list[Voicing]:
    """All ways to have the `tones` (all of them where `count` allows) close together between two pitches."""
    classes = sorted(tones)
    found = []
    for bottom in range(low, high + 1):
        if bottom % 12 not in tones:
            continue
        first = classes.index(bottom % 12)
        notes = [bottom]
        for step in range(1, min(count, len(classes))):
            tone = classes[(first + step) % len(classes)]
            notes.append(notes[-1] + (tone - notes[-1]) % 12)
        if notes[-1] <= high:
            found.append(tuple(notes))
    return found


def motion(before: Voicing, after: Voicing) -> float:
    """Semitones that the voices move by in all: each note of `after` from the nearest of `before`, and back."""
    there = sum(min(abs(note - other) for other in before) for note in after)
    back = sum(min(abs(note - other) for other in after) for note in before)
    return (there + back) / 2.0


def essential(ground: Ground, count: int) -> Tones:
    """The tones that say which chord it is, where not all find room: third and seventh before root and fifth."""
    if len(ground.tones) <= count:
        return ground.tones
    order = (3, 4, 10, 11, 9, 2, 5, 0, 8, 6, 7, 1)
    ranked = sorted(ground.tones, key=lambda tone: order.index((tone - ground.root) % 12))
    return frozenset(ranked[:count])


class Comping(Member):
    """One voice with chords. `notes` says how many at once; `pure` allows the chord's own tones alone."""

    def __init__(self, voice: int, chance: Chance) -> None:
        super().__init__(voice, chance)
        self.notes = MOST_NOTES
        self.pure = False
        self._rhythm: int | None = None
        self._voicing: Voicing | None = None
        self._candidates: list[Voicing] = []
        self._under: Ground | None = None

    def cues(self, moment: Moment) -> list[Cue]:
        """The top of its chord on this line; the rest follows from what the model makes of that."""
        is_new = self._under is not None and moment.ground is not None and moment.ground.root != self._under.root
        on_the_beat = moment.metre.is_pulse(moment.place)
        if not (moment.first or self._is_due(moment.place, moment) or (is_new and on_the_beat)):
            return []
        ground = moment.ground
        low, high = self._register(moment)
        gap = nearest_due(moment, lambda place: self._is_due(place, moment), moment.metre.bar)
        legato = self._chosen(moment).legato
        if ground is None:
            self._candidates = []
            return [Cue(self.voice, (range(low, high + 1),), gap * legato / 2, gap, weight=Weight.CHORD)]
        self._candidates = self._nearest(ground, low, high)
        tops = sorted({voicing[-1] for voicing in self._candidates})
        return [Cue(self.voice, (tops, _all_of(ground)), gap * legato, gap, weight=Weight.CHORD)]

    def played(self, moment: Moment, pitch: int, velocity: int, duration: float) -> list[Cue]:
        """Its other notes, under the top that the model chose."""
        self._under = moment.ground
        chosen = next((voicing for voicing in self._candidates if voicing[-1] == pitch), None)
        self._candidates = []
        if chosen is None:
            return []
        self._voicing = chosen
        loud = (max(velocity - EVENNESS, 1), max(min(velocity + EVENNESS, 127), VELOCITY_STEP))
        return [
            Cue(self.voice, ((note,),), duration, duration, *loud, weight=Weight.CHORD, strict=True)
            for note in reversed(chosen[:-1])
        ]

    def last(self, moment: Moment) -> list[Cue]:
        """A chord, held."""
        if moment.ground is None:
            return [Cue(self.voice, (range(LOWEST, HIGHEST + 1),), 1.0, 4.0)]
        self._candidates = self._nearest(moment.ground, *self._register(moment))[:1]
        tops = [voicing[-1] for voicing in self._candidates]
        return [Cue(self.voice, (tops, _all_of(moment.ground)), 1.0, 4.0)]

    def _nearest(self, ground: Ground, low: int, high: int) -> list[Voicing]:
        """The voicings that are nearest to the last, at most CHOICES, each with another top."""
        middle = (low + high) // 2
        before = self._voicing or (middle - 4, middle, middle + 3)
        tones = essential(ground, self.notes)
        scored = [(motion(before, voicing), voicing) for voicing in voicings(tones, self.notes, low, high)]
        ninth = (ground.root + NINTH) % 12
        if not self.pure and ground.scale is not None and ninth in ground.scale and ground.root in tones:
            coloured = (tones - {ground.root}) | {ninth}
            more = voicings(frozenset(coloured), self.notes, low, high)
            scored += [(motion(before, voicing) + COLOURED, voicing) for voicing in more]
        found: dict[int, Voicing] = {}
        for _, voicing in sorted(scored):
            if voicing[-1] not in found:
                found[voicing[-1]] = voicing
            if len(found) == CHOICES:
                break
        return list(found.values())

    def _register(self, moment: Moment) -> tuple[int, int]:
        high = HIGHEST if moment.tune is None else min(HIGHEST, moment.tune - CLEARANCE)
        return LOWEST, max(high, LOWEST + NARROWEST)

    def _chosen(self, moment: Moment) -> Rhythm:
        """The rhythm it keeps: chosen once, by how much room the human leaves."""
        if self.voice in SUSTAINED:
            return Rhythm((0.0,), 0.95)
        choices = rhythms(moment.metre, moment.swung)
        if self._rhythm is None:
            weights = [2.0, 1.5, 1.5, 1.0] if moment.busy < CALM else [3.0, 1.0, 1.0, 0.3]
            self._rhythm = choose(weights, self.chance)
        return choices[self._rhythm]

    def _is_due(self, place: float, moment: Moment) -> bool:
        return is_among(self._chosen(moment).places, place)


def _all_of(ground: Ground) -> Collection[int]:
    return [pitch for pitch in range(128) if pitch % 12 in ground.tones]
