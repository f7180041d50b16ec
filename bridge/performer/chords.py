"""Keys and chords: what they are made of, and how near to what was heard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.vocabulary.scales import PITCH_CLASSES, SCALES, Tones, tones

Weights = npt.NDArray[np.float64]

# No chord is made out where none is as near as this (cosine). One note alone has 0.58 with a triad, two have 0.82.
NEAREST_ENOUGH: Final = 0.75
# The lowest note is the root, other things being equal.
ROOT_IN_BASS: Final = 0.02
# Scores are compared to this precision: what is equal stays equal on any machine.
DECIMALS: Final = 9

# How often each pitch class is met in a key, the tonic first: counted by Temperley in the Kostka-Payne corpus ("Music
# and Probability", 2007, chapter 6).
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
    ("6", (0, 4, 7, 9)),
    ("m6", (0, 3, 7, 9)),
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


def key_profiles(keys: Sequence[Key]) -> Weights:
    """Their profiles, float64 [keys, 12], mean 0 and length 1 each: times a profile it is a correlation."""
    rows = np.stack([np.roll(_profile(key.scale), key.root) for key in keys])
    return _unit(rows - rows.mean(axis=1, keepdims=True))


def key_scores(heard: Weights, keys: Sequence[Key]) -> Weights:
    """How each key's profile correlates with how much of each pitch class was heard, float64 [keys].

    Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, chapter 4. All 0 where all classes were heard alike.
    """
    centred = heard - heard.mean()
    length = float(np.sqrt((centred * centred).sum()))
    if length < 1e-12:
        return np.zeros(len(keys))
    return np.asarray(np.round((key_profiles(keys) * centred).sum(axis=1) / length, DECIMALS))


_STEPS: Final = dict(CHORDS)
EVERY_CHORD: Final = tuple(
    Chord(root, kind, frozenset((root + step) % 12 for step in steps)) for kind, steps in CHORDS for root in range(12)
)
_CHORD_ROWS: Final = _unit(np.array([[float(tone in chord.tones) for tone in range(12)] for chord in EVERY_CHORD]))
_CHORD_ROOTS: Final = np.array([chord.root for chord in EVERY_CHORD])


def chord_on(root: int, kind: str) -> Chord:
    """The chord of this kind, one of CHORDS, on pitch class `root`."""
    return Chord(root, kind, frozenset((root + step) % 12 for step in _STEPS[kind]))


def nearness(heard: Weights, lowest: int | None = None) -> Weights:
    """How near each of EVERY_CHORD is to how much of each pitch class was heard (cosine), `lowest` the lowest pitch."""
    length = float(np.sqrt((heard * heard).sum()))
    if length < 1e-12:
        return np.zeros(len(EVERY_CHORD))
    near = (_CHORD_ROWS * heard).sum(axis=1) / length
    if lowest is not None:
        near = near + ROOT_IN_BASS * (_CHORD_ROOTS == lowest % 12)
    return np.asarray(np.round(near, DECIMALS))


def chord_of(pitches: Collection[int]) -> Chord | None:
    """The chord that these pitches make together; None where they make none."""
    if not pitches:
        return None
    heard = np.zeros(12)
    heard[[pitch % 12 for pitch in pitches]] = 1.0
    near = nearness(heard, min(pitches))
    best = int(np.argmax(near))
    return EVERY_CHORD[best] if near[best] >= NEAREST_ENOUGH else None
