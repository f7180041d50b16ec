"""Sets of numbers compared."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.evaluation.distributions import compare_sets, distance, overlap


def test_the_same_and_the_disjoint() -> None:
    near, far = [1.0, 2.0, 3.0, 4.0], [11.0, 12.0, 13.0, 14.0]
    assert overlap(near, near) == 1.0 and distance(near, near) == 0.0
    assert overlap(near, far) == 0.0 and distance(near, far) == pytest.approx(10.0)


def test_half_a_histogram_is_shared() -> None:
    assert overlap([0.0, 1.0], [1.0, 2.0], bins=[-0.5, 0.5, 1.5, 2.5]) == 0.5


def test_nothing_is_no_number() -> None:
    assert np.isnan(overlap([], [1.0])) and np.isnan(distance([np.nan], [1.0]))
    assert np.isnan(compare_sets([1.0, 2.0], [1.0, 2.0, 3.0]).overlap)
    assert np.isnan(compare_sets([1.0, 1.0, 1.0], [1.0, 1.0, 1.0]).overlap)


def test_another_draw_of_the_same_is_nearer_than_a_shifted_one() -> None:
    rng = np.random.default_rng(0)
    human, same, shifted = rng.normal(0, 1, 60), rng.normal(0, 1, 60), rng.normal(4, 1, 60)
    alike, apart = compare_sets(human, same), compare_sets(human, shifted)
    assert alike.overlap > 0.9 and alike.divergence < 0.05
    assert apart.overlap < 0.3 and apart.divergence > 0.5
