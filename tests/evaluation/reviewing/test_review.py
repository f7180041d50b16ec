"""A review of a file and of a session, by a stand-in that counts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from evaluation_music import line, stretch
from reader_of_steps import Steps

from bridge.evaluation.reviewing.music import Music
from bridge.evaluation.reviewing.pages import as_html, as_json
from bridge.evaluation.reviewing.review import area, review
from bridge.evaluation.reviewing.scale import Scale


def music_of(pitches: list[int]) -> Music:
    notes = stretch(line(pitches))
    return Music("test", notes, notes.onset / 96, np.zeros(len(pitches), bool), True)


def test_a_review_of_a_line() -> None:
    scale = Scale(1, {"steps": {f"order of {way}": [1.0] * 21 for way in ("notes", "pitches", "times", "bars")}})
    found = review(music_of(list(range(40, 80))), Steps(), "steps", scale)
    assert found.measures["order of pitches"].value > 2
    assert found.measures["range"].value == pytest.approx(35.1)
    assert found.measures["density"].value == pytest.approx(2.0)
    assert found.fit == {} and found.manner is None
    assert json.loads(json.dumps(as_json(found)))["notes"] == 40
    assert "The machine" not in as_html(found) and "Surprise over time" in as_html(found)
    with pytest.raises(ValueError, match="3 notes are too few"):
        review(music_of([60, 61, 62]), Steps(), "steps", scale)


def test_the_area_counts_ties_half() -> None:
    assert area([1.0, 2.0], [0.0, 1.0]) == pytest.approx(7 / 8)
