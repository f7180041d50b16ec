"""The key and the chord that the human plays in, followed note by note.

Both are read from one model of keys and chord progressions (`bridge.performer.progression`), which also says what is to
be expected at the next beats. It knows major and minor keys. Where another scale is asked for, the key is the one whose
profile correlates best with how much of each pitch class was heard (`bridge.performer.keys`): a leaky sum that
follows, between two changes of the keys held,

    dw/dt = held - w ln(2) / half_life        (t in beats)

and to which a stroke adds `STROKE` beats' worth, so that staccato counts too. A second one, which forgets faster, says
which kind of chord it is (major seventh, suspended, ...) on the root that was made out. Both key and chord change only
where another is likelier by a margin.

Where chords, riffs or a bass are played, the chord is heard; where only a tune is, the machine decides on one.
Nothing happens between the human's keys: what was made out is there to be read, and is the same whenever it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.chords import (
    EVERY_CHORD,
    NEAREST_ENOUGH,
    Chord,
    ExpectedChord,
    chord_on,
    nearness,
)
from bridge.performer.keys import DECIMALS, MAJOR_AND_MINOR, Key, key_scores
from bridge.performer.progression import CHORDS, FAMILIES, LOW, Bars, Progression, Pulse, kinds_of
from bridge.vocabulary.scales import CHROMATIC, HEARD, PITCH_CLASSES, tones

Weights = npt.NDArray[np.float64]

# In beats: how fast the past fades for the key and for the chord, and what a stroke counts for.
KEY_HALF_LIFE: Final = 8.0
CHORD_HALF_LIFE: Final = 1.0
STROKE: Final = 0.25
# A key that is down now speaks for the chord like so many beats: a new hand outweighs the one before it at once.
HELD_NOW: Final = 4.0
# Another key must be so many times as likely, or correlate better by this; a chord that is only decided on stays
# between two beats of a bar unless another is so many times as likely.
KEY_RATIO: Final = 2.0
KEY_MARGIN: Final = 0.05
CHORD_RATIO: Final = 2.0
# The first chord that is decided on is as likely as this.
LIKELY: Final = 0.45
# No key is made out of fewer pitch classes; one counts with this part of the strongest's weight.
FEWEST_FOR_A_KEY: Final = 3
WEAKEST: Final = 0.05
# No chord is made out of fewer pitch classes that sound together, or of fewer notes one after the other.
FEWEST_TOGETHER: Final = 2
FEWEST_IN_A_ROW: Final = 4
# Whether a tune alone is heard goes by the strokes of so many beats (half-life): that part of them, or more, had
# company, or lay as low as a bass, where chords are heard.
COMPANY_HALF_LIFE: Final = 4.0
COMPANY: Final = 0.2
# A kind of chord as near as this to what was heard (cosine) needs no comparing with kinds of other families.
CLEAR: Final = 0.95
# Keys down by less than so many beats together are one note after another, played legato.
LEGATO: Final = 0.1
# A tone that makes up this part of what was heard belongs to the music, whatever the key.
BELONGS: Final = 0.1
_KEY_RATE: Final = math.log(2.0) / KEY_HALF_LIFE
_CHORD_RATE: Final = math.log(2.0) / CHORD_HALF_LIFE
_COMPANY_RATE: Final = math.log(2.0) / COMPANY_HALF_LIFE

_MODES: Final = ("major", "minor")
# The keys that the progression knows, as it numbers them, and their tones: of minor the leading tone as well.
_NUMBER: Final = {key: number for number, key in enumerate(MAJOR_AND_MINOR)}
_MEMBERS: Final = np.array(
    [
        [float(tone in tones(key.root, key.scale) or (key.is_minor and tone == (key.root - 1) % 12))
         for tone in range(12)]
        for key in MAJOR_AND_MINOR
    ]
    + [[1.0] * 12]
)  # fmt: skip

# Of each chord that the progression knows its tones, float64 [CHORDS, 12].
_TONES_OF: Final = np.array(
    [
        [float(tone in chord_on(root, kinds_of(family)[0]).tones) for tone in range(12)]
        for family in range(len(FAMILIES))
        for root in range(12)
    ]
)
_NOTHING: Final = 1e-9


class Harmony:
    """Follows the human's key and chord. `key` is None until enough was heard, `chord` until one is clear."""

    def __init__(self) -> None:
        self._progression = Progression()
        self._watched: tuple[str, str] = ("", "")
        self._keys: tuple[Key, ...] = ()
        self._places: list[int] = []
        self.clear()
        self.watch(HEARD, HEARD)

    def clear(self) -> None:
        """Forget what was heard."""
        self.key: Key | None = None
        self.chord: Chord | None = None
        self._progression.clear()
        self._long = np.zeros(12)
        self._short = np.zeros(12)
        self._held = np.zeros(12)
        self._lowest: int | None = None
        self._beat = 0.0
        self._bars: Bars | Pulse | None = None
        self._strokes = 0
        # Strokes of late, and those of them that had company or lay low.
        self._all, self._accompanied = 0.0, 0.0
        self._last_stroke = -math.inf
        # In which beat the chord was made out.
        self._found_in: int | None = None
        self._cached: tuple[object, ...] = ()
        self._ahead = np.zeros(CHORDS)

    def watch(self, scale: str, root: str) -> None:
        """Among which keys to look: `scale` out of SCALES or HEARD (major or minor), `root` a pitch class or HEARD."""
        scale = HEARD if scale == CHROMATIC else scale
        if (scale, root) == self._watched:
            return
        self._watched = (scale, root)
        scales = _MODES if scale == HEARD else (scale,)
        roots = range(12) if root == HEARD else (PITCH_CLASSES.index(root),)
        self._keys = tuple(Key(place, name) for name in scales for place in roots)
        # Where the progression has them; it knows major and minor.
        self._places = [_NUMBER[key] for key in self._keys if key in _NUMBER]
        self.key = None
        self._find_key()

    def hear(
        self, beat: float, held: Iterable[int], struck: int | None = None, bars: Bars | Pulse | None = None
    ) -> None:
        """The keys held are these pitches from `beat` on, `struck` among them just now.

        `bars` says where bars are, or in free time beats.
        """
        beat = max(beat, self._beat)
        self._sum_up(beat - self._beat, struck)
        self._beat, self._bars = beat, bars
        down = sorted(held)
        self._progression.hear(beat, down, struck, bars)
        self._held.fill(0.0)
        self._held[[pitch % 12 for pitch in down]] = 1.0
        self._lowest = down[0] if down else None
        if struck is not None:
            self._strokes += 1
            self._notice_company(beat, down or [struck], struck)
            self._find_key()
            self._find_chord()

    @property
    def key_evidence(self) -> float:
        """How sure the key is, 0 to 1: 0 while there is none."""
        if self.key is None:
            return 0.0
        if self.key in _NUMBER:
            return float(self._key_weights[_NUMBER[self.key]])
        scores = key_scores(self._long, self._keys)
        return max(float(scores[self._keys.index(self.key)]), 0.0)

    @property
    def decides(self) -> bool:
        """Whether only a tune is heard, so that the machine decides on the chords."""
        return self._accompanied < COMPANY * self._all

    @property
    def tone_weights(self) -> Weights:
        """How likely each pitch class belongs to the music, float64 [12], 0 to 1: by the keys it may be in, each as
        sure as it is, by the chord that is heard, and by what was played. All 1 while nothing was heard.
        """
        if not self._strokes:
            return np.ones(12)
        belongs = (self._key_weights[:, None] * _MEMBERS).sum(axis=0)
        if self.chord is not None and not self.decides:
            belongs[list(self.chord.tones)] = 1.0
        total = float(self._long.sum())
        played = self._long / (BELONGS * total) if total > 0 else np.zeros(12)
        return np.asarray(np.round(np.clip(np.maximum(belongs, played), 0.0, 1.0), DECIMALS))

    def chord_at(self, beat: float, bars: Bars | Pulse | None = None) -> ExpectedChord | None:
        """The chord now (a beat that is not after the last key), or to be expected at a later one; None: not known.

        `bars` says where bars are now, where that may have changed since a key was heard.
        """
        if self.chord is None:
            return None
        bars = bars or self._bars
        likely = self._likely(beat, bars)
        stays = self._found_in == self._progression.beat and self._progression.is_now(beat, bars)
        chord = self.chord if stays else self._best(likely, ahead=True)
        evidence = float(likely.reshape(len(FAMILIES), 12)[:, chord.root].sum())
        bass = chord.root
        if not self.decides and self._lowest is not None and self._lowest < LOW and chord == self.chord:
            # Who plays as low as a bass says what it is: an inversion, a slash chord, the root of a riff.
            bass = self._lowest % 12
        return ExpectedChord(chord, bass, round(evidence, DECIMALS), self.decides)

    def in_the_chord(self, beat: float, bars: Bars | Pulse | None = None) -> Weights | None:
        """How likely each pitch class is a tone of the chord at `beat`, float64 [12], over all chords it may be.

        So much is known before one is clear; None while nothing was heard.
        """
        if not self._strokes:
            return None
        likely = self._likely(beat, bars or self._bars)
        return np.asarray((likely[:, None] * _TONES_OF).sum(axis=0) / max(float(likely.sum()), _NOTHING))

    def _sum_up(self, passed: float, struck: int | None) -> None:
        for weights, rate in ((self._long, _KEY_RATE), (self._short, _CHORD_RATE)):
            kept = math.exp(-rate * passed)
            weights *= kept
            weights += self._held * ((1.0 - kept) / rate)
            if struck is not None:
                weights[struck % 12] += STROKE
        kept = math.exp(-_COMPANY_RATE * passed)
        self._all, self._accompanied = self._all * kept, self._accompanied * kept

    def _notice_company(self, beat: float, down: list[int], struck: int) -> None:
        """Whether this stroke is part of more than a tune: low, in a chord, or struck with another."""
        together = beat - self._last_stroke < LEGATO and len(down) > 1
        self._last_stroke = beat
        self._all += 1.0
        self._accompanied += struck < LOW or together or len({pitch % 12 for pitch in down}) > FEWEST_TOGETHER

    @property
    def _key_weights(self) -> Weights:
        """How likely each key is, float64 [MAJOR_AND_MINOR]; the last is none."""
        return np.asarray(np.round(self._progression.weights.sum(axis=1), DECIMALS))

    def _find_key(self) -> None:
        heard = self._long
        if np.count_nonzero(heard > WEAKEST * heard.max()) < FEWEST_FOR_A_KEY:
            return
        if self._places:
            scores = self._key_weights[self._places]
            best = int(np.argmax(scores))
            if self.key is None or scores[best] > KEY_RATIO * scores[self._keys.index(self.key)]:
                self.key = self._keys[best]
            return
        scores = key_scores(heard, self._keys)
        best = int(np.argmax(scores))
        if self.key is None or scores[best] > scores[self._keys.index(self.key)] + KEY_MARGIN:
            self.key = self._keys[best]

    def _find_chord(self) -> None:
        if self.chord is None:
            heard = self._short + HELD_NOW * self._held
            sounding = np.count_nonzero(self._held) >= FEWEST_TOGETHER and nearness(heard).max() >= NEAREST_ENOUGH
            if not sounding and self._strokes < FEWEST_IN_A_ROW:
                return
        likely = self._likely(self._beat, self._bars)
        chord = self._best(likely)
        roots = likely.reshape(len(FAMILIES), 12).sum(axis=0)
        if self.chord is None and self.decides and roots[chord.root] < LIKELY:
            return
        in_beat = self._bars is not None and self._found_in == self._progression.beat
        if self.chord is not None and in_beat and self.decides:
            if roots[chord.root] < CHORD_RATIO * roots[self.chord.root]:
                return
        self.chord, self._found_in = chord, self._progression.beat

    def _likely(self, beat: float, bars: Bars | Pulse | None) -> Weights:
        """How likely each chord is at `beat`, float64 [CHORDS]."""
        asked = (self._progression.version, beat, bars)
        if asked != self._cached:
            self._ahead = np.round(self._progression.ahead(beat, bars).sum(axis=0), DECIMALS)
            self._cached = asked
        return self._ahead

    def _best(self, likely: Weights, *, ahead: bool = False) -> Chord:
        """The likeliest root, of the family that is likeliest on it; of the kind heard, where it is not ahead."""
        families = likely.reshape(len(FAMILIES), 12)
        root = int(np.argmax(families.sum(axis=0)))
        family = int(np.argmax(families[:, root]))
        if not ahead:
            return chord_on(root, kinds_of(family)[0] if self.decides else self._kind(root, family))
        if self.chord is not None and self.chord.root == root:
            return self.chord
        return chord_on(root, kinds_of(family)[0])

    def _kind(self, root: int, family: int) -> str:
        """Which chord on `root` it is by what was heard lately; where that makes none, the plain one of its family."""
        near = nearness(self._short + HELD_NOW * self._held, self._lowest)[root::12].tolist()
        kinds = [(score, chord.kind) for score, chord in zip(near, EVERY_CHORD[root::12], strict=True)]
        of_family = [one for one in kinds if one[1] in kinds_of(family)]
        for choice in (of_family, kinds):
            score, kind = max(choice, key=lambda one: one[0])
            if score >= (CLEAR if choice is of_family else NEAREST_ENOUGH):
                return kind
        return kinds_of(family)[0]
