"""Scales are what musicians mean by them."""

from __future__ import annotations

import pytest

from bridge.vocabulary.scales import PITCH_CLASSES, SCALES, tones


@pytest.mark.parametrize(
    ("root", "scale", "names"),
    [
        ("C", "major", "C D E F G A B"),
        ("D", "dorian", "C D E F G A B"),
        ("G", "mixolydian", "C D E F G A B"),
        ("A", "minor", "C D E F G A B"),
        ("A", "harmonic_minor", "C D E F Ab A B"),
        ("Eb", "major_pentatonic", "C Eb F G Bb"),
        ("C", "blues", "C Eb F F# G Bb"),
        ("Db", "whole_tone", "Db Eb F G A B"),
    ],
)
def test_tones(root: str, scale: str, names: str) -> None:
    found = tones(PITCH_CLASSES.index(root), scale)
    assert " ".join(PITCH_CLASSES[tone] for tone in sorted(found)) == names


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_has_its_root_and_rises(scale: str) -> None:
    steps = SCALES[scale]
    assert steps[0] == 0 and list(steps) == sorted(set(steps)) and steps[-1] < 12
