"""What the people at the controls set; what is learnt: the controller that somebody turns."""

from __future__ import annotations

import pytest
from performing import simulation

from bridge.engine.fake import FakeModel
from bridge.performer.settings import Desk, was_turned
from bridge.performer.stage import Stage
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.controllers import bind
from bridge.vocabulary.events import (
    Bound,
    Control,
    ErrorReport,
    Input,
    Learn,
    Learned,
    NoteOn,
    Output,
    Recall,
    SetRange,
    SetVoice,
    Unlearn,
    ValueReport,
)
from bridge.vocabulary.voices import VoiceSetting, default_voices


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


@pytest.fixture
def stage() -> Stage:
    return Stage(FakeModel(), 1, "keys")


def preset(**what: object) -> Recall:
    return Recall(0.0, "one", **{"values": {}, "voices": {}, "ranges": {}, **what})  # type: ignore[arg-type]


def told(stage: Stage, kind: type[Output] | tuple[type[Output], ...]) -> list[Output]:
    return [output for output in stage.take_outputs() if isinstance(output, kind)]


def test_parameters_are_set_all_of_them_or_none_and_told_as_they_are_now(stage: Stage) -> None:
    desk = Desk(stage, {})
    desk.set_values({"temperature": 0.5, "low": 40})
    assert told(stage, ValueReport) == [ValueReport("temperature", 0.5), ValueReport("low", 40)]
    with pytest.raises(ValueError, match="top_p"):
        desk.set_values({"temperature": 0.9, "top_p": 7.0})
    with pytest.raises(ValueError, match="low 80 would lie above high 30"):
        desk.set_values({"temperature": 0.9, "low": 80, "high": 30})
    assert stage.values.temperature == 0.5 and stage.values.low == 40 and not told(stage, ValueReport)


def test_what_is_pinned_stays_whatever_comes_and_says_so(stage: Stage) -> None:
    desk = Desk(stage, {}, pinned=("temperature",))
    before = stage.values.temperature
    desk.set_values({"temperature": 0.3, "top_p": 0.5})
    assert (stage.values.temperature, stage.values.top_p) == (before, 0.5)
    assert told(stage, ValueReport) == [ValueReport("temperature", before), ValueReport("top_p", 0.5)]
    with pytest.raises(ValueError, match="temperature"):
        desk.set_values({"temperature": -3.0})
    desk.pin(())
    desk.set_values({"temperature": 0.3})
    assert stage.values.temperature == 0.3


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ({"voices": {"violin": (True, 1)}}, "no voice 'violin': there are keys"),
        ({"voices": {"keys": (True, 0)}}, "channel cannot be 0: the range is 1 to 16"),
        ({"voices": {"keys": (True, 17)}}, "channel cannot be 17"),
        ({"usual": ("violin",)}, "no voice 'violin'"),
        ({"ranges": {"violin": (1, 2)}}, "no voice 'violin'"),
        ({"ranges": {"bass": (50, 40)}}, "range of bass cannot be 50 to 40: pitches from 0 to 127"),
        ({"ranges": {"bass": (-1, 40)}}, "range of bass cannot be -1 to 40"),
        ({"ranges": {"bass": (20, 128)}}, "range of bass cannot be 20 to 128"),
        ({"ranges": {"bass": (20, 30)}, "values": {"low": 60}}, "do not meet"),
        ({"values": {"temprature": 1.0}}, "temprature"),
        ({"binds": {"answer": ("cc:3",)}}, "answer"),
    ],
)
def test_of_a_preset_that_cannot_be_nothing_is_taken(stage: Stage, what: dict[str, object], message: str) -> None:
    desk = Desk(stage, {})
    good = {"values": {"top_p": 0.5}, "voices": {"drums": (True, 10)}, "ranges": {"keys": (40, 80)}}
    mixed = {key: {**good.get(key, {}), **value} if isinstance(value, dict) else value for key, value in what.items()}  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=message):
        desk.recall(preset(**{**good, **mixed}))
    assert stage.values.top_p != 0.5 and stage.ranges == {}
    assert stage.voices == default_voices() and not stage.take_outputs() and not desk.triggers.binds


@pytest.mark.parametrize(("low", "high"), [(0, 127), (0, 0), (127, 127), (60, 60)])
@pytest.mark.parametrize("channel", [1, 16])
def test_the_ends_of_what_can_be_said_are_taken(stage: Stage, low: int, high: int, channel: int) -> None:
    desk = Desk(stage, {})
    desk.recall(preset(voices={"lead": (True, channel)}, ranges={"lead": (low, high)}))
    assert stage.ranges["lead"] == (low, high) and stage.voices["lead"] == VoiceSetting(True, channel, True)


def test_a_preset_tells_only_what_it_changed_and_puts_usual_voices_back(stage: Stage) -> None:
    desk = Desk(stage, {}, binds={"stop": ("cc:80",)})
    desk.set_values({"temperature": 0.5})
    desk.set_voice(SetVoice(0.0, "lead", True, 9))
    desk.set_range(SetRange(0.0, "bass", 30, 50))
    stage.take_outputs()
    desk.recall(
        preset(values={"temperature": 0.5, "top_p": 0.4}, usual=("lead", "keys"), binds={"respond": ("cc:67",)})
    )
    outputs = told(stage, (ValueReport, Bound))
    assert outputs == [ValueReport("top_p", 0.4), Bound("respond", ("cc:67",))]
    assert stage.voices == default_voices() and stage.ranges == {"bass": (30, 50)}
    assert desk.triggers.binds == {"stop": ("cc:80",), "respond": ("cc:67",)}


def test_what_fires_an_action_steers_nothing_any_more(stage: Stage) -> None:
    with pytest.raises(ValueError, match="controller 67 is to steer temperature and to fire an action"):
        Desk(stage, {"temperature": bind("temperature", 67)}, binds={"respond": ("cc:67",)})
    desk = Desk(stage, {"temperature": bind("temperature", 21), "top_p": bind("top_p", 22)})
    desk.recall(preset(binds={"respond": ("cc:21",)}))
    assert set(desk.bindings) == {"top_p"} and told(stage, Learned) == [Learned("temperature", -1, 1)]


def test_a_binding_that_cannot_be_is_refused_before_anything_is_played(stage: Stage) -> None:
    binding = bind("temperature", 21)
    with pytest.raises(ValueError, match="temprature"):
        Desk(stage, {"temprature": binding})


def test_only_one_thing_is_learnt_at_a_time(stage: Stage) -> None:
    desk = Desk(stage, {})
    desk.learn("temperature")
    desk.learn("respond")
    assert desk.learning == "respond"
    desk.learn("top_p")
    assert desk.learning == "top_p" and not desk.learn_trigger(NoteOn(1.0, 36, 90, 10))
    with pytest.raises(ValueError, match=r"nothing to learn is called 'x{60}'.*respond.*temperature"):
        desk.learn("x" * 200)


def test_what_is_learnt_can_be_taken_away_and_what_is_not_there_cannot(stage: Stage) -> None:
    desk = Desk(stage, {"temperature": bind("temperature", 21)}, binds={"stop": ("cc:80",)})
    with pytest.raises(ValueError, match="no controller steers 'top_p': they steer temperature; see /antiphon/learn"):
        desk.unlearn("top_p")
    with pytest.raises(ValueError, match="nothing fires 'respond': bound are stop; see /antiphon/learn"):
        desk.unlearn("respond")
    for name in ("top_p", "respond"):
        desk.learn(name)
        desk.unlearn(name)
        assert desk.learning is None
    assert not stage.take_outputs(), "nobody had begun to steer"
    desk.unlearn("temperature")
    desk.unlearn("stop")
    assert stage.take_outputs() == [Learned("temperature", -1, 1), Bound("stop", ())]
    assert desk.bindings == {} and desk.triggers.binds == {}
    with pytest.raises(ValueError, match="they steer nothing yet"):
        desk.unlearn("temperature")
    with pytest.raises(ValueError, match="bound are none yet"):
        desk.unlearn("stop")


def test_what_is_learnt_while_something_waits_for_it_is_its_own(stage: Stage) -> None:
    desk = Desk(stage, {}, binds={"stop": ("cc:80",)})
    desk.learn("respond")
    assert desk.learn_trigger(NoteOn(1.0, 36, 90, 10))
    assert told(stage, Bound) == [Bound("respond", ("note:36@10",))] and desk.learning is None
    assert not desk.learn_trigger(NoteOn(2.0, 38, 90, 10)), "only the first"


def test_a_controller_that_cannot_be_followed_is_told_of_once_until_it_can_again(stage: Stage) -> None:
    desk = Desk(stage, {"low": bind("low", 21)})
    desk.set_values({"high": 60})
    stage.take_outputs()

    def turned(value: int) -> list[str]:
        assert desk.move(Control(1.0, 21, value)), "it is nobody else's"
        return [output.code for output in told(stage, ErrorReport) if isinstance(output, ErrorReport)]

    assert [turned(value) for value in (40, 90, 100, 50, 110)] == [
        [],
        ["controller-stuck"],
        [],
        [],
        ["controller-stuck"],
    ]
    assert stage.values.low == 50


def test_a_controller_that_stands_where_it_stood_tells_nothing(stage: Stage) -> None:
    desk = Desk(stage, {"low": bind("low", 21)})
    for value in (40, 40, 40):
        desk.move(Control(1.0, 21, value))
    assert told(stage, ValueReport) == [ValueReport("low", 40)]
    assert not desk.move(Control(1.0, 22, 40)), "another is somebody else's"
    assert desk.move(Control(1.0, 21 + 32, 40)), "the lower half of its pair is not"
    assert stage.values.low == 40
