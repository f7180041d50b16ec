"""The model without weights keeps a real memory and obeys constraints."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from bridge.engine import DRAW, Constraints, Model, Sample
from bridge.engine.fake import FakeModel
from bridge.engine.step_timer import measure_step
from bridge.vocabulary.codec import (
    CONTEXT_SIZE,
    DRUMS,
    DT_TICKS,
    DURATION_TICKS,
    SIZES,
    TICKS_PER_BEAT,
    VOICES,
    velocity_of,
)
from bridge.vocabulary.guide import SILENT, free_guide, guide_of

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
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# --- guides and what is given ----------------------------------------------------------------------


def many(guide: np.ndarray | None, count: int = 200) -> np.ndarray:
    """Events drawn with evenly spread numbers, int64 [count, 5]."""
    model = heard([1, 2, 3])
    uniforms = np.random.default_rng(0).random((count, 5), dtype=np.float32)
    return np.array([model.sample(Constraints(), uniform, 1.0, 1.0, guide).event for uniform in uniforms])


def test_a_guide_that_says_nothing_changes_nothing() -> None:
    assert (many(None) == many(free_guide())).all()


@pytest.mark.parametrize("density", [1.0, 4.0, 16.0])
def test_density_is_notes_a_beat(density: float) -> None:
    beats = DT_TICKS[many(guide_of(controls={"density": density}))[:, 0]].sum() / TICKS_PER_BEAT
    assert 200 / beats == pytest.approx(density, rel=0.35)


@pytest.mark.parametrize("energy", [20.0, 64.0, 110.0])
def test_energy_is_the_mean_velocity(energy: float) -> None:
    velocities = [velocity_of(value) for value in many(guide_of(controls={"energy": energy}))[:, 3]]
    assert np.mean(velocities) == pytest.approx(energy, abs=6)


@pytest.mark.parametrize("register", [36.0, 60.0, 96.0])
def test_register_is_the_mean_pitch_of_what_is_no_drum(register: float) -> None:
    drawn = many(guide_of({"drums": SILENT}, {"register": register}))
    assert np.mean(drawn[:, 2]) == pytest.approx(register, abs=4)
    with_drums = many(guide_of(controls={"register": register}))
    assert set(with_drums[with_drums[:, 1] == DRUMS, 2].tolist()) <= set(range(35, 58))


def test_texture_is_notes_that_sound_at_once() -> None:
    for texture in (1.0, 4.0):
        drawn = many(guide_of(controls={"texture": texture, "density": 4.0}))
        sounding = DURATION_TICKS[drawn[:, 4]].mean() / DT_TICKS[drawn[:, 0]].mean()
        assert sounding == pytest.approx(texture, rel=0.3)


def test_a_silent_voice_is_silent_unless_it_is_the_only_one() -> None:
    silent = guide_of(dict.fromkeys(VOICES[1:], SILENT))
    assert set(many(silent)[:, 1].tolist()) == {0}
    constraints = Constraints()
    constraints.only_voices([2])
    drawn = heard([1]).sample(constraints, np.full(5, 0.4, dtype=np.float32), 1.0, 1.0, silent)
    assert drawn.event.voice == 2


def test_what_is_given_is_taken_and_scored() -> None:
    model = heard([1, 2, 3])
    uniform = np.full(5, 0.4, dtype=np.float32)
    constraints = Constraints()
    constraints.only_voices([0])
    drawn = model.sample(constraints, uniform, 1.0, 1.0, given=(DRAW, DRUMS, DRAW, 0, DRAW))
    assert (drawn.event.voice, drawn.event.velocity) == (DRUMS, 0)
    assert 35 <= drawn.event.pitch < 58
    assert drawn.log_prob[1] == drawn.log_prob[3] == -np.inf
    plain = draw(model)
    assert model.score(plain.event) == plain.log_prob
    with pytest.raises(ValueError, match="given pitch is 128"):
        model.score((0, 0, 128, 0, 0))
    with pytest.raises(ValueError, match="guide entry 7 is 17"):
        model.score(plain.event, np.array([0] * 7 + [17, 0, 0, 0, 0]))


def test_scores_of_all_classes_add_up_to_one() -> None:
    model = heard([1, 2, 3])
    event = [4, 2, 60, 15, 20]
    for field, size in enumerate(SIZES):
        scores = [model.score([*event[:field], value, *event[field + 1 :]])[field] for value in range(size)]
        assert np.exp(scores).sum() == pytest.approx(1.0)
