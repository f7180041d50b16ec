"""The bass: what is under the chord on the strong beats and where the chord changes, the chord's tones between.

It holds half bars under a calm human, plays with the groove's kick under a busier one, and walks in quarters where the
music swings. Into a chord that is known to come it leads by a step.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bridge.performer.band_part import Chance, Cue, Ground, Member, Moment, Weight, nearest_due, pitches_of
from bridge.timing.accents import SAME_PLACE
from bridge.vocabulary.codec import VOICES

BASS: Final = VOICES.index("bass")
# Where it plays unless its range is set otherwise: E1 to G3.
LOWEST: Final = 28
HIGHEST: Final = 55
# Where it has the choice it stays below this, two octaves in all, and begins near HOME.
USUAL_HIGHEST: Final = 51
HOME: Final = 36
# From one tone to the next it leaps no further, in semitones, but for a root's other octave.
REACH: Final = 9
OCTAVE: Final = 12
STEP: Final = 4
# So many notes a bar are the model's own idea.
MOST_FREE: Final = 2
# Less than so many strokes a beat of the human's are calm, more than that busy.
CALM: Final = 0.75
# A change between the beats is taken up on eighths.
EIGHTH: Final = 0.5
# How much of the time to the next note is sounded at least.
LEGATO: Final = 0.7
STACCATO: Final = 0.4


class Style(StrEnum):
    """How a line moves."""

    HOLD = "hold"
    PULSE = "pulse"
    WALK = "walk"


def style_of(moment: Moment) -> Style:
    """By how the human plays."""
    if moment.busy < CALM:
        return Style.HOLD
    return Style.WALK if moment.swung else Style.PULSE


class BassLine(Member):
    """One note at a time."""

    def __init__(self, chance: Chance) -> None:
        super().__init__(BASS, chance)
        self._last: int | None = None
        # What its last root was of.
        self._under: tuple[int, int] | None = None
        self._kicks: tuple[float, ...] = ()
        # How many notes of its own it had in which bar.
        self._added = (-1, 0)

    def follow(self, kicks: tuple[float, ...]) -> None:
        """The places of the groove's kick, in beats after the bar line."""
        self._kicks = kicks

    def cues(self, moment: Moment) -> list[Cue]:
        """Its note on this line."""
        ground, style = moment.ground, style_of(moment)
        if ground is None:
            return self._free(moment, style)
        if moment.first or moment.metre.is_strong(moment.place) or self._is_new(moment, ground):
            return [self._cue(moment, style, self._roots(ground))]
        if self._is_due(moment.place, moment, style):
            return [self._cue(moment, style, *self._between(moment, ground, style), weight=Weight.CHORD)]
        free = self._added[1] if self._added[0] == moment.bar else 0
        if style is Style.PULSE and _on_an_eighth(moment.place) and free < MOST_FREE:
            # What else there is, is as the model likes it.
            return [self._cue(moment, style, self._passing(moment, ground), weight=Weight.ORNAMENT, must=False)]
        return []

    def played(self, moment: Moment, pitch: int, velocity: int, duration: float) -> list[Cue]:
        """It goes on from there."""
        self._last = pitch
        if not self._is_due(moment.place, moment, style_of(moment)):
            self._added = (moment.bar, self._added[1] + 1 if self._added[0] == moment.bar else 1)
        if moment.ground is not None:
            self._under = (moment.ground.root, moment.ground.bass)
        return []

    def last(self, moment: Moment) -> list[Cue]:
        """The root."""
        pitches = () if moment.ground is None else (pitches_of((moment.ground.root,), LOWEST, HIGHEST),)
        return [Cue(BASS, pitches, 1.0, 4.0)]

    def _free(self, moment: Moment, style: Style) -> list[Cue]:
        """Where nothing binds it: the same rhythm, on what the model likes."""
        if not (moment.first or moment.metre.is_strong(moment.place) or self._is_due(moment.place, moment, style)):
            return []
        return [self._cue(moment, style, tuple(range(LOWEST, HIGHEST + 1)))]

    def _is_new(self, moment: Moment, ground: Ground) -> bool:
        """Whether the chord is another than the one it last played under, and this a place to say so."""
        return _on_an_eighth(moment.place) and self._under not in (None, (ground.root, ground.bass))

    def _is_due(self, place: float, moment: Moment, style: Style) -> bool:
        match style:
            case Style.HOLD:
                return moment.metre.is_strong(place)
            case Style.WALK:
                return moment.metre.is_pulse(place)
            case Style.PULSE:
                kick = any(abs(place - one) < SAME_PLACE for one in self._kicks)
                return kick or moment.metre.is_strong(place)

    def _roots(self, ground: Ground) -> tuple[int, ...]:
        """The ground's bass, in the octaves that can be reached from the last note."""
        pitches = pitches_of((ground.bass,), LOWEST, USUAL_HIGHEST)
        middle = HOME if self._last is None else self._last
        near = [pitch for pitch in pitches if abs(pitch - middle) <= OCTAVE]
        return tuple(near or pitches)

    def _between(self, moment: Moment, ground: Ground, style: Style) -> tuple[tuple[int, ...], ...]:
        """What leads on from the last note: a step into what comes, else tones of the chord."""
        last = HOME if self._last is None else self._last
        tones = [pitch for pitch in pitches_of(ground.allowed, LOWEST, USUAL_HIGHEST) if abs(pitch - last) <= REACH]
        if style is Style.WALK:
            tones = [pitch for pitch in tones if pitch != last] or tones
        if style is Style.PULSE:
            # With the kick it stays on root and fifth, for the most part.
            fifth = (ground.bass + 7) % 12
            plain = [p for p in tones if p % 12 in (ground.bass, fifth) and p % 12 in ground.allowed]
            tones = plain or tones
        if moment.coming is not None and self._leads(moment, style):
            # One of those that `_roots` will have.
            goal = min(pitches_of((moment.coming.bass,), LOWEST, USUAL_HIGHEST), key=lambda pitch: abs(pitch - last))
            steps = [goal + step for step in (-2, -1, 1, 2) if LOWEST <= goal + step <= USUAL_HIGHEST]
            steps = [pitch for pitch in steps if abs(pitch - last) <= REACH] or steps
            if moment.coming.scale is not None:
                steps = [pitch for pitch in steps if pitch % 12 in moment.coming.scale] or steps
            return tuple(steps), tuple(tones)
        return (tuple(tones),)

    def _passing(self, moment: Moment, ground: Ground) -> tuple[int, ...]:
        """Tones of the chord, and into the next strong beat a step of the scale to its root as well."""
        last = HOME if self._last is None else self._last
        tones = [pitch for pitch in pitches_of(ground.allowed, LOWEST, USUAL_HIGHEST) if abs(pitch - last) <= REACH]
        if ground.scale is not None and moment.metre.is_strong((moment.place + EIGHTH) % moment.metre.bar):
            goal = (moment.coming or ground).bass
            steps = {(goal + step) % 12 for step in (-2, -1, 1, 2)} & ground.scale
            tones += [pitch for pitch in pitches_of(steps, LOWEST, USUAL_HIGHEST) if abs(pitch - last) <= STEP]
        return tuple(tones)

    def _leads(self, moment: Moment, style: Style) -> bool:
        """Whether the next note is the one of the bar line."""
        return nearest_due(moment, lambda place: self._is_due(place, moment, style), moment.metre.bar) >= (
            moment.metre.bar - moment.place - SAME_PLACE
        )

    def _cue(
        self,
        moment: Moment,
        style: Style,
        *pitches: tuple[int, ...],
        weight: Weight = Weight.BEAT,
        must: bool = True,
    ) -> Cue:
        gap = nearest_due(moment, lambda place: self._is_due(place, moment, style), moment.metre.bar)
        shortest = gap * (STACCATO if style is Style.PULSE else LEGATO)
        # Where its range is set to lie elsewhere, the same tones there.
        classes = {pitch % 12 for pitch in pitches[0]}
        return Cue(BASS, (*pitches, pitches_of(classes, 0, 127)), shortest, gap, weight=weight, must=must)


def _on_an_eighth(place: float) -> bool:
    return abs(place / EIGHTH - round(place / EIGHTH)) < SAME_PLACE
