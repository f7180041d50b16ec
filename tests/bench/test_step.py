"""What a step is measured with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from measuring import small_model

from bridge.bench.result import Conditions
from bridge.bench.step import move_to, random_music
from bridge.engine.checks import check_events
from bridge.vocabulary.codec import SIZES


def test_random_music_is_of_classes_that_exist() -> None:
    events = random_music(500)
    check_events(events, np.zeros((500, 29), dtype=np.float32))
    assert all(len(np.unique(events[:, field])) > size // 2 for field, size in enumerate(SIZES))
    assert (random_music(500) == events).all() and (random_music(500, seed=1) != events).any()


def test_a_model_is_moved_on_to_a_place_and_not_back(tmp_path: Path) -> None:
    from engine_models import load

    model = load(small_model(tmp_path))
    told: list[float] = []
    move_to(model, 600, Conditions(progress=told.append), (0.2, 0.6))
    assert model.position == 600
    assert told == pytest.approx([0.2 + 0.4 * 256 / 600, 0.2 + 0.4 * 512 / 600, 0.6])
    move_to(model, 100, Conditions(progress=told.append), (0.6, 1.0))
    assert model.position == 600 and len(told) == 3
