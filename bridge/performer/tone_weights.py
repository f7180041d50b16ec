"""How well each pitch class goes with the tune of this moment: how likely it is to be in the chord under it.

The progression that is followed (`bridge.performer.progression`) says so, summed over all the chords that it may be.
Where the human plays chords, the one that is heard counts beside that, as far as it is sure.

Before there is a key, it is guessed from the tones so far, by how often each step of a key stood in the tunes of 295
lead sheets (the public-domain part of OpenEWLD, its training split: 37,000 tones) and how many of them were in major; a
tune is likelier to begin on its tonic than the counts alone say, or on its fifth.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.performer.held_notes import HeldNote
from bridge.performer.keys import Key
from bridge.performer.ledger import AT_ONCE
from bridge.performer.mode_stage import ModeStage
from bridge.performer.pitch_rules import pitches_of
from bridge.vocabulary.codec import DRUMS

Weights = npt.NDArray[np.float64]

# How often the tunes had each tone, by semitones above the tonic, in major and in minor.
_TIMES_MAJOR: Final = (5936, 316, 4682, 406, 6071, 2297, 532, 5926, 458, 4404, 244, 2748)
_TIMES_MINOR: Final = (458, 86, 290, 399, 67, 281, 119, 583, 136, 68, 186, 119)

# The part of all songs that is in minor (of those counted it is less); and how much likelier (as a logarithm) a tune
# begins on a step of the key than it has it anywhere.
_IN_MINOR: Final = 0.2
_FIRST: Final = {0: 1.0, 7: 0.7, 4: 0.0}
_ELSEWHERE: Final = -0.7
# The last tones of a tune, by which its key is guessed.
MOST_TONES: Final = 8
# Under a tune alone chords are guessed: nothing outside the key is (where it is wrong, it hurts), and whatever the
# chord, a tone of the key counts for this part of the likeliest at least.
PASSABLE: Final = 0.2
# A tone that is let go at once counts as the tune's for so many beats.
STACCATO: Final = 0.5


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


class TuneTone(NamedTuple):
    """The tune's note of a moment: its pitch, and for how many beats it has been there."""

    pitch: int
    held: float


class ToneWeights:
    """Hears the tune, note by note, and says what goes with it."""

    def __init__(self, stage: ModeStage) -> None:
        self._stage = stage
        self._tune: deque[tuple[float, int]] = deque(maxlen=MOST_TONES)  # onset in seconds, pitch

    def heard(self, note: HeldNote) -> None:
        """The human pressed a key. The tune is what lies on top; of a chord its highest note."""
        stage = self._stage
        highest = max(stage.hands.tuned_down(stage.human.drum_channel), default=0)
        if stage.human.voice_of(note.channel) == DRUMS or note.pitch < highest:
            return
        if self._tune and note.onset - self._tune[-1][0] <= AT_ONCE:
            onset, before = self._tune.pop()
            self._tune.append((onset, max(before, note.pitch)))
        else:
            self._tune.append((note.onset, note.pitch))

    def clear(self) -> None:
        """Forget the tune."""
        self._tune.clear()

    @property
    def key(self) -> Key | None:
        """The key that is heard, or guessed from the first tones; None before there is any."""
        key = self._stage.tuning.harmony.key
        return key if key is not None else guessed_key([pitch for _, pitch in self._tune])

    def tone_at(self, beat: float) -> TuneTone | None:
        """The tune's note at `beat`, should it go on as it does now; None while it rests."""
        if not self._tune:
            return None
        stage = self._stage
        onset, pitch = self._tune[-1]
        held = max(beat - stage.clock.beat_at(onset), 0.0)
        sounds = held < STACCATO or pitch in stage.hands.tuned(stage.human.drum_channel)
        return TuneTone(pitch, held) if sounds else None

    def at(self, beat: float) -> Weights:
        """How likely each pitch class is to be in the chord at `beat`, as a part of the likeliest, float64 [12]."""
        weights = self._stage.tuning.in_the_chord(beat, self._stage.clock)
        if weights is None:
            return np.full(12, 0.5)
        weights = weights.copy()
        expected = self._stage.chord_at(beat)
        if expected is not None and not expected.decided:
            chord = np.zeros(12)
            chord[list(expected.chord.tones)] = 1.0
            # A chord that was played is believed before it is clear of what sounded before it.
            weights += expected.evidence**0.5 * (chord - weights)
        elif (key := self.key) is not None:
            own = pitches_of(key.melodic_tones)[:12]
            weights = np.where(own, np.maximum(weights / weights[own].max(), PASSABLE), 0.0)
        return np.asarray(weights)
