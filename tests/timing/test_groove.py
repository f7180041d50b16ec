"""Straight beats to the places notes sound at."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.timing.groove import Groove
from bridge.vocabulary.parameters import Values


def groove(**values: float) -> Groove:
    return Groove.of(Values().changed(values))


@pytest.mark.parametrize(
    ("notes", "strength", "beat", "quantized"),
    [
        (0, 1.0, 1.13, 1.13),
        (4, 1.0, 1.4, 1.0),
        (8, 1.0, 1.4, 1.5),
        (16, 1.0, 1.4, 1.5),
        (12, 1.0, 1.4, 4 / 3),
        (4, 0.5, 1.4, 1.2),
        (4, 0.0, 1.4, 1.4),
    ],
)
def test_a_grid_pulls_by_its_strength(notes: float, strength: float, beat: float, quantized: float) -> None:
    assert groove(quantize=notes, strength=strength).quantized(beat, 0.0) == pytest.approx(quantized)


def test_what_would_be_pulled_into_the_past_goes_to_the_next_line() -> None:
    assert groove(quantize=4).quantized(1.4, earliest=1.3) == 2.0
    assert groove(quantize=4, strength=0.5).quantized(1.4, earliest=1.3) == pytest.approx(1.7)
    assert groove(quantize=4).quantized(1.0, earliest=1.0) == 1.0


@pytest.mark.parametrize(
    ("swing", "notes", "beat", "swung"),
    [
        (0.5, 0, 0.5, 0.5),
        (2 / 3, 0, 0.0, 0.0),
        (2 / 3, 0, 0.5, 2 / 3),
        (2 / 3, 8, 3.5, 3 + 2 / 3),
        (2 / 3, 0, 0.75, 5 / 6),
        (0.75, 16, 0.25, 0.375),
        (0.75, 16, 0.5, 0.5),
        (0.75, 12, 0.5, 0.75),
        (0.75, 24, 0.5, 0.75),  # triplets of sixteenths: finer than sixteenths, and no multiple of them
        (0.75, 32, 0.25, 0.375),
        (0.6, 0, 0.25, 0.3),
        (0.6, 0, 0.75, 0.8),
        (0.6, 0, -0.5, -0.4),
    ],
)
def test_swing_stretches_the_first_of_each_pair(swing: float, notes: float, beat: float, swung: float) -> None:
    assert groove(swing=swing, quantize=notes).swung(beat) == pytest.approx(swung)


@given(st.floats(0.5, 0.75), st.lists(st.floats(-8.0, 100.0), min_size=2, max_size=20))
def test_swing_keeps_the_order(swing: float, beats: list[float]) -> None:
    swung = [groove(swing=swing).swung(beat) for beat in sorted(beats)]
    assert all(first <= second + 1e-9 for first, second in itertools.pairwise(swung))


def test_deviations_are_cut_off_and_a_head_start_allows_for_them() -> None:
    uneven = groove(humanize=10.0, offset=-40.0)
    assert uneven.deviation(0.0) == pytest.approx(-0.04)
    assert uneven.deviation(-9.0) == pytest.approx(-0.06) == -uneven.head_start
    assert groove(offset=40.0).head_start == 0.0


@pytest.mark.parametrize(("normal", "seconds"), [(-9.0, -0.02), (-1.0, -0.01), (1.5, 0.015), (9.0, 0.02)])
def test_a_note_is_moved_by_no_more_than_two_deviations_either_way(normal: float, seconds: float) -> None:
    assert groove(humanize=10.0).deviation(normal) == pytest.approx(seconds)
