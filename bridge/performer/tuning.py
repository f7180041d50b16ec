"""What the machine may play as things stand: the rules that are set, and the key and chord of the human's hands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bridge.performer.chords import ExpectedChord
from bridge.performer.held_notes import Hands, HeldNote
from bridge.performer.key_tracker import Harmony
from bridge.performer.pitch_rules import Palette, Ranges, pitches_of
from bridge.performer.progression import Bars
from bridge.timing.clock import SessionClock
from bridge.vocabulary.parameters import Values


class Tuning:
    """The palette, kept up with what the human plays. Notes on `drum_channel` have no pitch and do not count."""

    def __init__(self, values: Values, drum_channel: int) -> None:
        self.harmony = Harmony()
        self.palette = Palette(values, {})
        self.drum_channel = drum_channel
        self._split = 0
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
        beat = clock.beat_at(time)
        self.harmony.hear(beat, held, struck.pitch if struck is not None and counts else None, bars_of(clock))
        self._take_harmony()

    def chord_at(self, beat: float, clock: SessionClock) -> ExpectedChord | None:
        """The human's chord now, or the one to expect at a later `beat` of this clock; None: not known."""
        return self.harmony.chord_at(beat, bars_of(clock))

    def in_the_chord(self, beat: float, clock: SessionClock) -> npt.NDArray[np.float64] | None:
        """How likely each pitch class is a tone of the chord at `beat`, float64 [12]; None while nothing was heard."""
        return self.harmony.in_the_chord(beat, bars_of(clock))

    def clear(self) -> None:
        """Forget what was heard."""
        self.harmony.clear()
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
