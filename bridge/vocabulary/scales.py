"""Scales as sets of pitch classes, by the names that people at the controls use."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# Pitch classes, 0-11 with C as 0.
Tones = frozenset[int]

PITCH_CLASSES: Final = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# Other spellings of the same.
SPELLINGS: Final = MappingProxyType(
    {"C#": "Db", "D#": "Eb", "E#": "F", "Fb": "E", "Gb": "F#", "G#": "Ab", "A#": "Bb", "B#": "C", "Cb": "B"}
    | {str(number): name for number, name in enumerate(PITCH_CLASSES)}
)
CHROMATIC: Final = "chromatic"
# Instead of a scale or a root: the one that the human plays in.
HEARD: Final = "heard"

# Semitones above the root.
SCALES: Final = MappingProxyType(
    {
        CHROMATIC: tuple(range(12)),
        "major": (0, 2, 4, 5, 7, 9, 11),
        "minor": (0, 2, 3, 5, 7, 8, 10),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "phrygian": (0, 1, 3, 5, 7, 8, 10),
        "lydian": (0, 2, 4, 6, 7, 9, 11),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
        "locrian": (0, 1, 3, 5, 6, 8, 10),
        "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
        "melodic_minor": (0, 2, 3, 5, 7, 9, 11),
        "major_pentatonic": (0, 2, 4, 7, 9),
        "minor_pentatonic": (0, 3, 5, 7, 10),
        "blues": (0, 3, 5, 6, 7, 10),
        "whole_tone": (0, 2, 4, 6, 8, 10),
        "diminished": (0, 2, 3, 5, 6, 8, 9, 11),
    }
)


def tones(root: int, scale: str) -> Tones:
    """The pitch classes of `scale` (a key of SCALES) on pitch class `root`."""
    return frozenset((root + step) % 12 for step in SCALES[scale])


def pitch_name(pitch: int) -> str:
    """A MIDI pitch as musicians write it; 60 is C4."""
    return f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"
