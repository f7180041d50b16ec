from __future__ import annotations

import pytest

from bridge.performer.step_times import FEWEST_STEPS, StepTimes
from bridge.vocabulary.events import StepTime


def test_steps_are_told_when_they_changed_and_not_too_often() -> None:
    steps = StepTimes()
    assert steps.news(0.0, closely=False) is None
    steps.add(1.0, 0.002)
    assert steps.news(1.0, closely=False) == StepTime(1.0, 0.002, 0.002)
    steps.add(1.1, 0.010)
    assert steps.news(1.1, closely=False) is None, "a fifth of a second has not passed"
    steps.add(1.3, 0.002)
    told = steps.news(1.3, closely=False)
    assert told is not None and (told.latest, told.p99) == (0.010, pytest.approx(0.00984))
    steps.add(1.6, 0.002)
    assert steps.news(1.6, closely=False) is None, "much the same as before"


def test_watched_closely_every_step_is_told() -> None:
    steps = StepTimes()
    for number in range(3):
        steps.add(1.0 + number / 100, 0.002)
        told = steps.news(1.0 + number / 100, closely=True)
        assert told is not None and told.latest == 0.002
        assert steps.news(1.0 + number / 100, closely=True) is None, "told already"


def test_slow_steps_are_forgotten_after_some_seconds_but_a_few_steps_are_always_kept() -> None:
    steps = StepTimes()
    steps.add(0.0, 0.5)
    for number in range(FEWEST_STEPS - 1):
        steps.add(10.0 + number / 100, 0.002)
    assert steps.quantiles()[1] > 0.1
    steps.add(11.0, 0.002)
    assert steps.quantiles() == (0.002, 0.002)
