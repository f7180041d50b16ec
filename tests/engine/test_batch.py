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
from bridge.engine.streaming import StreamingModel
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


# --- where memory ends, moves and grows ----------------------------------------------------------------------

RECENT_KINDS = ("transformer-echo", "convolution", "gru")


def same_next(one: Model, other: Model, seed: int = 7) -> None:
    """Both draw the same, as likely as each other."""
    first, second = draw(seed).of(one), draw(seed).of(other)
    assert first.event == second.event
    np.testing.assert_allclose(first.log_prob, second.log_prob, atol=TOLERANCE)


@pytest.mark.parametrize("make", RECENT_KINDS, indirect=True)
def test_a_candidate_can_be_kept_wherever_the_tape_ends_and_taken_back_past_where_it_began(
    make: Callable[[], Model],
) -> None:
    kept, straight = make(), make()
    # Small tapes hold 64 events: from 57 on a candidate of eight no longer fits behind them.
    for before in (56, 57, 60, 63, 64, 65):
        past, own, later = music(before, 1), music(REWIND, 2), music(3, 4)
        for model in (kept, straight):
            model.reset()
            model.feed(*past)
        batch = kept.fork(2)
        for place in range(REWIND):
            batch.feed([1, 0], own[0][[place, REWIND - 1 - place]], own[1][[place, REWIND - 1 - place]])
        batch.commit(1)
        straight.feed(*own)
        assert (kept.position, kept.rewindable) == (before + REWIND, REWIND)
        same_next(kept, straight)
        for model in (kept, straight):
            model.rewind(REWIND)
            model.feed(*later)
        same_next(kept, straight)


@pytest.mark.parametrize("make", RECENT_KINDS, indirect=True)
def test_a_short_candidate_is_kept_and_what_was_before_it_can_be_taken_back_too(make: Callable[[], Model]) -> None:
    kept, straight = make(), make()
    past, own, later = music(30, 1), music(3, 2), music(2, 4)
    for model in (kept, straight):
        model.feed(*past)
    batch = kept.fork(3)
    for place in range(3):
        batch.feed([2], own[0][place : place + 1], own[1][place : place + 1])
    batch.feed([0], *music(1, 9))
    batch.commit(2)
    straight.feed(*own)
    for model in (kept, straight):
        model.rewind(6)  # three of its own, and three before it
        model.feed(*later)
    same_next(kept, straight)


@every_kind
def test_a_candidate_that_heard_nothing_can_be_kept(make: Callable[[], Model]) -> None:
    kept, straight = make(), make()
    for model in (kept, straight):
        model.feed(*music(20))
    batch = kept.fork(2)
    batch.feed([1], *music(1, 5))
    batch.commit(0)
    assert (kept.position, kept.rewindable) == (straight.position, straight.rewindable)
    same_next(kept, straight)


@every_kind
def test_another_batch_of_the_same_model_ends_the_one_before_it(make: Callable[[], Model]) -> None:
    model, straight = make(), make()
    for one in (model, straight):
        one.feed(*music(20))
    first = model.fork(2)
    first.feed([0, 1], *music(2, 5))
    second = model.fork(3)
    with pytest.raises(RuntimeError, match="the model went on"):
        first.feed([0], *music(1))
    second.feed([2], *music(1, 6))
    second.commit(2)
    straight.feed(*music(1, 6))
    same_next(model, straight)


@pytest.mark.parametrize("make", ["transformer", "convolution"], indirect=True)
def test_candidates_go_on_as_they_were_when_room_for_them_is_made(
    make: Callable[[], Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = run(make(), [REWIND] * 12, 3, 40)
    monkeypatch.setattr("bridge.engine.forks._FIRST_CAPACITY", 0)  # 96 events do not fit at first
    crowded = run(make(), [REWIND] * 12, 3, 40)
    assert crowded[0] == straight[0]
    np.testing.assert_allclose(crowded[1], straight[1], atol=TOLERANCE)


@every_kind
def test_rows_are_whose_they_are_in_whatever_order_they_are_named(make: Callable[[], Model]) -> None:
    drawn = []
    events, contexts = music(4, 5)
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        model = make()
        model.feed(*music(30))
        batch = model.fork(4)
        batch.feed(order, events[order], contexts[order])
        samples = batch.sample(order, [draw(row) for row in order])
        drawn.append([samples[order.index(row)].event for row in range(4)])
    assert drawn[0] == drawn[1]


@every_kind
def test_a_batch_says_how_many_it_has_and_how_much_its_longest_can_take(make: Callable[[], Model]) -> None:
    model = make()
    model.feed(*music(10))
    batch = model.fork(3)
    assert (batch.count, batch.room) == (3, REWIND)
    batch.feed([0, 2], *music(2, 5))
    batch.feed([2], *music(1, 6))
    assert batch.room == REWIND - 2


@pytest.mark.parametrize("make", RECENT_KINDS, indirect=True)
def test_a_set_is_taken_up_again_from_a_copy_wherever_it_was_on_the_tape(make: Callable[[], Model]) -> None:
    kept, straight = make(), make()
    past, later = music(70, 1), music(60, 2)
    for model in (kept, straight):
        model.feed(*past)
        model.rewind(2)
    snapshot = kept.snapshot()
    kept.feed(*music(150, 3))
    kept.restore(snapshot)
    assert (kept.position, kept.rewindable) == (straight.position, straight.rewindable)
    same_next(kept, straight)
    for model in (kept, straight):
        model.rewind(REWIND - 2)
        model.feed(*later)
    same_next(kept, straight)
    # And by another model of the same folder, that has heard other things.
    other = make()
    other.feed(*music(33, 8))
    other.restore(kept.snapshot())
    same_next(other, straight)


@pytest.mark.parametrize("make", ["transformer-echo"], indirect=True)
def test_a_copy_without_all_of_what_is_told_of_the_past_is_refused_and_changes_nothing(
    make: Callable[[], Model],
) -> None:
    model, straight = make(), make()
    for one in (model, straight):
        one.feed(*music(25))
    snapshot = model.snapshot()
    names = [name for name in snapshot.arrays if name.startswith("echo.")]
    assert "echo.told" in names and len(names) > 1
    model.feed(*music(3, 5))
    straight.feed(*music(3, 5))
    for name in (*names, "hidden", "tape.base"):
        lacking = {key: array for key, array in snapshot.arrays.items() if key != name}
        with pytest.raises(ValueError):
            model.restore(snapshot._replace(arrays=lacking))
        with pytest.raises(ValueError):
            model.restore(snapshot._replace(arrays={**snapshot.arrays, name: np.zeros((1, 1, 1, 3), np.int8)}))
    same_next(model, straight)
    for one in (model, straight):
        one.feed(*music(4, 6))
    same_next(model, straight)


# --- what was heard, looked at again ---------------------------------------------------------------------------


@pytest.mark.parametrize("make", RECENT_KINDS, indirect=True)
def test_hidden_states_of_the_last_events_are_those_that_were(make: Callable[[], StreamingModel]) -> None:
    model = make()
    assert model.recent(5).shape[0] == 0 and model.hidden_before(0) is None
    states = [*model.read(*music(20))]
    np.testing.assert_array_equal(model.recent(100), states[-REWIND - 1 :])
    np.testing.assert_array_equal(model.recent(3), states[-3:])
    assert model.recent(0).shape == model.recent(-1).shape == (0, len(states[0]))
    for back in range(REWIND + 1):
        before = model.hidden_before(back)
        assert before is not None
        np.testing.assert_array_equal(before, states[-1 - back])
        before[:] = 7.0  # it is a copy
    assert model.hidden_before(REWIND + 1) is None
    model.rewind(3)
    np.testing.assert_array_equal(model.recent(100), states[-REWIND - 1 : -3])
    assert model.hidden_before(REWIND - 2) is None
    model.reset()
    model.feed(*(part[:2] for part in music(20)))
    np.testing.assert_allclose(model.recent(9), states[:2], atol=TOLERANCE)
    assert model.hidden_before(2) is None, "there is nothing before the first event"


@pytest.mark.parametrize("make", RECENT_KINDS, indirect=True)
def test_what_is_drawn_after_a_state_is_what_was_drawn_there_and_nothing_is_heard(
    make: Callable[[], StreamingModel],
) -> None:
    model, untouched = make(), make()
    events, contexts = music(24)
    for one in (model, untouched):
        one.feed(events, contexts)
    wanted, state = draw(3, guided=True).of(model), model.hidden
    for one in (model, untouched):
        one.feed(*music(5, 2))
    again = model.drawn_after(state, events, draw(3, guided=True))
    assert again.event == wanted.event
    np.testing.assert_allclose(again.log_prob, wanted.log_prob, atol=TOLERANCE)
    assert model.position == untouched.position
    same_next(model, untouched)


def test_a_folder_of_contract_2_says_what_it_cannot_do_and_the_way_out(tmp_path: Path) -> None:
    model = load_folder(write_model(tmp_path / "old"))
    events, contexts = music(5)
    model.feed(events, contexts)
    for ask in (
        lambda: model.drawn_after(model.hidden, events, draw()),
        lambda: model.score_all(events, contexts),
    ):
        with pytest.raises(ValueError, match=r"model old is of contract 2.*export it again"):
            ask()
    assert model.position == 5


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
