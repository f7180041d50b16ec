"""Which pitches each voice may play: ranges, scale, chord and what the human holds, as one mask.

Two kinds of rules meet here. What is set holds for every note: the ranges, a scale on a fixed root, no doubling.
What is heard bends: where its tones would leave a voice nothing to play, first the chord gives way, then the heard
key. Where nothing is left even so, because the human holds every pitch that is allowed, the voice rests.

Who else may keep a pitch from being played:

    sampling, generation.loop    one draw: the pull to key and chord, a pitch that sounds, one that is insisted on
    shaping                      one note of an answer: wishes, which give way where they would leave nothing
    voicing, bass_line, comping  one harmony, or one note of the band: tones of the chord, within reach
    stage                        a plan whose rules have changed since (`plan_is_allowed`), a voice that may not play
    modes.respond, modes.answer  a candidate that was drawn by other rules than hold when it is to be played
    engine.constraints           nobody by itself: the form in which all of this reaches the model
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.chords import ExpectedChord
from bridge.performer.held_notes import Hands, HeldNote
from bridge.performer.key_tracker import Harmony
from bridge.performer.progression import Bars, Pulse
from bridge.timing.clock import SessionClock
from bridge.timing.human_tempo import HumanTempo
from bridge.vocabulary.codec import DRUMS, SIZES, VOICES
from bridge.vocabulary.parameters import Values
from bridge.vocabulary.scales import CHROMATIC, HEARD, PITCH_CLASSES, Tones, tones

Mask = npt.NDArray[np.bool_]
Ranges = Mapping[str, tuple[int, int]]

WHOLE_RANGE: Final = (0, 127)

_CLASS_OF: Final = np.arange(SIZES[2]) % 12
_PITCHED: Final = np.array([voice != DRUMS for voice in range(len(VOICES))])


class Palette:
    """Masks bool [voices, 128], made anew only when a rule or what is heard changes.

    `version` counts the changes of what is set.
    """

    def __init__(self, values: Values, ranges: Ranges) -> None:
        self.version = 0
        self._rules: tuple[object, ...] = ()
        self._base = np.ones((len(VOICES), SIZES[2]), dtype=np.bool_)
        self._heard: tuple[Tones | None, Tones | None] = (None, None)
        # From the narrowest to the widest; the last is `_base`.
        self._layers: Mask = self._base[None]
        self._held: frozenset[int] | None = None
        self._allowed: Mask = self._base
        self.settle(values, ranges)

    def settle(self, values: Values, ranges: Ranges) -> None:
        """Take these rules. Raises ValueError, and changes nothing, where a voice would have no pitch at all."""
        rules = (
            values.low, values.high, values.scale, values.root, values.chord, values.avoid_doubling,
            *sorted(ranges.items()),
        )  # fmt: skip
        if rules == self._rules:
            return
        base = _ranges(values, ranges)
        scale, root = values.scale, values.root
        if HEARD not in (scale, root) and scale != CHROMATIC:
            wanted = tones(PITCH_CLASSES.index(root), scale)
            in_range, base = base, base & _rows(wanted)
            _check_scale(base, in_range, f"{root} {scale}", wanted)
        self._base, self._rules = base, rules
        self._doubling = values.avoid_doubling
        self._by_chord = values.chord == "on"
        self._by_key = scale != CHROMATIC and HEARD in (scale, root)
        self.version += 1
        self._layer()

    def hear(self, scale: Tones | None, chord: Tones | None) -> None:
        """The tones of the human's key and chord, as far as they are known."""
        if (scale, chord) != self._heard:
            self._heard = (scale, chord)
            if self._by_key or self._by_chord:
                self._layer()

    def allowed(self, held: frozenset[int]) -> Mask:
        """What each voice may play while the human holds these pitches, bool [voices, 128]; not to be written to.

        A row without any pitch is a voice that must rest.
        """
        if self._doubling == "off":
            held = frozenset()
        if held != self._held:
            self._held = held
            self._allowed = self._choose(held)
        return self._allowed

    @property
    def base(self) -> Mask:
        """What is set, without what is heard, bool [voices, 128]: every voice has a pitch."""
        return self._base

    def _layer(self) -> None:
        scale, chord = self._heard
        layers = [self._base]
        if self._by_key and scale is not None:
            layers.append(layers[-1] & _rows(scale))
        if self._by_chord and chord is not None:
            layers.append(layers[-1] & _rows(chord))
        self._layers = np.stack(layers[::-1])
        self._held = None

    def _choose(self, held: frozenset[int]) -> Mask:
        layers = self._layers
        if held:
            free = np.ones(SIZES[2], dtype=np.bool_)
            if self._doubling == "class":
                free = ~np.isin(_CLASS_OF, [pitch % 12 for pitch in held])
            else:
                free[list(held)] = False
            layers = layers & (free | ~_PITCHED[:, None])
        # The narrowest layer that leaves the voice something; the first (all False) where none does.
        chosen = layers.any(axis=2).argmax(axis=0)
        return np.asarray(layers[chosen, np.arange(len(VOICES))])


@cache
def pitches_of(classes: Tones) -> npt.NDArray[np.bool_]:
    """All pitches of these classes, bool [128], not to be written to."""
    return np.isin(_CLASS_OF, list(classes))


def _rows(classes: Tones) -> Mask:
    """These pitch classes for every voice with pitches, anything for the drums, bool [voices, 128]."""
    return np.asarray(pitches_of(classes) | ~_PITCHED[:, None])


def _ranges(values: Values, ranges: Ranges) -> Mask:
    low, high = values.low, values.high
    mask = np.zeros((len(VOICES), SIZES[2]), dtype=np.bool_)
    for index, voice in enumerate(VOICES):
        lowest, highest = ranges.get(voice, WHOLE_RANGE)
        if index != DRUMS:
            lowest, highest = max(lowest, low), min(highest, high)
        if lowest > highest:
            own = ranges.get(voice, WHOLE_RANGE)
            raise ValueError(
                f"voice {voice} would have no pitch: its range {own[0]} to {own[1]} and low {low}, high {high} do not "
                "meet; change one of the two"
            )
        mask[index, lowest : highest + 1] = True
    return mask


def _check_scale(left: Mask, in_range: Mask, name: str, wanted: Iterable[int]) -> None:
    for voice in np.flatnonzero(~left.any(axis=1)):
        pitches = np.flatnonzero(in_range[voice])
        names = " ".join(PITCH_CLASSES[tone] for tone in sorted(wanted))
        raise ValueError(
            f"scale cannot be {name}: voice {VOICES[voice]} plays from {pitches[0]} to {pitches[-1]}, where none of "
            f"{names} lies; widen low and high or the voice's range, or set another scale or root"
        )


class Tuning:
    """The palette, kept up with what the human plays. Notes on `drum_channel` have no pitch and do not count.

    In free time chords are followed from beat to beat of the human's own pulse, as soon as it is heard.
    """

    def __init__(self, values: Values, drum_channel: int) -> None:
        self.harmony = Harmony()
        self.palette = Palette(values, {})
        self.drum_channel = drum_channel
        self._split = 0
        self._human = HumanTempo()
        self._pulse: Pulse | None = None
        self.settle(values, {})

    def settle(self, values: Values, ranges: Ranges) -> None:
        """Go by these rules. Raises ValueError, and changes nothing, where they leave a voice no pitch."""
        self.palette.settle(values, ranges)
        self._split = values.split
        self.harmony.watch(values.scale, values.root)
        self._take_harmony()

    def follow(self, hands: Hands, clock: SessionClock, time: float, struck: HeldNote | None = None) -> None:
        """The human's keys changed at `time`, with `struck` as a new one: see what key and chord that makes."""
        below = self._split or 128
        held = [pitch for pitch in hands.tuned_down(self.drum_channel) if pitch < below]
        counts = struck is not None and struck.pitch < below and struck.channel != self.drum_channel
        if counts:
            self._follow_pulse(clock, time)
        pitch = struck.pitch if struck is not None and counts else None
        self.harmony.hear(clock.beat_at(time), held, pitch, self._bars(clock))
        self._take_harmony()

    def _follow_pulse(self, clock: SessionClock, time: float) -> None:
        """A key went down at `time`, in seconds: where that leaves the human's pulse."""
        human, known = self._human, self._pulse
        self._pulse = None
        if clock.metered:
            human.clear()
            return
        human.hear(time)
        if human.beat is None or human.period is None:
            return
        beat = clock.beat_at(human.beat)
        period = clock.beat_at(human.beat + human.period) - beat
        number = math.ceil(beat) if known is None else known.number + round((beat - known.beat) / known.period)
        self._pulse = Pulse(beat, period, number)

    def _bars(self, clock: SessionClock) -> Bars | Pulse | None:
        """Where this clock's bars are, or in free time the human's beats; None where neither is known."""
        return bars_of(clock) or self._pulse

    def chord_at(self, beat: float, clock: SessionClock) -> ExpectedChord | None:
        """The human's chord now, or the one to expect at a later `beat` of this clock; None: not known."""
        return self.harmony.chord_at(beat, self._bars(clock))

    def in_the_chord(self, beat: float, clock: SessionClock) -> npt.NDArray[np.float64] | None:
        """How likely each pitch class is a tone of the chord at `beat`, float64 [12]; None while nothing was heard."""
        return self.harmony.in_the_chord(beat, self._bars(clock))

    def clear(self) -> None:
        """Forget what was heard."""
        self.harmony.clear()
        self._human.clear()
        self._pulse = None
        self._take_harmony()

    def allowed(self, hands: Hands) -> npt.NDArray[np.bool_]:
        """What each voice may play now, bool [voices, 128], not to be written to; a row without any rests."""
        return self.palette.allowed(frozenset(hands.tuned(self.drum_channel)))

    @property
    def chord_tones(self) -> npt.NDArray[np.bool_] | None:
        """The pitches of the human's chord, bool [128], not to be written to; None while there is none."""
        chord = self.harmony.chord
        return None if chord is None else pitches_of(chord.tones)

    def _take_harmony(self) -> None:
        key, chord = self.harmony.key, self.harmony.chord
        self.palette.hear(None if key is None else key.tones, None if chord is None else chord.tones)


def bars_of(clock: SessionClock) -> Bars | None:
    """Where this clock's bars are; None where none is known."""
    return Bars(clock.song_offset, clock.beats_per_bar) if clock.metered else None
