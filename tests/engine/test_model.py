"""What one draw is asked reaches the model whole."""

from __future__ import annotations

import numpy as np

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.engine.model import DRAW, Draw
from bridge.vocabulary.codec import CONTEXT_SIZE
from bridge.vocabulary.guide import guide_of

UNIFORM = np.full(5, 0.4, dtype=np.float32)


def test_a_draw_says_all_that_a_sample_takes() -> None:
    told: list[tuple[object, ...]] = []

    class Asked(FakeModel):
        def sample(self, *given, **named):  # type: ignore[no-untyped-def]
            assert not named
            told.append(given)
            return super().sample(*given)

    model = Asked()
    model.feed(np.array([[3, 0, 60, 16, 7]]), np.zeros((1, CONTEXT_SIZE), dtype=np.float32))
    constraints, guide, given = Constraints(), guide_of({}), (DRAW, 0, 64, DRAW, DRAW)
    drawn = Draw(constraints, UNIFORM, 0.7, 0.9, guide, given).of(model)
    assert told == [(constraints, UNIFORM, 0.7, 0.9, guide, given)]
    assert drawn.event[1:3] == (0, 64)


def test_a_draw_asked_twice_draws_the_same() -> None:
    model = FakeModel()
    model.feed(np.array([[3, 0, 60, 16, 7]]), np.zeros((1, CONTEXT_SIZE), dtype=np.float32))
    draw = Draw(Constraints(), UNIFORM, 1.0, 1.0)
    assert draw.of(model).event == draw.of(model).event
