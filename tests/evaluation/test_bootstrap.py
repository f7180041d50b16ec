"""Intervals over pieces."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.evaluation.bootstrap import mean, ratio


def test_the_interval_is_that_of_the_normal_approximation_where_there_are_many() -> None:
    values = np.random.default_rng(0).normal(5.0, 2.0, 400)
    found = mean(values)
    half = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.03)
    assert found.high == pytest.approx(values.mean() + half, abs=0.03)


def test_a_ratio_weighs_pieces_by_their_notes() -> None:
    assert ratio(np.array([10.0, 300.0]), np.array([10.0, 100.0])).value == pytest.approx(310 / 110)


def test_notes_of_one_piece_are_not_independent() -> None:
    """The same notes in fewer pieces say less."""
    means = np.random.default_rng(1).normal(8.0, 1.0, 100)
    many, few = ratio(means * 10, np.full(100, 10.0)), ratio(means[:10] * 100, np.full(10, 100.0))
    assert few.high - few.low > 2 * (many.high - many.low)


def test_pieces_that_agree_leave_no_doubt() -> None:
    assert ratio(np.array([20.0, 40.0]), np.array([10.0, 20.0])) == (2.0, 2.0, 2.0)


def test_one_piece_has_no_interval() -> None:
    found = ratio(np.array([30.0, 0.0]), np.array([10.0, 0.0]))
    assert found.value == 3.0 and np.isnan(found.low) and np.isnan(found.high)
    assert found.as_json() == {"value": 3.0, "low": None, "high": None}
    assert np.isnan(mean([np.nan]).value)


def test_bounds_for_people_are_a_dash_where_there_are_none() -> None:
    assert ratio(np.array([3.0]), np.array([2.0])).bounds == "–"
    assert ratio(np.array([3.0, 3.0]), np.array([2.0, 2.0])).bounds == "1.50 to 1.50"
