"""Chords: what they are made of, and how near to what was heard."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.keys import DECIMALS
from bridge.vocabulary.scales import PITCH_CLASSES, Tones

Weights = npt.NDArray[np.float64]

# No chord is made out where none is as near as this (cosine). One note alone has 0.58 with a triad, two have 0.82.
NEAREST_ENOUGH: Final = 0.75
# The lowest note is the root, other things being equal.
ROOT_IN_BASS: Final = 0.02

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


def _unit(rows: Weights) -> Weights:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


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
