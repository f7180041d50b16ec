"""What stands between a model and its player hands on what it does not change."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.engine.fake import FakeModel
from bridge.engine.model_around import BatchAround, ModelAround
from bridge.vocabulary.codec import CONTEXT_SIZE


def heard() -> FakeModel:
    model = FakeModel()
    model.feed(np.array([[12, 0, 60, 20, 10]]), np.zeros((1, CONTEXT_SIZE), np.float32))
    return model


def test_it_is_the_model_to_whoever_asks() -> None:
    model = heard()
    around = ModelAround(model)
    for name in ("name", "provider", "position", "rewindable", "critic", "most_candidates"):
        assert getattr(around, name) == getattr(model, name)
    event = (12, 0, 62, 20, 10)
    assert around.score(event) == model.score(event)
    assert around.snapshot().position == model.snapshot().position == 1


def test_it_restores_no_snapshot_for_nobody_could_follow() -> None:
    around = ModelAround(heard())
    with pytest.raises(NotImplementedError, match="restores no snapshot"):
        around.restore(around.snapshot())


def test_a_batch_is_dropped_and_counted_as_its_own() -> None:
    model = heard()
    batch = model.fork(1)
    around = BatchAround(batch)
    assert (around.count, around.room) == (batch.count, batch.room)
    around.drop()
    assert model.position == 1
