"""Masks of pitches: what is set, what is heard, and what gives way."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.performer.pitch_rules import Palette
from bridge.vocabulary import parameters
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.scales import tones

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")
C_MAJOR, F = tones(0, "major"), frozenset({5, 9, 0})
NONE: frozenset[int] = frozenset()


def palette(ranges: dict[str, tuple[int, int]] | None = None, **values: float | str) -> Palette:
    return Palette(parameters.Values().changed(values), ranges or {})


def pitches(palette: Palette, voice: int = KEYS, held: frozenset[int] = NONE) -> list[int]:
    return np.flatnonzero(palette.allowed(held)[voice]).tolist()


def test_at_first_everything_is_allowed() -> None:
    assert palette().allowed(NONE).all()


def test_a_scale_within_the_ranges() -> None:
    one = palette({"bass": (30, 50)}, low=40, high=64, scale="major", root="D")
    assert pitches(one) == [40, 42, 43, 45, 47, 49, 50, 52, 54, 55, 57, 59, 61, 62, 64]
    assert pitches(one, BASS) == [40, 42, 43, 45, 47, 49, 50]
    assert len(pitches(one, DRUMS)) == 128
    assert pitches(palette({"drums": (36, 38)}, low=60), DRUMS) == [36, 37, 38]


def test_the_heard_chord_gives_way_first_then_the_heard_key() -> None:
    wide = palette(low=60, high=72, scale="heard", chord="on")
    assert len(pitches(wide)) == 13
    wide.hear(C_MAJOR, None)
    assert pitches(wide) == [60, 62, 64, 65, 67, 69, 71, 72]
    wide.hear(C_MAJOR, F)
    assert pitches(wide) == [60, 65, 69, 72]
    no_chord = palette(low=62, high=64, scale="heard", chord="on")
    no_chord.hear(C_MAJOR, F)
    assert pitches(no_chord) == [62, 64]
    no_key = palette(low=61, high=61, scale="heard", chord="on")
    no_key.hear(C_MAJOR, F)
    assert pitches(no_key) == [61]


def test_a_scale_that_is_set_never_gives_way() -> None:
    one = palette(low=60, high=64, scale="major", root="C", chord="on", avoid_doubling="pitch")
    one.hear(C_MAJOR, F)
    assert pitches(one) == [60]
    assert pitches(one, held=frozenset({60})) == [62, 64]
    assert pitches(one, held=frozenset({60, 62, 64})) == []


def test_doubling_by_pitch_and_by_class() -> None:
    held = frozenset({60, 79})
    assert pitches(palette(low=58, high=69, avoid_doubling="off"), held=held) == list(range(58, 70))
    assert pitches(palette(low=58, high=69, avoid_doubling="pitch"), held=held) == [58, 59, *range(61, 70)]
    by_class = palette(low=58, high=69, avoid_doubling="class")
    assert pitches(by_class, held=held) == [58, 59, *range(61, 67), 68, 69]
    assert len(pitches(by_class, DRUMS, held)) == 128


def test_a_mask_is_made_once_for_what_stays_the_same() -> None:
    one = palette(scale="heard", avoid_doubling="pitch")
    one.hear(C_MAJOR, None)
    first = one.allowed(frozenset({60}))
    one.settle(parameters.Values().changed({"scale": "heard", "avoid_doubling": "pitch"}), {})
    one.hear(frozenset(C_MAJOR), None)
    assert one.allowed(frozenset({60})) is first
    assert one.version == 1
    one.hear(F, None)
    assert one.allowed(frozenset({60})) is not first


@pytest.mark.parametrize(
    ("ranges", "values", "message"),
    [
        ({}, {"low": 61, "high": 61, "scale": "major", "root": "C"}, "scale cannot be C major: voice keys"),
        ({"bass": (61, 61)}, {"scale": "major", "root": "C"}, "voice bass plays from 61 to 61"),
        ({"bass": (20, 30)}, {"low": 40}, "its range 20 to 30 and low 40, high 127 do not meet"),
    ],
)
def test_what_leaves_no_pitch_is_refused_and_changes_nothing(
    ranges: dict[str, tuple[int, int]], values: dict[str, float | str], message: str
) -> None:
    one = palette(low=30)
    with pytest.raises(ValueError, match=message):
        one.settle(parameters.Values().changed(values), ranges)
    assert pitches(one) == list(range(30, 128))
    assert one.version == 1
