"""The key and the chord that the human plays in, followed note by note.

How much of each pitch class was heard is kept twice, as two leaky sums that forget at different paces: one over the
last bars, for the key, one over the last beats, for the chord. Between two changes of the keys held

    dw/dt = held - w ln(2) / half_life        (t in beats)

and a stroke adds `STROKE` beats' worth, so that staccato counts too. The key is the one whose profile correlates best
with the long sum (Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, chapter 4); the profiles are those that
Temperley counted in the Kostka-Payne corpus ("Music and Probability", 2007, chapter 6). The chord is the template
nearest to the short sum by cosine. Both change only where another is better by a margin.

Nothing happens between the human's keys: what was made out is there to be read, and is the same whenever it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.vocabulary.scales import CHROMATIC, HEARD, PITCH_CLASSES, SCALES, Tones, tones

Weights = npt.NDArray[np.float64]

# In beats: how fast the past fades for the key and for the chord, and what a stroke counts for.
KEY_HALF_LIFE: Final = 8.0
CHORD_HALF_LIFE: Final = 1.0
STROKE: Final = 0.25
# A key that is down now speaks for the chord like so many beats: a new hand outweighs the one before it at once.
HELD_NOW: Final = 4.0
# Another key must correlate better by this, another chord be nearer by this.
KEY_MARGIN: Final = 0.05
CHORD_MARGIN: Final = 0.03
# No key is made out of fewer pitch classes; one counts with this part of the strongest's weight.
FEWEST_FOR_A_KEY: Final = 3
WEAKEST: Final = 0.05
# No chord is made out where none is as near as this (cosine). One note alone has 0.58 with a triad, two have 0.82.
NEAREST_ENOUGH: Final = 0.75
# The lowest note is the root, other things being equal.
ROOT_IN_BASS: Final = 0.02
# Of so many beats' worth of notes a key is as sure as its tones make it (1 - 1/e of that, strictly).
KEY_CERTAIN: Final = 2.0
_KEY_RATE: Final = math.log(2.0) / KEY_HALF_LIFE
_CHORD_RATE: Final = math.log(2.0) / CHORD_HALF_LIFE
# Scores are compared to this precision: what is equal stays equal on any machine.
_DECIMALS: Final = 9

_MAJOR: Final = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
_MINOR: Final = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)

CHORDS: Final = (
    ("", (0, 4, 7)),
    ("m", (0, 3, 7)),
    ("7", (0, 4, 7, 10)),
    ("m7", (0, 3, 7, 10)),
    ("maj7", (0, 4, 7, 11)),
    ("dim", (0, 3, 6)),
    ("m7b5", (0, 3, 6, 10)),
    ("dim7", (0, 3, 6, 9)),
    ("aug", (0, 4, 8)),
    ("sus4", (0, 5, 7)),
)


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (0-11, C is 0) and a scale on it."""

    root: int
    scale: str

    @property
    def tones(self) -> Tones:
        """Its pitch classes."""
        return tones(self.root, self.scale)

    def __str__(self) -> str:
        return f"{PITCH_CLASSES[self.root]} {self.scale}"


@dataclass(frozen=True, slots=True)
class Chord:
    """A root (0-11) and a kind of chord on it, as chord symbols write it."""

    root: int
    kind: str
    tones: Tones

    def __str__(self) -> str:
        return f"{PITCH_CLASSES[self.root]}{self.kind}"


@dataclass(frozen=True, slots=True)
class ExpectedChord:
    """The chord at some beat, as far as it is known.

    `bass` is the pitch class under it: its root, or the lowest tone where that is heard to be another (a slash chord).
    `evidence` says how sure it is, 0 to 1. `decided`: nobody played it, the machine settled on it.
    """

    chord: Chord
    bass: int
    evidence: float
    decided: bool


def _profile(scale: str) -> Weights:
    """How often each pitch class is to be expected, float64 [12], the tonic first."""
    if scale in ("major", "minor"):
        return np.array(_MAJOR if scale == "major" else _MINOR)
    # Nobody counted these: the scale's own tones alike, with weight on its tonic and fifth.
    profile = np.zeros(12)
    profile[list(SCALES[scale])] = 1.0
    profile[0] += 1.0
    if 7 in SCALES[scale]:
        profile[7] += 0.5
    return profile


def _unit(rows: Weights) -> Weights:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _key_profiles(keys: tuple[Key, ...]) -> Weights:
    """Their profiles, float64 [keys, 12], mean 0 and length 1 each: times a profile it is a correlation."""
    rows = np.stack([np.roll(_profile(key.scale), key.root) for key in keys])
    return _unit(rows - rows.mean(axis=1, keepdims=True))


def _all_chords() -> tuple[Chord, ...]:
    return tuple(
        Chord(root, kind, frozenset((root + step) % 12 for step in steps))
        for kind, steps in CHORDS
        for root in range(12)
    )


_EVERY_CHORD: Final = _all_chords()
_CHORD_ROWS: Final = _unit(np.array([[float(tone in chord.tones) for tone in range(12)] for chord in _EVERY_CHORD]))
_CHORD_ROOTS: Final = np.array([chord.root for chord in _EVERY_CHORD])


class Harmony:
    """Follows the human's key and chord. `key` is None until enough was heard, `chord` until one is clear."""

    def __init__(self) -> None:
        self.key: Key | None = None
        self.chord: Chord | None = None
        self._long = np.zeros(12)
        self._short = np.zeros(12)
        self._held = np.zeros(12)
        self._beat = 0.0
        self._key_evidence = self._chord_evidence = 0.0
        self._watched: tuple[str, str] = ("", "")
        self._keys: tuple[Key, ...] = ()
        self._profiles = np.zeros((0, 12))
        self.watch(HEARD, HEARD)

    def watch(self, scale: str, root: str) -> None:
        """Among which keys to look: `scale` out of SCALES or HEARD (major or minor), `root` a pitch class or HEARD."""
        scale = HEARD if scale == CHROMATIC else scale
        if (scale, root) == self._watched:
            return
        self._watched = (scale, root)
        scales = ("major", "minor") if scale == HEARD else (scale,)
        roots = range(12) if root == HEARD else (PITCH_CLASSES.index(root),)
        self._keys = tuple(Key(place, name) for name in scales for place in roots)
        self._profiles = _key_profiles(self._keys)
        self.key = None
        self._find_key()

    def hear(self, beat: float, held: Iterable[int], struck: int | None = None) -> None:
        """The keys held are now these pitches, `struck` among them just now. `beat` says when, in beats."""
        passed = max(beat - self._beat, 0.0)
        self._beat = max(beat, self._beat)
        for weights, rate in ((self._long, _KEY_RATE), (self._short, _CHORD_RATE)):
            kept = math.exp(-rate * passed)
            weights *= kept
            weights += self._held * ((1.0 - kept) / rate)
            if struck is not None:
                weights[struck % 12] += STROKE
        lowest: int | None = None
        self._held.fill(0.0)
        for pitch in held:
            self._held[pitch % 12] = 1.0
            lowest = pitch if lowest is None else min(lowest, pitch)
        if struck is not None:
            self._find_key()
            self._find_chord(lowest)

    @property
    def key_evidence(self) -> float:
        """How sure the key is, 0 to 1: 0 while there is none."""
        return self._key_evidence

    def chord_at(self, beat: float) -> ExpectedChord | None:
        """The chord now (a beat that is not after the last key), or to be expected at a later one; None: not known."""
        if self.chord is None:
            return None
        return ExpectedChord(self.chord, self.chord.root, self._chord_evidence, decided=False)

    def clear(self) -> None:
        """Forget what was heard."""
        self._long.fill(0.0)
        self._short.fill(0.0)
        self._held.fill(0.0)
        self.key = self.chord = None
        self._key_evidence = self._chord_evidence = 0.0

    def _find_key(self) -> None:
        heard = self._long
        if np.count_nonzero(heard > WEAKEST * heard.max()) < FEWEST_FOR_A_KEY:
            return
        centred = heard - heard.mean()
        length = math.sqrt(float((centred * centred).sum()))
        if length < 1e-12:  # all alike, or all long faded: no key is better than another
            return
        scores = np.round((self._profiles * centred).sum(axis=1) / length, _DECIMALS)
        best = int(np.argmax(scores))
        if self.key is None or scores[best] > scores[self._keys.index(self.key)] + KEY_MARGIN:
            self.key = self._keys[best]
        much = 1.0 - math.exp(-float(heard.sum()) / KEY_CERTAIN)
        self._key_evidence = much * max(float(scores[self._keys.index(self.key)]), 0.0)

    def _find_chord(self, lowest: int | None) -> None:
        heard = self._short + HELD_NOW * self._held
        length = math.sqrt(float((heard * heard).sum()))
        if length < 1e-12:
            return
        near = (_CHORD_ROWS * heard).sum(axis=1) / length
        if lowest is not None:
            near = near + ROOT_IN_BASS * (_CHORD_ROOTS == lowest % 12)
        near = np.round(near, _DECIMALS)
        best = int(np.argmax(near))
        if near[best] < NEAREST_ENOUGH:
            return
        if self.chord is None or near[best] > near[_EVERY_CHORD.index(self.chord)] + CHORD_MARGIN:
            self.chord = _EVERY_CHORD[best]
        nearness = float(near[_EVERY_CHORD.index(self.chord)])
        self._chord_evidence = min(max((nearness - NEAREST_ENOUGH) / (1.0 - NEAREST_ENOUGH), 0.0), 1.0)
