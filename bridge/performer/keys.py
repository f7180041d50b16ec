"""Keys, and which of them notes are in: the one finder that the musician, its measures and the library share.

How often each pitch class was heard, or how long, is correlated with what is usual in each key (Krumhansl and
Schmuckler: Krumhansl, "Cognitive Foundations of Musical Pitch", Oxford 1990, ch. 4), by the profiles of Temperley,
"What's Key for Key?", Music Perception 17(1), 1999. It says the key of notes that are all there: a phrase, a piece, a
fading sum. The key of what is being played, chord by chord, is followed by `bridge.performer.progression`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.vocabulary.scales import PITCH_CLASSES, SCALES, Tones, tones

Weights = npt.NDArray[np.float64]

# Scores are compared to this precision: what is equal stays equal on any machine.
DECIMALS: Final = 9

# What is usual in a key, the tonic first.
_PROFILES: Final = {
    "major": (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
    "minor": (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
}
# Where nobody asked people: the scale's own tones alike, with weight on its tonic and its fifth.
_TONIC, _FIFTH = 1.0, 0.5
_NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (0-11, C is 0) and a scale on it, one of SCALES."""

    root: int
    scale: str

    @property
    def tones(self) -> Tones:
        """Its pitch classes; of minor those of natural minor."""
        return tones(self.root, self.scale)

    @property
    def is_minor(self) -> bool:
        """Whether it is minor."""
        return self.scale == "minor"

    @property
    def melodic_tones(self) -> Tones:
        """What tunes in it use: of minor both its sixths and both its sevenths."""
        return self.tones | tones(self.root, "melodic_minor") if self.is_minor else self.tones

    @property
    def triad(self) -> Tones:
        """The triad on the tonic, of the scale's own tones."""
        own = {(tone - self.root) % 12 for tone in self.tones}
        third = 4 if 4 in own else 3
        fifth = 7 if 7 in own or 6 not in own else 6
        return frozenset((self.root + step) % 12 for step in (0, third, fifth))

    def __str__(self) -> str:
        return f"{PITCH_CLASSES[self.root]} {self.scale}"


# The major and minor keys, C major first, C minor the thirteenth.
MAJOR_AND_MINOR: Final = tuple(Key(root, scale) for scale in ("major", "minor") for root in range(12))


def key_scores(heard: Weights, keys: Sequence[Key] = MAJOR_AND_MINOR) -> Weights:
    """How near each of `keys` is to how much of each pitch class was heard, float64 [..., 12].

    Correlations, float64 [..., keys]; all 0 where all classes were heard alike.
    """
    centred = heard - heard.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > _NOTHING)
    return np.asarray(np.round(unit @ _profiles(tuple(keys)).T, DECIMALS))


def find_key(pitches: npt.ArrayLike, durations: npt.ArrayLike) -> Key:
    """The major or minor key of notes [N] weighted by their durations (any unit). Raises ValueError without notes."""
    notes = np.asarray(pitches, dtype=np.int64)
    if not len(notes):
        raise ValueError("no notes: a key needs at least one")
    heard = np.bincount(notes % 12, weights=np.asarray(durations, dtype=np.float64), minlength=12)
    return MAJOR_AND_MINOR[int(np.argmax(key_scores(heard.astype(np.float64))))]


@lru_cache(maxsize=64)
def _profiles(keys: tuple[Key, ...]) -> Weights:
    """Their profiles, float64 [keys, 12], of mean 0 and length 1 each: times a histogram's the correlation."""
    rows = np.stack([np.roll(_profile(key.scale), key.root) for key in keys])
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _NOTHING)
    rows.setflags(write=False)
    return rows


def _profile(scale: str) -> Weights:
    if scale in _PROFILES:
        return np.array(_PROFILES[scale])
    profile = np.zeros(12)
    profile[list(SCALES[scale])] = 1.0
    profile[0] += _TONIC
    if 7 in SCALES[scale]:
        profile[7] += _FIFTH
    return profile
