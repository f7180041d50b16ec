"""Candidates side by side are what each would be alone, for every family and for the fake; and the model goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from engine_models import load as load_folder
from engine_models import write_model
from small_networks import REWIND, SMALL, export_small, load, music

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.engine.model import MOST_CANDIDATES, Draw, Model
from bridge.vocabulary.guide import guide_of

TOLERANCE = 1e-4
COUNT = 4


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("models")
    return {family: export_small(place / family, family) for family in SMALL}


KINDS = (*SMALL, "fake")


@pytest.fixture
def make(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Callable[[], Model]:
    kind: str = request.param
    return (lambda: FakeModel(rewind=REWIND)) if kind == "fake" else (lambda: load(folders[kind]))


every_kind = pytest.mark.parametrize("make", KINDS, indirect=True)


def draw(seed: int = 0, guided: bool = False) -> Draw:
    random = np.random.default_rng(seed)
    constraints = Constraints()
    constraints.pitch_range(40, 80)
    guide = guide_of({"bass": 3}, {"density": 2.0}) if guided else None
    return Draw(constraints, random.random(5, dtype=np.float32), 0.9, 0.95, guide)


def run(model: Model, lengths: list[int], seed: int, before: int) -> tuple[list[list[tuple[int, ...]]], np.ndarray]:
    """What candidates of these lengths draw after `before` events, and the log-probabilities."""
    events, contexts = music(before, seed)
    model.feed(events, contexts)
    batch = model.fork(len(lengths))
    drawn: list[list[tuple[int, ...]]] = [[] for _ in lengths]
    odds = np.zeros((len(lengths), max(lengths), 5))
    around = np.random.default_rng(seed).random((max(lengths), 29), dtype=np.float32)
    for place in range(max(lengths)):
        rows = [row for row, length in enumerate(lengths) if place < length]
        samples = batch.sample(rows, [draw(seed + 100 * row + place, guided=row % 2 == 0) for row in rows])
        for row, sample in zip(rows, samples, strict=True):
            drawn[row].append(tuple(sample.event))
            odds[row, place] = sample.log_prob
        batch.feed(rows, np.array([drawn[row][-1] for row in rows]), np.tile(around[place], (len(rows), 1)))
    batch.drop()
    return drawn, odds


@every_kind
@pytest.mark.parametrize("before", [1, 5, 200])
def test_side_by_side_is_as_each_alone(make: Callable[[], Model], before: int) -> None:
    lengths = [REWIND, REWIND - 1, 3, 5]
    drawn, odds = run(make(), lengths, 3, before)
    around = np.random.default_rng(3).random((max(lengths), 29), dtype=np.float32)
    for row, length in enumerate(lengths):
        alone = make()
        alone.feed(*music(before, 3))
        for place in range(length):
            sample = draw(3 + 100 * row + place, guided=row % 2 == 0).of(alone)
            assert tuple(sample.event) == drawn[row][place]
            np.testing.assert_allclose(sample.log_prob, odds[row, place], atol=TOLERANCE)
            alone.feed(np.array([sample.event]), around[place : place + 1])


@every_kind
@pytest.mark.parametrize("before", [2, 60])
def test_the_model_goes_on_from_the_one_that_is_kept(make: Callable[[], Model], before: int) -> None:
    kept, straight = make(), make()
    past, own, later = music(before, 1), music(3 * REWIND, 2), music(REWIND, 4)
    kept.feed(*past)
    straight.feed(*past)
    batch = kept.fork(3)
    for place in range(REWIND):
        rows = [place + REWIND * row for row in range(3)]
        batch.feed([0, 1, 2], own[0][rows], own[1][rows])
    assert batch.room == 0
    batch.commit(1)
    straight.feed(own[0][REWIND : 2 * REWIND], own[1][REWIND : 2 * REWIND])
    assert (kept.position, kept.rewindable) == (straight.position, straight.rewindable)
    for back in (0, 2, 3):  # and what was committed can be taken back
        for model in (kept, straight):
            model.rewind(back)
            model.feed(later[0][:2], later[1][:2])
        one, other = draw(7).of(kept), draw(7).of(straight)
        assert one.event == other.event
        np.testing.assert_allclose(one.log_prob, other.log_prob, atol=TOLERANCE)


@every_kind
def test_a_batch_that_is_dropped_leaves_no_trace(make: Callable[[], Model]) -> None:
    model, untouched = make(), make()
    for one in (model, untouched):
        one.feed(*music(30))
    for _ in range(2):
        batch = model.fork(COUNT)
        batch.feed([0, 2], *music(2, 5))
        model.keep_near()
        batch.drop()
    assert draw().of(model) == draw().of(untouched)
    assert model.position == untouched.position


@every_kind
def test_a_batch_is_of_no_use_once_the_model_went_on(make: Callable[[], Model]) -> None:
    model = make()
    with pytest.raises(RuntimeError, match="heard nothing"):
        model.fork(2)
    model.feed(*music(10))
    for go_on in (lambda: model.feed(*music(1)), lambda: model.rewind(1), model.reset):
        batch = model.fork(2)
        go_on()
        for use in (
            lambda: batch.feed([0], *music(1)),  # noqa: B023
            lambda: batch.sample([0], [draw()]),  # noqa: B023
            lambda: batch.commit(0),  # noqa: B023
        ):
            with pytest.raises(RuntimeError, match="the model went on"):
                use()
        if not model.position:
            model.feed(*music(10))
    batch = model.fork(2)
    batch.commit(0)
    with pytest.raises(RuntimeError, match="was ended"):
        batch.drop()


@every_kind
def test_what_cannot_be_is_refused(make: Callable[[], Model]) -> None:
    model = make()
    model.feed(*music(10))
    for count in (0, MOST_CANDIDATES + 1):
        with pytest.raises(ValueError, match=f"{count} candidates: model .* makes 1 to {MOST_CANDIDATES}"):
            model.fork(count)
    batch = model.fork(2)
    events, contexts = music(2)
    for rows in ([0, 0], [0, 2], [-1, 0], []):
        with pytest.raises(ValueError, match="rows are"):
            batch.feed(rows, events[: len(rows)], contexts[: len(rows)])
    with pytest.raises(ValueError, match="1 events or draws for 2 rows"):
        batch.sample([0, 1], [draw()])
    for _ in range(REWIND):
        batch.feed([0], events[:1], contexts[:1])
    with pytest.raises(ValueError, match=r"no room for one more"):
        batch.feed([1, 0], events, contexts)
    batch.feed([1], events[:1], contexts[:1])


def test_a_folder_of_contract_2_makes_one_at_a_time(tmp_path: Path) -> None:
    model, straight = (load_folder(write_model(tmp_path / name)) for name in ("one", "two"))
    events, contexts = music(12)
    for one in (model, straight):
        one.feed(events, contexts)
    assert model.most_candidates == 1
    with pytest.raises(ValueError, match="2 candidates: model one makes 1 to 1 at once"):
        model.fork(2)
    batch = model.fork(1)
    first = batch.sample([0], [draw()])[0]
    for _ in range(batch.room):
        batch.feed([0], events[:1], contexts[:1])
    with pytest.raises(ValueError, match="no room"):
        batch.feed([0], events[:1], contexts[:1])
    batch.drop()
    assert draw().of(straight) == first == draw().of(model)
    batch = model.fork(1)
    batch.feed([0], events[:1], contexts[:1])
    batch.commit(0)
    straight.feed(events[:1], contexts[:1])
    assert draw().of(straight) == draw().of(model)
    batch = model.fork(1)
    model.feed(events[:1], contexts[:1])
    with pytest.raises(RuntimeError, match="the model went on"):
        batch.drop()
