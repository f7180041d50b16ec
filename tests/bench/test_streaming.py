"""Whether a model is after a rewind where a straight run would leave it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from measuring import measured, small_model

from bridge.bench import streaming
from bridge.bench.registry import MEASUREMENTS
from bridge.bench.result import Conditions
from bridge.bench.step import random_music


def test_it_finds_a_model_that_rewinds_exactly(tmp_path: Path) -> None:
    assert measured("streaming", tmp_path).met is True


def test_it_finds_one_that_forgets_a_rewind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_model(tmp_path)
    from bridge.engine.streaming import StreamingModel

    rewind = StreamingModel.rewind
    monkeypatch.setattr(StreamingModel, "rewind", lambda model, count: rewind(model, count - 1))
    assert MEASUREMENTS["streaming"].run(Conditions(str(folder), quick=True)).met is False


def test_second_thoughts_leave_what_was_not_taken_back(tmp_path: Path) -> None:
    from engine_models import load

    model, random = load(small_model(tmp_path)), np.random.default_rng(3)
    before = random_music(0), np.zeros((0, 29), dtype=np.float32)
    events, contexts = streaming._second_thoughts(model, *before, random)
    assert len(events) == len(contexts) == model.position > 150
    more, _ = streaming._second_thoughts(model, events, contexts, random)
    # At most what can be rewound of the first is gone.
    assert (more[: len(events)] == events).all() and len(more) == model.position
