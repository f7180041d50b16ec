"""What the people at the controls set; what is learnt: the controller that somebody turns."""

from __future__ import annotations

import pytest
from performing import simulation

from bridge.performer.settings import was_turned
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import Control, Input, Learn, Learned, Unlearn


def learnt(sim: Simulation) -> list[tuple[str, int, int]]:
    found = [output for _, output in sim.outputs if isinstance(output, Learned)]
    return [(one.name, one.controller, one.channel) for one in found]


def moves(start: float, controller: int, positions: tuple[int, ...], channel: int = 1) -> list[Input]:
    return [Control(start + 0.01 * step, controller, value, channel) for step, value in enumerate(positions)]


@pytest.mark.parametrize(
    ("positions", "turned"),
    [
        ((10, 20, 30), True),
        ((90, 70, 40), True),
        ((127, 64, 0), True),
        ((60, 61, 62, 63, 64, 65, 66, 67, 68), True),
        ((60, 61, 62, 63, 64, 65, 66, 67), False),
        ((60, 62, 61, 64, 63, 66, 68, 70), True),
        ((0, 127), False),
        ((0, 127, 0, 127), False),
        ((63, 64, 63, 64, 63, 64, 63, 64, 63), False),
        ((60, 66, 61, 65, 59, 66, 60, 64, 66), False),
        ((63, 64, 63, 64, 63, 64, 70, 80), True),
        ((40, 55, 42, 50, 60), False),
        ((40,), False),
    ],
)
def test_a_turn_is_no_trembling(positions: tuple[int, ...], turned: bool) -> None:
    assert was_turned(list(positions)) is turned


def test_of_a_trembling_and_a_turned_controller_the_turned_one_is_learnt() -> None:
    sim = simulation("off")
    trembling = moves(1.1, 11, (63, 64, 63, 65, 63, 64) * 4)
    turned = moves(1.105, 21, (10, 14, 18, 22), channel=3)
    sim.play(sorted([Learn(1.0, "temperature"), *trembling, *turned], key=lambda item: item.time), until=1.5)
    assert learnt(sim) == [("temperature", 21, 3)]
    assert sim.session.performer.status()["learning"] == ""


@pytest.mark.parametrize("controller", [0, 6, 32, 33, 38, 63, 64, 65, 66, 67, 68, 69, 88, 98, 99, 100, 101, 120, 123])
def test_what_is_no_knob_is_not_learnt(controller: int) -> None:
    sim = simulation("off")
    sim.play([Learn(1.0, "temperature"), *moves(1.1, controller, tuple(range(0, 128, 8)))], until=1.5)
    assert learnt(sim) == []
    assert sim.session.performer.status()["learning"] == "temperature"
    sim.play(moves(1.6, 7, (40, 50, 60)), until=2.0)
    assert learnt(sim) == [("temperature", 7, 1)]


def test_both_halves_of_a_pair_are_one_controller() -> None:
    sim = simulation("off", values={"thru": "on"})
    pair = [Control(1.1 + 0.01 * step, cc, value) for step in range(8) for cc, value in ((1, 40 + 2 * step), (33, 99))]
    sim.play([Learn(1.0, "temperature"), *pair], until=1.5)
    assert learnt(sim) == [("temperature", 1, 1)]
    passed = len(sim.sent)
    sim.play([Control(1.6, 1, 127), Control(1.61, 33, 127)], until=2.0)
    assert sim.session.performer.stage.values.temperature == 3.0
    assert len(sim.sent) == passed


def test_what_moved_before_it_was_asked_for_does_not_count() -> None:
    sim = simulation("off")
    sim.play([Learn(1.0, "top_p"), *moves(1.1, 21, (10, 20)), Learn(1.2, "temperature")], until=1.3)
    sim.play(moves(1.4, 21, (30,)), until=1.5)
    assert learnt(sim) == []
    sim.play([Unlearn(1.6, "temperature"), *moves(1.7, 21, (40, 60, 80))], until=2.0)
    assert learnt(sim) == []
