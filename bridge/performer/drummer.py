"""The drums: one groove for a section, kept, with what that drummer adds to it, a fill at the end of a phrase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bridge.performer.band_part import Chance, Cue, Member, Moment, Weight, choose
from bridge.performer.groove_pattern import (
    BACKBONE,
    CRASH,
    CYMBALS,
    DRUM_KEYS,
    KICK,
    Groove,
    Stroke,
    fills,
    fitting,
    is_backbone,
    suitable,
)
from bridge.timing.accents import SAME_PLACE
from bridge.vocabulary.codec import DRUMS, VELOCITY_STEP

# A stroke is as short as that, in beats.
SHORTEST: Final = 0.1
LONGEST: Final = 0.25
# The model plays a stroke as loud as the drummer did, and so much softer or louder.
MANNER: Final = 2 * VELOCITY_STEP
SOFTEST: Final = 8
# Two hands and a foot.
MOST_AT_ONCE: Final = 3
# Every eight bars a phrase ends with a fill of two beats; half of the time every four, with one of a beat.
PHRASE_BARS: Final = (4, 8)
FILL_BEATS: Final = 2.0
SHORT_FILL_BEATS: Final = 1.0
SHORT_PHRASE: Final = 0.5
# However little the model thinks of a groove, it counts this part.
LEAST_FAVOUR: Final = 0.1
# A section goes on with its groove for so many bars, and then with another only where the human plays otherwise.
SECTION_BARS: Final = 16
OTHERWISE: Final = 1.5
# Part of the strokes between the beats, cymbals and softer ones, that a drummer leaves out; and of the softer kicks.
LEFT_OUT: Final = 0.04
# What a drummer added now and then is offered to the model so many times as often as they played it; it takes about
# half.
OFFERED: Final = 1.0


# How likely the model finds each of some drums to be struck now.
Opinion = Callable[[Sequence[int]], Sequence[float]]


def no_opinion(drums: Sequence[int]) -> Sequence[float]:
    """All alike."""
    return [1.0] * len(drums)


class Drummer(Member):
    """Keeps a groove. `settle` takes one; what comes of it is the same in every replay."""

    def __init__(self, chance: Chance) -> None:
        super().__init__(DRUMS, chance)
        self.groove: Groove | None = None
        self._signature = ""
        self._busy = 0.0
        self._phrase = PHRASE_BARS[0]
        self._fill: Groove | None = None
        self._bar = -1

    def settle(
        self, signature: str, swung: bool, bpm: float, busy: float, bar: int, opinion: Opinion = no_opinion
    ) -> Groove:
        """The groove of this bar: another one where the metre, the feel or, after a section, the human is another.

        Of those that fit the tempo and the human the likelier ones are those on whose cymbal the model has the better
        `opinion`.
        """
        groove = self.groove
        moved_on = bar and bar % SECTION_BARS == 0 and bar != self._bar and _apart(busy, self._busy) > OTHERWISE
        if groove is None or signature != self._signature or groove.swung != swung or moved_on:
            self._signature, self._busy = signature, busy
            grooves = suitable(signature, swung)
            if not any(one.swung == swung for one in grooves):
                swung = grooves[0].swung
            if groove not in grooves or moved_on:
                weights = _favoured(grooves, fitting(grooves, bpm, busy), opinion)
                self.groove = groove = grooves[choose(weights, self.chance)]
        if bar != self._bar:
            self._bar = bar
            self._plan_bar(bar, groove)
        return groove

    def cues(self, moment: Moment) -> list[Cue]:
        """The strokes of this line."""
        groove = self.groove
        if groove is None:
            return []
        within = self._fill_place(moment)
        if within is not None and self._fill is not None:
            found = [stroke for stroke in self._fill.at(within) if stroke.share == 1.0]
            kick = [stroke for stroke in groove.at(moment.place) if stroke.pitch == KICK and is_backbone(stroke)]
            return [_cue(stroke, moment, Weight.CHORD) for stroke in (*kick, *found)][:MOST_AT_ONCE]
        strokes = list(groove.at(moment.place))
        cues = [_cue(stroke, moment, _weight(stroke, moment)) for stroke in strokes if self._is_played(stroke, moment)]
        if moment.place < SAME_PLACE and self._opens(moment):
            cues = [cue for cue in cues if cue.pitches != ((DRUM_KEYS["ride"],),)]
            cues.append(_cue(Stroke(CRASH, 100), moment, Weight.CHORD))
        return sorted(cues, key=lambda cue: cue.weight)[:MOST_AT_ONCE]

    def last(self, moment: Moment) -> list[Cue]:
        """Kick and crash."""
        return [_cue(Stroke(pitch, 100), moment, Weight.BEAT) for pitch in (KICK, CRASH)]

    def _is_played(self, stroke: Stroke, moment: Moment) -> bool:
        if stroke.share < 1.0:
            return self.chance() < min(OFFERED * stroke.share, 1.0)
        if is_backbone(stroke) or moment.metre.is_pulse(moment.place):
            return True
        return self.chance() >= LEFT_OUT

    def _plan_bar(self, bar: int, groove: Groove) -> None:
        """Whether this bar ends a phrase, and with which fill."""
        if bar % PHRASE_BARS[1] == 0:
            self._phrase = PHRASE_BARS[0] if self.chance() < SHORT_PHRASE else PHRASE_BARS[1]
        choices = fills(groove.swung)
        ends = bar % self._phrase == self._phrase - 1 or bar % PHRASE_BARS[1] == PHRASE_BARS[1] - 1
        self._fill = choices[choose([1.0] * len(choices), self.chance)] if ends and choices else None

    def _fill_place(self, moment: Moment) -> float | None:
        """Beats into the fill; None before it."""
        long = moment.bar % PHRASE_BARS[1] == PHRASE_BARS[1] - 1
        begins = moment.metre.bar - min(FILL_BEATS if long else SHORT_FILL_BEATS, moment.metre.bar / 2)
        if self._fill is None or moment.place < begins - SAME_PLACE:
            return None
        return moment.place - moment.metre.bar + FILL_BEATS

    def _opens(self, moment: Moment) -> bool:
        """Whether a phrase begins here, after a fill."""
        return moment.bar > 0 and moment.bar % self._phrase == 0


def _favoured(grooves: Sequence[Groove], weights: Sequence[float], opinion: Opinion) -> list[float]:
    """The weights of grooves, times what the model thinks of the cymbal of each."""
    cymbals = sorted({groove.cymbal for groove in grooves if groove.cymbal is not None})
    likely = dict(zip(cymbals, opinion(cymbals), strict=True))
    best = max(likely.values(), default=0.0)
    if not best:
        return list(weights)
    return [
        weight * max(likely.get(groove.cymbal or -1, 0.0) / best, LEAST_FAVOUR)
        for groove, weight in zip(grooves, weights, strict=True)
    ]


def _apart(one: float, other: float) -> float:
    """How many times as busy one is as the other."""
    low, high = sorted((max(one, 0.5), max(other, 0.5)))
    return high / low


def _weight(stroke: Stroke, moment: Moment) -> Weight:
    if is_backbone(stroke):
        return Weight.BEAT
    if stroke.share == 1.0 and (stroke.pitch in BACKBONE or moment.metre.is_pulse(moment.place)):
        return Weight.CHORD
    return Weight.COLOUR if stroke.pitch in CYMBALS and stroke.share == 1.0 else Weight.ORNAMENT


def _cue(stroke: Stroke, moment: Moment, weight: Weight) -> Cue:
    middle = round(stroke.velocity * moment.loudness)
    softest = min(max(middle - MANNER, SOFTEST), 127 - 2 * MANNER)
    return Cue(
        DRUMS,
        ((stroke.pitch,),),
        SHORTEST,
        LONGEST,
        softest,
        min(max(middle + MANNER, softest + VELOCITY_STEP), 127),
        weight,
        # What this drummer added now and then, the model may leave for later: so it varies the pattern.
        must=stroke.share == 1.0,
        strict=True,
    )
