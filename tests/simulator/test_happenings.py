"""Waits and chances by the dice."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.simulator.happenings import chance, pause


def test_pauses_are_as_long_on_average_and_no_shorter_than_asked() -> None:
    draw = np.random.default_rng(0)
    times = [pause(draw, 4.0) for _ in range(4000)]
    assert np.mean(times) == pytest.approx(4.0, rel=0.1) and min(times) < 0.05
    assert min(pause(draw, 4.0, 1.0) for _ in range(400)) == 1.0


def test_chances() -> None:
    draw = np.random.default_rng(0)
    assert sum(chance(draw, 0.3) for _ in range(4000)) == pytest.approx(1200, rel=0.1)
    assert not any(chance(draw, 0.0) for _ in range(100)) and all(chance(draw, 1.0) for _ in range(100))
