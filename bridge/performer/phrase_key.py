"""Keys of music by correlating its pitch classes with profiles.

Krumhansl and Schmuckler's algorithm (Krumhansl, "Cognitive Foundations of Musical Pitch", Oxford 1990, ch. 4) with
the profiles of Temperley, "What's Key for Key?", Music Perception 17(1), 1999.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

MAJOR: Final = (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0)
MINOR: Final = (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0)
# Degrees of the major and of the minor scale, in semitones; minor with both its sixths and both its sevenths.
SCALES: Final = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 9, 10, 11))
NAMES: Final = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


class Key(NamedTuple):
    """A tonic, pitch class 0 to 11, and whether the key is minor."""

    tonic: int
    minor: bool

    def __str__(self) -> str:
        return f"{NAMES[self.tonic]} {'minor' if self.minor else 'major'}"

    @property
    def pitch_classes(self) -> frozenset[int]:
        """Pitch classes that belong to the key."""
        return frozenset((self.tonic + degree) % 12 for degree in SCALES[self.minor])


def _standardised_profiles() -> npt.NDArray[np.float64]:
    """[24, 12]: C major to B major, then C minor to B minor, each of mean 0 and length 1."""
    rows = np.array([np.roll(profile, tonic) for profile in (MAJOR, MINOR) for tonic in range(12)])
    rows -= rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


_PROFILES: Final = _standardised_profiles()


def key_numbers(histograms: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The best key of each pitch-class histogram [N, 12]: 0 to 11 major by tonic, 12 to 23 minor."""
    # The histogram's own mean and length are the same for every key and do not change which is best.
    return np.asarray(np.argmax(histograms @ _PROFILES.T, axis=1))


def find_key(pitches: npt.ArrayLike, durations: npt.ArrayLike) -> Key:
    """The key of notes [N] weighted by their durations (any unit). Raises ValueError when there are none."""
    notes = np.asarray(pitches, dtype=np.int64)
    if not len(notes):
        raise ValueError("no notes: a key needs at least one")
    histogram = np.bincount(notes % 12, weights=np.asarray(durations, dtype=np.float64), minlength=12)
    number = int(key_numbers(histogram[None].astype(np.float64))[0])
    return Key(number % 12, number >= 12)
