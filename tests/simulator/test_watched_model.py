"""A model that is watched, and fails when it is asked to."""

from __future__ import annotations

import pytest
from watched_scene import Scene

from bridge.simulator.watched_model import ModelFailed
from bridge.vocabulary.events import NoteOn


def test_a_watched_model_that_is_to_fail_does_nothing_once() -> None:
    scene = Scene()
    scene.received(1.0, NoteOn(1.0, 50, 80))
    scene.watched.fails = True
    with pytest.raises(ModelFailed):
        scene.tell(50)
    assert scene.watched.position == len(scene.watched.events) == 0
    scene.tell(50)
    scene.draw()
