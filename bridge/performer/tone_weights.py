"""How well each pitch class goes with the tune of this moment: how likely it is to be in the chord under it.

Where the human plays chords, the chord that is heard says it. A tune alone leaves it open; then the lead sheets do.
How often each pitch class lay in the chord under a tone of the tune was counted in 295 of them, by the tune's step
above the tonic, in major and minor keys (the public-domain part of OpenEWLD, its training split: 37,000 tones). The
tones of the last beat speak too, the older the less, as independent witnesses:

    log w(p) = log m(p) + sum_i f_i (log s(p | t_i) - log m(p))

with s the table's row of tune tone t_i, m the mean over all rows, and f_i halved by every beat and cut by
BEFORE_THE_BAR where a bar line lies between. On the validation sheets and a quarter of those that were counted, the two
best pitch classes a third or more away from the tune lie in the sheet's chord 63 % of the time, from the newest tone
alone 61 %.

Before there is a key, it is guessed from the tones so far, by how often each step of a key stood in those tunes and how
many of them were in major; a tune is likelier to begin on its tonic than the counts alone say, or on its fifth. So one
tone alone is a tonic, and what goes with it are thirds and sixths of its key.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.held_notes import HeldNote
from bridge.performer.keys import Key
from bridge.performer.ledger import AT_ONCE
from bridge.performer.mode_stage import ModeStage
from bridge.timing.grid import next_bar
from bridge.vocabulary.codec import DRUMS

Weights = npt.NDArray[np.float64]

# Percent of a tune's tones under which a chord had each pitch class: rows and columns are semitones above the tonic.
_MAJOR: Final = (
    (89, 1, 21, 4, 66, 24, 10, 64, 4, 35, 4, 10),
    (32, 38, 36, 5, 56, 28, 14, 68, 8, 52, 11, 31),
    (48, 1, 69, 1, 27, 54, 13, 62, 7, 34, 4, 44),
    (69, 7, 24, 33, 39, 28, 19, 60, 17, 31, 8, 22),
    (70, 7, 32, 1, 70, 23, 8, 75, 6, 29, 5, 23),
    (50, 7, 55, 1, 25, 71, 1, 54, 8, 45, 5, 31),
    (62, 9, 45, 16, 40, 12, 47, 43, 3, 53, 6, 27),
    (62, 5, 35, 3, 62, 31, 1, 88, 1, 16, 6, 32),
    (53, 8, 39, 17, 44, 38, 17, 35, 46, 23, 7, 36),
    (67, 8, 39, 6, 38, 46, 16, 49, 1, 61, 4, 21),
    (41, 19, 43, 10, 52, 28, 7, 77, 7, 19, 45, 15),
    (38, 3, 55, 7, 38, 42, 12, 70, 7, 25, 1, 62),
)
_MINOR: Final = (
    (79, 3, 21, 57, 13, 23, 6, 69, 19, 12, 20, 7),
    (37, 18, 63, 8, 10, 22, 24, 50, 25, 24, 44, 20),
    (36, 1, 75, 18, 3, 48, 16, 67, 9, 19, 22, 38),
    (75, 2, 19, 58, 16, 20, 6, 77, 10, 13, 10, 15),
    (75, 2, 36, 25, 31, 22, 15, 69, 9, 23, 32, 11),
    (50, 1, 50, 33, 1, 62, 3, 56, 22, 10, 25, 24),
    (50, 1, 56, 40, 1, 40, 14, 79, 9, 12, 12, 37),
    (59, 1, 34, 57, 7, 35, 3, 90, 7, 7, 17, 26),
    (67, 2, 30, 41, 5, 44, 21, 39, 46, 12, 24, 13),
    (64, 6, 40, 37, 12, 28, 16, 60, 9, 28, 25, 14),
    (50, 3, 34, 43, 17, 20, 14, 65, 21, 9, 55, 4),
    (43, 5, 56, 25, 4, 35, 13, 71, 13, 15, 30, 31),
)
# How often each tune tone stood there, by steps of the two scales, for the mean over rows.
_TIMES_MAJOR: Final = (5936, 316, 4682, 406, 6071, 2297, 532, 5926, 458, 4404, 244, 2748)
_TIMES_MINOR: Final = (458, 86, 290, 399, 67, 281, 119, 583, 136, 68, 186, 119)

# The part of all songs that is in minor (of those counted it is less); and how much likelier (as a logarithm) a tune
# begins on a step of the key than it has it anywhere.
_IN_MINOR: Final = 0.2
_FIRST: Final = {0: 1.0, 7: 0.7, 4: 0.0}
_ELSEWHERE: Final = -0.7
# Tune tones that speak, and how fast they fade, in beats.
MOST_TONES: Final = 8
HALF_LIFE: Final = 1.0
BEFORE_THE_BAR: Final = 0.3
# A tone that is not the key's own is that much less likely than the table says: where it is wrong, it hurts.
OUTSIDE: Final = 0.25
# So long, in beats, a tone of the tune says something.
MEMORY: Final = 8.0


def _logs(rows: tuple[tuple[int, ...], ...], times: tuple[int, ...]) -> tuple[Weights, Weights]:
    """The log of the mean row, float64 [12], and how each row differs from it, float64 [12, 12]."""
    table = np.maximum(np.array(rows, dtype=np.float64), 1.0) / 100.0
    mean = np.average(table, axis=0, weights=times)
    return np.log(mean), np.log(table) - np.log(mean)


_TABLES: Final = {"major": _logs(_MAJOR, _TIMES_MAJOR), "minor": _logs(_MINOR, _TIMES_MINOR)}
_MINOR_LIKE: Final = frozenset({"minor", "dorian", "phrygian", "locrian", "harmonic_minor", "melodic_minor"})


def guessed_key(pitches: Sequence[int]) -> Key | None:
    """The key that a tune which begins with these pitches is most likely in; None for no tone at all."""
    return _guessed_key(tuple(pitches)) if pitches else None


@lru_cache(maxsize=64)  # Asked at every draw, of the same tune until the next key is pressed.
def _guessed_key(pitches: tuple[int, ...]) -> Key | None:
    best, found = -math.inf, None
    for scale, times, prior in (("major", _TIMES_MAJOR, 1.0 - _IN_MINOR), ("minor", _TIMES_MINOR, _IN_MINOR)):
        for root in range(12):
            score = math.log(prior) + _FIRST.get((pitches[0] - root) % 12, _ELSEWHERE)
            score += sum(math.log(times[(tone - root) % 12] / sum(times)) for tone in pitches)
            if score > best:
                best, found = score, Key(root, scale)
    return found


class ToneWeights:
    """Hears the tune, note by note, and says what goes with it."""

    def __init__(self, stage: ModeStage) -> None:
        self._stage = stage
        self._tune: deque[tuple[float, int]] = deque(maxlen=MOST_TONES)  # beat, pitch

    def heard(self, note: HeldNote) -> None:
        """The human pressed a key. The tune is what lies on top; of a chord its highest note."""
        stage = self._stage
        highest = max(stage.hands.tuned_down(stage.human.drum_channel), default=0)
        if stage.human.voice_of(note.channel) == DRUMS or note.pitch < highest:
            return
        beat = stage.clock.beat_at(note.onset)
        if self._tune and note.onset - stage.clock.time_at(self._tune[-1][0]) <= AT_ONCE:
            beat, before = self._tune.pop()
            self._tune.append((beat, max(before, note.pitch)))
        else:
            self._tune.append((beat, note.pitch))

    def clear(self) -> None:
        """Forget the tune."""
        self._tune.clear()

    @property
    def key(self) -> Key | None:
        """The key that is heard, or guessed from the first tones; None before there is any."""
        key = self._stage.tuning.harmony.key
        return key if key is not None else guessed_key([pitch for _, pitch in self._tune])

    def at(self, beat: float) -> Weights:
        """For each pitch class how likely it is to be in the chord at `beat`, float64 [12], 0 to 1."""
        key = self.key
        if key is None:
            weights = np.full(12, 0.5)
        else:
            weights = self._by_lead_sheets(key, beat)
            weights[[tone for tone in range(12) if tone not in key.tones]] *= OUTSIDE
        expected = self._stage.chord_at(beat)
        if expected is not None:
            chord = np.zeros(12)
            chord[list(expected.chord.tones)] = 1.0
            # A chord that was played is believed before it is clear of what sounded before it.
            trust = expected.evidence if expected.decided else expected.evidence**0.5
            weights += trust * (chord - weights)
            return np.asarray(weights)
        # No chord is clear. What the progression makes of it is another witness.
        likely = self._stage.tuning.in_the_chord(beat, self._stage.clock)
        return np.asarray(weights if likely is None else np.sqrt(weights * likely))

    def _by_lead_sheets(self, key: Key, beat: float) -> Weights:
        mean, rows = _TABLES["minor" if key.scale in _MINOR_LIKE else "major"]
        clock = self._stage.clock
        bar = -math.inf
        if clock.metered:
            bar = next_bar(clock, beat + 1e-6) - clock.beats_per_bar
        logs = mean
        for onset, pitch in self._tune:
            ago = beat - onset
            if ago <= MEMORY:
                share = 0.5 ** (max(ago, 0.0) / HALF_LIFE) * (1.0 if onset >= bar - 1e-6 else BEFORE_THE_BAR)
                logs = logs + share * rows[(pitch - key.root) % 12]
        return np.roll(np.minimum(np.exp(logs), 1.0), key.root)
