"""A surface that overrides nothing is in nobody's way."""

from __future__ import annotations

import inspect

from bridge.live.daemon import Daemon
from bridge.live.surfaces import Engine, Surface
from bridge.vocabulary.events import NoteOn, SetTempo
from bridge.vocabulary.requests import Capture, Notice


def test_it_does_nothing_and_leaves_all_to_others() -> None:
    surface = Surface()
    surface.start()
    surface.accept(["in", 1.0, NoteOn(1.0, 60, 80)])
    surface.tell(Notice("hello"))
    surface.publish({"mode": "duet"})
    assert not surface.take(Capture(), None) and not surface.take(SetTempo(1.0, 120.0), None)
    assert dict(surface.status()) == {}
    surface.close()
    surface.close()


def test_the_daemon_is_all_that_a_surface_may_ask() -> None:
    asked = [name for name, _ in inspect.getmembers(Engine, inspect.isfunction) if not name.startswith("_")]
    assert asked == ["hand_in", "show", "tell"]
    for name in asked:
        theirs = inspect.signature(getattr(Engine, name))
        assert list(inspect.signature(getattr(Daemon, name)).parameters) == list(theirs.parameters)
