"""The pace of an answer: what is asked for, and how far it may stray."""

import math

import pytest

from bridge.pacing import SLACK, Pace


def test_what_is_missing_is_asked_for() -> None:
    pace = Pace(density=4.0, start=10.0, end=20.0)
    assert pace.asked(10.0, notes=0) == pytest.approx(4.0)
    assert pace.asked(15.0, notes=20) == pytest.approx(4.0)
    assert pace.asked(15.0, notes=10) == pytest.approx(6.0)
    assert pace.asked(15.0, notes=30) == pytest.approx(2.0)


def test_nobody_is_asked_to_hurry_or_to_stop() -> None:
    pace = Pace(density=3.0, start=0.0, end=10.0)
    assert pace.asked(9.9, notes=0) == pytest.approx(9.0)
    assert pace.asked(5.0, notes=100) == pytest.approx(1.0)


def test_the_next_note_lies_around_its_place_in_an_even_course() -> None:
    pace = Pace(density=2.0, start=10.0, end=20.0)
    assert pace.bounds(notes=4) == (12.0 - SLACK, 12.0 + SLACK)
    assert pace.bounds(notes=19) == (19.5 - SLACK, math.inf)  # the answer may end before it
