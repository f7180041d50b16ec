"""Whole pieces read at once: the same hidden states and log-probabilities as one event at a time."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from small_networks import SMALL, export_small, load, music

from bridge.engine.constraints import Constraints
from bridge.engine.model import DRAW
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary.codec import SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY

COUNT = 40
TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=["transformer-echo", "gru-echo", "convolution"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StreamingModel:
    assert request.param in SMALL
    return load(export_small(tmp_path_factory.mktemp("models"), request.param))


def one_by_one(model: StreamingModel, events: np.ndarray, context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    model.reset()
    hidden, odds = [], [np.full(5, np.nan)]
    for place in range(len(events)):
        if place:
            given = np.where([0, 0, 0, 0, events[place, 4] == UNKNOWN_DURATION], DRAW, events[place])
            drawn = model.sample(Constraints(), np.zeros(5, np.float32), 1.0, 1.0, None, given)
            odds.append(np.array(drawn.log_prob))
        model.feed(events[place : place + 1], context[place : place + 1])
        hidden.append(model.hidden)
    return np.stack(hidden), np.stack(odds)


def test_reading_is_hearing_one_by_one(model: StreamingModel) -> None:
    events, context = music(COUNT)
    hidden, odds = one_by_one(model, events, context)
    model.reset()
    np.testing.assert_allclose(model.read(events, context), hidden, atol=TOLERANCE)
    model.reset()
    found = model.score_all(events, context)
    assert np.isnan(found[0]).all()
    asked = events[1:] < np.array(SIZES)
    np.testing.assert_allclose(found[1:][asked], odds[1:][asked], atol=TOLERANCE)
    assert model.position == COUNT


def test_a_piece_may_be_scored_in_parts(model: StreamingModel) -> None:
    events, context = music(COUNT)
    model.reset()
    whole = model.score_all(events, context)
    model.reset()
    parts = [model.score_all(events[a:b], context[a:b]) for a, b in ((0, 7), (7, 7), (7, 29), (29, COUNT))]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=TOLERANCE)


def test_of_what_is_unknown_nothing_is_said(model: StreamingModel) -> None:
    events, context = music(6)
    events[3, 3], events[4, 4] = UNKNOWN_VELOCITY, UNKNOWN_DURATION
    model.reset()
    found = model.score_all(events, context)
    assert np.argwhere(np.isnan(found[1:])).tolist() == [[2, 3], [3, 4]]
