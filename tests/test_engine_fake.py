"""The model without weights keeps a real memory and obeys constraints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.codec import CONTEXT_SIZE, SIZES
from bridge.engine import Constraints, Model, Sample
from bridge.engine.fake import FakeModel
from bridge.engine.timing import measure_step

WINDOW, REWIND = 8, 4
RANDOM = np.random.default_rng(0)
EVENTS = np.stack([RANDOM.integers(0, size, 300) for size in SIZES], axis=1)
CONTEXT = RANDOM.random((300, CONTEXT_SIZE), dtype=np.float32)


def draw(model: Model, uniform: float = 0.4) -> Sample:
    return model.sample(Constraints(), np.full(5, uniform, dtype=np.float32), 1.0, 1.0)


def heard(places: list[int]) -> FakeModel:
    model = FakeModel(window=WINDOW, rewind=REWIND)
    model.feed(EVENTS[places], CONTEXT[places])
    return model


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, REWIND)), min_size=1, max_size=12))
def test_it_remembers_exactly_the_window(plan: list[tuple[int, int]]) -> None:
    model = FakeModel(window=WINDOW, rewind=REWIND)
    history: list[int] = []
    place = 0
    for count, back in plan:
        model.feed(EVENTS[place : place + count], CONTEXT[place : place + count])
        history += range(place, place + count)
        place += count
        back = min(back, model.rewindable)
        model.rewind(back)
        del history[len(history) - back :]
        if history:
            assert draw(model) == draw(heard(history)) == draw(heard(history[-WINDOW:]))


def test_any_change_within_the_window_shows() -> None:
    base = list(range(20))
    assert draw(heard(base)) == draw(heard([19 + 40, *base[1:]]))
    for place in range(20 - WINDOW, 20):
        changed = base.copy()
        changed[place] += 100
        assert draw(heard(changed)) != draw(heard(base))
    assert draw(heard(base[:-1])) != draw(heard(base))
    assert draw(heard([*base, 19])) != draw(heard(base))


@given(st.floats(0, 1, width=32), st.integers(0, 127), st.integers(0, 6), st.floats(0.01, 1))
def test_it_obeys(uniform: float, pitch: int, voice: int, top_p: float) -> None:
    constraints = Constraints()
    constraints.only_voices([voice])
    constraints.allow_pitches([pitch], voices=[voice])
    constraints.dt_between(100, 200)
    constraints.velocity_between(1, 3)
    constraints.duration_between(432)
    drawn = heard([1, 2, 3]).sample(constraints, np.full(5, uniform, dtype=np.float32), 1.0, top_p)
    assert (drawn.event.voice, drawn.event.pitch, drawn.event.velocity) == (voice, pitch, 0)
    assert constraints.dt[drawn.event.dt]
    assert constraints.duration[drawn.event.duration]


def test_snapshots() -> None:
    model = heard(list(range(30)))
    snapshot = model.snapshot()
    expected = draw(model)
    model.feed(EVENTS[:5], CONTEXT[:5])
    assert draw(model) != expected
    model.restore(snapshot)
    assert draw(model) == expected
    with pytest.raises(ValueError, match="cannot take a snapshot of"):
        FakeModel("other", WINDOW, REWIND).restore(snapshot)


def test_it_refuses_as_a_real_one() -> None:
    model = FakeModel()
    with pytest.raises(RuntimeError, match="has heard nothing"):
        draw(model)
    model.feed(EVENTS[:2], CONTEXT[:2])
    with pytest.raises(ValueError, match="cannot take back 3 events: 2 can be"):
        model.rewind(3)
    with pytest.raises(ValueError, match="int64"):
        model.feed(EVENTS[:1].astype(np.int32), CONTEXT[:1])  # type: ignore[arg-type]


def test_measuring_feeds_and_draws_once_for_each_event() -> None:
    model = FakeModel()
    seconds = measure_step(model, EVENTS[:20])
    assert seconds.shape == (20,)
    assert (seconds > 0).all()
    assert model.position == 20


def test_saying_what_a_model_is_needs_no_runtime() -> None:
    code = "import sys, bridge.engine.fake\nassert 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
