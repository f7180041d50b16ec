"""`off` hears everything and plays nothing."""

from __future__ import annotations

from performing import ons, phrase, simulation

from bridge.vocabulary.events import Respond


def test_nothing_is_played_and_everything_is_heard() -> None:
    sim = simulation("off")
    sim.play([*phrase(), Respond(3.0)], until=10.0)
    assert not ons(sim)
    assert sim.session.performer.stage.memory.model.position == len(phrase()) // 2
