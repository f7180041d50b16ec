"""Explanations in words."""

from __future__ import annotations

import numpy as np
import pytest
from explained_cases import case

from bridge.explanation.case import Case, Facts
from bridge.explanation.causes import Cause
from bridge.explanation.explain import Explanation, Field, Passage
from bridge.explanation.words import interval, sentences


@pytest.mark.parametrize(
    ("semitones", "said"),
    [
        (0, "on the same pitches"),
        (5, "a fourth up"),
        (-12, "an octave down"),
        (19, "an octave and a fifth up"),
        (-1, "a semitone down"),
        (24, "2 octaves up"),
    ],
)
def test_intervals(semitones: int, said: str) -> None:
    assert interval(semitones) == said


def test_what_is_known_is_said() -> None:
    one = case([60, 62, 64, 65])
    answer = {"candidates": 16, "began_from": "opening moved", "terms": {"key": 1.0, "motif": 0.8, "home": 0.1}}
    told = Case(one.events, one.context, one.event, one.mine, None, Facts("respond", "C major", "F", "keys", answer))
    field = Field("pitch", "F4", 0.25, 2, 128, 0.25, 1.0, (("G4", 0.5), ("F4", 0.25)))
    others = [Field(name, "so", 0.5, 1, 9, 0.5, 1.0, ()) for name in ("dt", "voice", "velocity", "duration")]
    causes = (Cause(2, np.log(3.0)), Cause(1, 0.01))
    said = list(sentences(Explanation(told, (field, *others), causes, Passage(0, 4, 5))))
    assert said[0].endswith("the model did not draw it")
    assert "your notes 1.5 beats before: 4 notes alike, a fourth up" in said[1]
    assert said[2:4] == ["the chord is F: F is its root", "the key is C major"]
    assert "chosen from 16" in said[4] and "against it home 0.10" in said[4]
    assert said[5] == "without your E4 0.5 beats before it would have been 3.0 times less likely"
    assert said[6] == "as a pitch it had 25 %, number 2 of 128; G4 50 %" and len(said) == 7
