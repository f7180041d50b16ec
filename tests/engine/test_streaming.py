"""For each family, streaming equals the full pass: past the window, in chunks, after any rewind, at any position."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("onnx")

import engine_graphs
from engine_graphs import LAYERS
from engine_models import FAMILIES, REWIND, WINDOW, change_manifest, full_pass, load, music, write_model

from bridge.engine import Constraints, Model
from bridge.engine.manifest import vocabulary
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary.codec import SIZES
from bridge.vocabulary.guide import ENDING_ENTRY, GUIDE_SIZES, MACHINE, guide_of

TOLERANCE = 1e-4
UNIFORM = np.full(5, 0.4, dtype=np.float32)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StreamingModel]:
    folder = tmp_path_factory.mktemp("models")
    return {family: load(write_model(folder / family, family)) for family in FAMILIES}


@pytest.fixture
def small(models: dict[str, StreamingModel]) -> StreamingModel:
    models["transformer"].reset()
    return models["transformer"]


@pytest.fixture(params=list(FAMILIES))
def any_model(request: pytest.FixtureRequest, models: dict[str, StreamingModel]) -> StreamingModel:
    """Each family through the one engine, with nothing heard."""
    models[request.param].reset()
    return models[request.param]


def hear_singly(model: StreamingModel, events: np.ndarray, context: np.ndarray) -> np.ndarray:
    """Feed one event at a time; the hidden state after each, [T, H]."""
    out = []
    for i in range(len(events)):
        model.feed(events[i : i + 1], context[i : i + 1])
        out.append(model.hidden)
    return np.stack(out)


def draw(model: Model) -> tuple[int, ...]:
    return model.sample(Constraints(), UNIFORM, 1.0, 1.0).event


def test_every_prefix_equals_the_full_pass_1000_events_past_the_window(any_model: StreamingModel) -> None:
    events, context = music(WINDOW + 1000)
    streamed = hear_singly(any_model, events, context)
    assert np.abs(streamed - full_pass(any_model.manifest.family, events, context)).max() < TOLERANCE


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, REWIND)), min_size=1, max_size=12), st.integers(0, 99))
def test_after_any_rewinds_it_equals_the_full_pass_of_what_is_left(
    any_model: StreamingModel, plan: list[tuple[int, int]], seed: int
) -> None:
    events, context = music(600, seed)
    any_model.reset()
    heard: list[int] = []
    place = 0
    for count, back in plan:
        any_model.feed(events[place : place + count], context[place : place + count])
        heard += range(place, place + count)
        place += count
        back = min(back, any_model.rewindable)
        any_model.rewind(back)
        heard = heard[: len(heard) - back]
        assert any_model.position == len(heard)
        if heard:
            straight = full_pass(any_model.manifest.family, events[heard], context[heard])
            assert np.abs(any_model.hidden - straight[-1]).max() < TOLERANCE


@pytest.mark.parametrize("family", FAMILIES)
def test_state_in_half_precision_streams_as_the_full_pass_with_that_rounding(tmp_path: Path, family: str) -> None:
    model = load(write_model(tmp_path / family, family, dtype="float16"))
    events, context = music(150)
    model.feed(events[:90], context[:90])
    model.rewind(REWIND)
    heard = [*range(90 - REWIND), *range(90, 149)]
    model.feed(events[90:149], context[90:149])
    full = full_pass(family, events[heard], context[heard], "float16")
    # Rounding to half precision is a step: a last bit of float32 can carry a number over one.
    assert np.abs(model.hidden - full[-1]).max() < 2e-3
    snapshot = model.snapshot()
    assert {array.dtype for name, array in snapshot.arrays.items() if name != "hidden"} == {np.dtype(np.float16)}
    model.feed(events[149:], context[149:])
    expected, drawn = model.hidden, draw(model)
    model.reset()
    model.restore(snapshot)
    model.feed(events[149:], context[149:])
    assert (model.hidden == expected).all() and draw(model) == drawn
    with pytest.raises(ValueError, match=r"is float32\["):
        arrays = {name: array.astype(np.float32) for name, array in snapshot.arrays.items()}
        model.restore(snapshot._replace(arrays=arrays))


# --- scoring and guides --------------------------------------------------------------------------


def test_the_probabilities_of_all_classes_of_a_field_add_up_to_one(any_model: StreamingModel) -> None:
    any_model.feed(*music(30))
    guide = guide_of({"keys": 3}, {"density": 2.0})
    event = [4, 2, 40, 10, 20]
    for field, size in enumerate(SIZES):
        scores = [any_model.score([*event[:field], value, *event[field + 1 :]], guide)[field] for value in range(size)]
        assert np.exp(scores).sum() == pytest.approx(1.0, abs=1e-4)


def test_a_drawn_event_scores_as_it_was_drawn(any_model: StreamingModel) -> None:
    any_model.feed(*music(30))
    guide = guide_of({"bass": 2, "keys": 3}, {"register": 40.0})
    drawn = any_model.sample(Constraints(), UNIFORM, 0.7, 0.9, guide)
    assert any_model.score(drawn.event, guide) == drawn.log_prob
    assert any_model.score(drawn.event) != drawn.log_prob
    assert any_model.position == 30


def test_only_a_whole_event_can_be_scored(any_model: StreamingModel) -> None:
    with pytest.raises(RuntimeError, match="has heard nothing"):
        any_model.score((0, 0, 60, 20, 20))
    any_model.feed(*music(3))
    with pytest.raises(ValueError, match=r"event \(0, 0, -1, 20, 20\) is not whole"):
        any_model.score((0, 0, -1, 20, 20))
    with pytest.raises(ValueError, match="given velocity is 33"):
        any_model.score((0, 0, 60, 33, 20))


def test_a_velocity_nobody_knows_can_be_given_and_what_follows_it_scored(any_model: StreamingModel) -> None:
    any_model.feed(*music(3))
    durations = [any_model.score((0, 0, 60, 32, duration))[-1] for duration in range(SIZES[4])]
    assert np.exp(durations).sum() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("count", [2, 7, 8, 9, 100])
def test_chunks_equal_single_events(any_model: StreamingModel, count: int) -> None:
    events, context = music(count)
    singly = hear_singly(any_model, events, context)[-1]
    any_model.reset()
    any_model.feed(events, context)
    assert np.abs(any_model.hidden - singly).max() < TOLERANCE


def test_a_rewound_model_cannot_go_back_to_what_was_overwritten(any_model: StreamingModel) -> None:
    events, context = music(40)
    any_model.feed(events, context)
    assert any_model.rewindable == REWIND
    any_model.rewind(5)
    assert any_model.rewindable == REWIND - 5
    any_model.feed(events[:2], context[:2])
    assert any_model.rewindable == REWIND - 3
    with pytest.raises(ValueError, match=f"cannot take back 6 events: {REWIND - 3} can be"):
        any_model.rewind(6)
    assert any_model.position == 37


def test_a_restored_model_continues_exactly(any_model: StreamingModel) -> None:
    events, context = music(90)
    any_model.feed(events[:50], context[:50])
    any_model.rewind(3)
    snapshot = any_model.snapshot()
    first = hear_singly(any_model, events[50:], context[50:])
    any_model.reset()
    any_model.feed(events[:9], context[:9])
    any_model.restore(snapshot)
    assert (any_model.position, any_model.rewindable) == (47, REWIND - 3)
    assert (hear_singly(any_model, events[50:], context[50:]) == first).all()


def test_a_foreign_snapshot_is_refused(small: StreamingModel, models: dict[str, StreamingModel]) -> None:
    events, context = music(20)
    gru = models["gru"]
    for model in (small, gru):
        model.reset()
        model.feed(events, context)
    expected = draw(small)
    snapshot = small.snapshot()
    with pytest.raises(ValueError, match="this snapshot is of model gru"):
        small.restore(gru.snapshot())
    with pytest.raises(ValueError, match="k0"):
        small.restore(snapshot._replace(arrays={**snapshot.arrays, "k0": np.zeros(3, dtype=np.float32)}))
    with pytest.raises(ValueError, match="does not fit a state"):
        small.restore(snapshot._replace(arrays={"hidden": snapshot.arrays["hidden"]}))
    with pytest.raises(ValueError, match="no run of this model is at position 3"):
        small.restore(snapshot._replace(position=3))
    assert draw(small) == expected


def test_ten_million_events_later_it_still_plays_the_same(small: StreamingModel) -> None:
    """Attention is relative, so only rounding could tell the positions apart: angles in float32 would."""
    events, context = music(4 * WINDOW)
    early = hear_singly(small, events, context)
    small.reset()
    small.restore(small.snapshot()._replace(position=10_000_019, high_water=10_000_019))
    late = hear_singly(small, events, context)
    reach = LAYERS * WINDOW
    assert np.abs(early[reach:] - late[reach:]).max() < TOLERANCE


def test_memory_does_not_grow(any_model: StreamingModel) -> None:
    """What Python and NumPy hold (`antiphon bench memory` looks at the whole process, runtime and all)."""
    events, context = music(200)

    def play() -> int:
        for i in range(len(events)):
            any_model.feed(events[i : i + 1], context[i : i + 1])
            any_model.sample(Constraints(), UNIFORM, 1.0, 0.9)
            if i % 5 == 0:
                any_model.rewind(2 if i else 0)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    play()  # the window is full
    tracemalloc.start()
    try:
        held = [play() for _ in range(4)]
    finally:
        tracemalloc.stop()
    # One event kept for good, of the 160 that each round adds, would be more.
    assert held[3] - held[1] < 2 * 160 * 40


def test_nothing_heard_means_nothing_to_draw(any_model: StreamingModel) -> None:
    with pytest.raises(RuntimeError, match="has heard nothing"):
        draw(any_model)
    any_model.feed(*music(3))
    any_model.rewind(3)
    with pytest.raises(RuntimeError, match="has heard nothing"):
        draw(any_model)


def test_bad_events_are_refused_and_not_heard(any_model: StreamingModel) -> None:
    events, context = music(3)
    any_model.feed(events, context)
    wrong = events.copy()
    wrong[2, 2] = 128
    with pytest.raises(ValueError, match="event 2: pitch class 128 does not exist"):
        any_model.feed(wrong, context)
    with pytest.raises(ValueError, match="context is float32"):
        any_model.feed(events, context[:2])
    with pytest.raises(ValueError, match="NaN"):
        any_model.feed(events, np.full_like(context, np.nan))
    with pytest.raises(ValueError, match="int64"):
        any_model.feed(events.astype(np.int32), context)  # type: ignore[arg-type]
    assert any_model.position == 3


def test_warming_up_leaves_the_state_alone(any_model: StreamingModel) -> None:
    any_model.feed(*music(30))
    expected = any_model.hidden
    any_model.warm_up()
    assert any_model.position == 30
    assert (any_model.hidden == expected).all()
    any_model.rewind(4)
    any_model.reset()
    any_model.warm_up()
    assert any_model.position == 0


def test_equal_seeds_draw_equal_events(any_model: StreamingModel) -> None:
    any_model.feed(*music(30))
    assert draw(any_model) == draw(any_model)
    assert all(0 <= value < size for value, size in zip(draw(any_model), SIZES, strict=True))


def test_a_model_that_is_not_told_the_end_of_a_phrase_plays_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_graphs, "GUIDE_SIZES", GUIDE_SIZES[:ENDING_ENTRY])
    folder = write_model(tmp_path / "before")
    told = {key: value for key, value in vocabulary().items() if key != "ending"}
    change_manifest(folder, vocabulary=told)
    model = load(folder)
    model.feed(*music(5))
    open_end, soon = guide_of({"keys": MACHINE}), guide_of({"keys": MACHINE}, ending=1.0)
    assert model.sample(Constraints(), UNIFORM, 1.0, 1.0, soon) == model.sample(
        Constraints(), UNIFORM, 1.0, 1.0, open_end
    )
    with pytest.raises(ValueError, match="guide entry 11 is 17"):
        model.sample(Constraints(), UNIFORM, 1.0, 1.0, np.array([0] * 11 + [17]))


def test_a_model_that_is_kept_near_is_as_it_was(any_model: StreamingModel) -> None:
    events, context = music(60)
    any_model.keep_near()
    any_model.feed(events[:40], context[:40])
    any_model.rewind(2)
    for back in (0, REWIND - 2):
        any_model.rewind(back)
        before = any_model.hidden, draw(any_model), any_model.rewindable
        any_model.keep_near()
        assert (any_model.hidden == before[0]).all() and draw(any_model) == before[1]
        assert any_model.rewindable == before[2]
    heard = [*range(40 - REWIND), *range(40, 60)]
    for place in heard[-20:]:
        any_model.feed(events[place : place + 1], context[place : place + 1])
        any_model.keep_near()
    straight = full_pass(any_model.manifest.family, events[heard], context[heard])
    assert np.abs(any_model.hidden - straight[-1]).max() < TOLERANCE


def test_a_whole_piece_is_read_as_it_is_streamed(any_model: StreamingModel) -> None:
    events, context = music(300)
    any_model.reset()
    streamed = any_model.read(events, context)
    whole = any_model.read_whole(events, context)
    np.testing.assert_allclose(whole, streamed, atol=1e-4)
    assert any_model.position == 0
    any_model.feed(events[:8], context[:8])
    assert any_model.recent(4).shape == (4, whole.shape[1])
    np.testing.assert_array_equal(any_model.recent(1)[0], any_model.hidden)
