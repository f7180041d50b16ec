"""How long a feed and a draw take."""

from __future__ import annotations

import time

import numpy as np
import pytest

from bridge.engine.fake import FakeModel
from bridge.engine.step_timer import measure_step


def test_each_event_is_fed_and_followed_by_one_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting(FakeModel):
        def __init__(self) -> None:
            super().__init__()
            self.calls: list[str] = []

        def feed(self, events, context):  # type: ignore[no-untyped-def]
            self.calls.append("feed")
            super().feed(events, context)

        def sample(self, *given, **named):  # type: ignore[no-untyped-def]
            self.calls.append("sample")
            return super().sample(*given, **named)

    model = Counting()
    ticks = iter(range(100))
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks) ** 2)
    seconds = measure_step(model, np.array([[3, 0, 60 + i, 16, 7] for i in range(3)]))
    assert model.calls == ["feed", "sample"] * 3 and model.position == 3
    assert seconds.tolist() == [1, 5, 9]  # from the first reading of the clock to the second, each time
