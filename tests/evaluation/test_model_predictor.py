"""A model's bits are what it says of each next note, its memory empty at the start of each chunk."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_music import chunk_of, random_events

from bridge.data.encode import IGNORE
from bridge.engine.fake import FakeModel
from bridge.evaluation.model_predictor import ModelPredictor
from bridge.vocabulary import codec

VELOCITY = codec.FIELDS.index("velocity")


def test_nats_are_those_of_the_model_asked_note_by_note() -> None:
    chunk = chunk_of(random_events(20))
    (nats,) = ModelPredictor(FakeModel()).nats([chunk])
    model, contexts = FakeModel(), chunk.contexts()
    for place, target in enumerate(chunk.targets.tolist()):
        model.feed(chunk.events[place : place + 1], contexts[place : place + 1])
        if IGNORE not in target:
            np.testing.assert_allclose(nats[place], [-x for x in model.score(target)])
    assert nats.shape == (19, 5)


def test_of_a_velocity_nobody_knows_nothing_is_asked() -> None:
    chunk = chunk_of(random_events(60))
    (nats,) = ModelPredictor(FakeModel()).nats([chunk])
    unknown = chunk.targets[:, VELOCITY] == IGNORE
    assert unknown.any() and not unknown.all()
    assert (nats[unknown, VELOCITY] == 0).all() and (nats[~unknown, VELOCITY] > 0).all()
    assert (np.delete(nats, VELOCITY, axis=1) > 0).all()


def test_chunks_do_not_hear_each_other() -> None:
    one, other = chunk_of(random_events(20)), chunk_of(random_events(20, seed=1))
    network = ModelPredictor(FakeModel())
    together = network.nats([one, other])
    np.testing.assert_array_equal(together[1], network.nats([other])[0])


def test_it_goes_by_the_name_it_is_given() -> None:
    assert ModelPredictor(FakeModel("duo")).name == "duo" and ModelPredictor(FakeModel("duo"), "mine").name == "mine"
    with pytest.raises(AttributeError):
        ModelPredictor(FakeModel()).name = "other"  # type: ignore[misc]
