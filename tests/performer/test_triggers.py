"""Hands are full: messages of the player's that fire actions, and are nothing else."""

from __future__ import annotations

import pytest
from performing import codes, ons, phrase, simulation, turns

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.actions import ACTIONS
from bridge.vocabulary.controllers import bind
from bridge.vocabulary.events import (
    Bound,
    Control,
    Fired,
    Input,
    InputLost,
    Learn,
    NoteOff,
    NoteOn,
    Raw,
    Recall,
    SetMode,
    Silence,
    Unlearn,
)

# A pad, a pedal, a program button: pressed and let go at a time.
PRESSES = {
    "note:60@10": lambda time: [NoteOn(time, 60, 90, 10), NoteOff(time + 0.1, 60, 10)],
    "cc:64": lambda time: [Control(time, 64, 127), Control(time + 0.1, 64, 0)],
    "program:5": lambda time: [Raw(time, b"\xc0\x05")],
}


def fired(sim: Simulation) -> list[str]:
    return [output.action for _, output in sim.outputs if isinstance(output, Fired)]


def bound(sim: Simulation) -> list[tuple[str, tuple[str, ...]]]:
    return [(output.action, output.triggers) for _, output in sim.outputs if isinstance(output, Bound)]


def in_order(*items: Input) -> list[Input]:
    return sorted(items, key=lambda item: item.time)


@pytest.mark.parametrize("trigger", PRESSES)
def test_a_bound_message_asks_for_the_answer_and_is_not_heard_nor_passed_on(trigger: str) -> None:
    options = {"values": {"silence": 5.0, "thru": "notes"}, "binds": {"respond": (trigger,)}}
    sim = simulation("respond", **options)
    without = simulation("respond", **options)
    sim.play(in_order(*phrase(), *PRESSES[trigger](2.5)), until=4.0)
    without.play(phrase(), until=4.0)
    assert fired(sim) == ["respond"]
    assert turns(sim) and turns(sim)[0][0] < 2.6 and not turns(without)
    humans = [note.pitch for note in sim.session.performer.stage.memory.notes if note.note_id is None]
    assert humans == [60, 62, 64, 65, 67]
    passed = [data for time, data in sim.sent if data[0] in (0x99, 0x89, 0xB0, 0xC0)]
    assert not passed


@pytest.mark.parametrize("trigger", PRESSES)
def test_a_bound_message_ends_no_phrase_and_begins_none(trigger: str) -> None:
    sim = simulation("respond", binds={"keep": (trigger,)})
    sim.play(in_order(*(press for time in (1.0, 2.0, 3.0) for press in PRESSES[trigger](time))), until=8.0)  # type: ignore[attr-defined]
    assert fired(sim) == ["keep"] * 3 and not turns(sim)
    assert not sim.session.performer.stage.hands.busy
    held = simulation("respond", binds={"keep": (trigger,)})
    held.play(in_order(NoteOn(1.0, 67, 80), *PRESSES[trigger](2.0)), until=6.0)
    assert not turns(held) and held.session.performer.stage.hands.busy


def test_a_controller_fires_as_it_is_pressed_and_only_then() -> None:
    sim = simulation("off", binds={"keep": ("cc:80",)})
    positions = (10, 63, 64, 127, 127, 90, 64, 63, 0, 63, 65, 0, 127)
    sim.play([Control(1.0 + 0.1 * step, 80, value) for step, value in enumerate(positions)], until=4.0)
    times = [time for time, output in sim.outputs if isinstance(output, Fired)]
    assert times == pytest.approx([1.2, 2.0, 2.2])


def test_a_channel_may_be_said() -> None:
    sim = simulation("off", binds={"keep": ("note:60@10",), "stop": ("note:60@9",)})
    sim.play([NoteOn(1.0, 60, 80, 1), NoteOn(1.1, 60, 80, 9), NoteOn(1.2, 60, 80, 10)], until=2.0)
    assert fired(sim) == ["stop", "keep"]
    assert [note.channel for note in sim.session.performer.stage.hands.notes_down()] == []


def test_pads_fire_on_channels_that_are_not_listened_to() -> None:
    sim = simulation("off", listen=(1,), binds={"keep": ("note:36@10",)})
    sim.play([NoteOn(1.0, 36, 80, 10)], until=2.0)
    assert fired(sim) == ["keep"]


def test_modes_are_stepped_through_both_ways() -> None:
    sim = simulation("respond", binds={"next_mode": ("program:1",), "last_mode": ("program:0",)})
    seen = []
    for step, program in enumerate((1, 1, 0, 0, 0)):
        sim.play([Raw(1.0 + step, bytes((0xC0, program)))], until=1.5 + step)
        seen.append(sim.session.performer.mode)
    assert seen == ["duet", "harmonize", "duet", "respond", "off"]


def test_taps_make_the_tempo() -> None:
    sim = simulation("off", binds={"tap": ("cc:66",)})
    taps = [Control(1.0 + 0.5 * step + up, 66, 0 if up else 127) for step in range(4) for up in (0.0, 0.1)]
    sim.play(taps, until=4.0)
    assert sim.session.performer.conductor.clock.bpm == pytest.approx(120.0, abs=0.5)


def test_panic_and_stop_do_what_they_do() -> None:
    sim = simulation("respond", binds={"panic": ("note:0",), "stop": ("note:1",)})
    sim.play([NoteOn(1.0, 0, 1), NoteOn(1.5, 1, 1)], until=2.0)
    silences = [output for _, output in sim.outputs if isinstance(output, Silence)]
    assert [silence.all_channels for silence in silences] == [True, False]


def test_every_action_is_told() -> None:
    binds = {action: (f"note:{number}",) for number, action in enumerate(ACTIONS)}
    sim = simulation("off", binds=binds)
    sim.play([NoteOn(1.0 + number, number, 80) for number in range(len(ACTIONS))], until=20.0)
    assert fired(sim) == list(ACTIONS)


# --- learning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "learnt"),
    [
        (PRESSES["note:60@10"](1.1), "note:60@10"),
        (PRESSES["cc:64"](1.1), "cc:64@1"),
        (PRESSES["program:5"](1.1), "program:5@1"),
    ],
)
def test_what_is_pressed_is_learnt_and_fires_from_then_on(messages: list[Input], learnt: str) -> None:
    sim = simulation("off", values={"thru": "notes"})
    sim.play([Learn(1.0, "stop"), *messages], until=1.5)
    assert bound(sim) == [("stop", (learnt,))] and fired(sim) == []
    status = sim.session.performer.status()
    assert (status["learning"], status["binds"]) == ("", {"stop": [learnt]})
    sim.play(PRESSES[learnt if ":60" in learnt else learnt.partition("@")[0]](2.0), until=3.0)
    assert fired(sim) == ["stop"]
    assert not sim.session.performer.stage.hands.busy


@pytest.mark.parametrize(
    "strays",
    [
        [Control(1.1, 0, 127), Control(1.2, 0, 0)],
        [Control(1.1, 32, 127), Control(1.2, 32, 0)],
        [Control(1.1, 101, 127), Control(1.2, 101, 0), Control(1.3, 88, 127), Control(1.4, 88, 0)],
        [Control(1.1 + 0.01 * step, 11, (63, 64)[step % 2]) for step in range(20)],
        [Control(1.1 + 0.01 * step, 7, (127, 126)[step % 2]) for step in range(20)],
        [Control(1.1, 64, 0), NoteOff(1.2, 60), NoteOn(1.3, 60, 0), Control(1.4, 123, 0)],
    ],
)
def test_a_stray_message_is_not_learnt(strays: list[Input]) -> None:
    sim = simulation("off")
    sim.play([Learn(1.0, "respond"), *strays], until=2.0)
    assert not bound(sim) and sim.session.performer.status()["learning"] == "respond"
    sim.play(PRESSES["note:60@10"](2.1), until=3.0)
    assert bound(sim) == [("respond", ("note:60@10",))]


def test_a_pedal_that_is_learnt_is_a_pedal_until_then_and_holds_nothing_after() -> None:
    sim = simulation("respond", values={"thru": "on"})
    sim.play([NoteOn(1.0, 60, 80), Learn(1.1, "respond"), Control(1.2, 64, 127), NoteOff(1.4, 60)], until=1.5)
    assert sim.session.performer.stage.hands.pedalled
    sim.play([Control(1.6, 64, 0)], until=1.7)
    assert not sim.session.performer.stage.hands.busy
    assert [data for _, data in sim.sent if data[0] == 0xB0] == [b"\xb0\x40\x7f", b"\xb0\x40\x00"]
    sim.play([Control(1.8, 64, 127)], until=3.0)
    assert fired(sim) == ["respond"] and not sim.session.performer.stage.hands.pedal_is_down(1)


def test_keys_that_are_down_as_they_are_bound_come_up() -> None:
    sim = simulation("off", values={"thru": "notes"})
    preset = Recall(1.5, "pads", {}, {}, {}, binds={"keep": ("note:60",)})
    sim.play([NoteOn(1.0, 60, 80), NoteOn(1.0, 64, 80), preset], until=1.6)
    assert [note.pitch for note in sim.session.performer.stage.hands.notes_down()] == [64]
    assert (1.5, b"\x80\x3c\x00") in sim.sent
    sim.play([NoteOff(1.8, 60), NoteOn(2.0, 60, 80), NoteOff(2.1, 60), NoteOff(2.2, 64)], until=3.0)
    assert fired(sim) == ["keep"]
    assert not sim.session.performer.stage.hands.busy


def test_what_was_pressed_is_let_go_though_it_is_bound_no_more() -> None:
    sim = simulation("off", values={"thru": "notes"}, binds={"keep": ("note:60",)})
    sim.play([NoteOn(1.0, 60, 80), Unlearn(1.1, "keep"), NoteOff(1.2, 60), NoteOn(1.5, 60, 80)], until=2.0)
    assert [data for _, data in sim.sent] == [b"\x90\x3c\x50"]
    assert bound(sim) == [("keep", ())]


def test_learning_takes_a_message_from_what_it_fired_or_steered() -> None:
    sim = simulation("off", binds={"keep": ("note:60@10",)}, controllers={"density": bind("density", 20, 1)})
    sim.play([Learn(1.0, "stop"), *PRESSES["note:60@10"](1.1), Learn(2.0, "respond"), Control(2.1, 20, 127)], until=2.2)
    sim.play([Control(2.3, 20, 0)], until=3.0)
    assert bound(sim) == [("keep", ()), ("stop", ("note:60@10",)), ("respond", ("cc:20@1",))]
    assert sim.session.performer.status()["controllers"] == {}
    before = sim.session.performer.stage.values.density
    sim.play([Control(3.1, 20, 127)], until=4.0)
    assert fired(sim) == ["respond"] and sim.session.performer.stage.values.density == before


def test_a_preset_binds_and_takes_triggers_from_what_it_does_not_name() -> None:
    sim = simulation("off", binds={"keep": ("note:60",), "tap": ("note:62",)})
    sim.play([Recall(1.0, "pads", {}, {}, {}, binds={"stop": ("note:60", "cc:80")})], until=1.5)
    assert sim.session.performer.status()["binds"] == {"stop": ["note:60", "cc:80"], "tap": ["note:62"]}
    assert bound(sim) == [("keep", ()), ("stop", ("note:60", "cc:80"))]


def test_what_cannot_be_bound_or_learnt_is_refused_and_changes_nothing() -> None:
    sim = simulation("off", binds={"keep": ("note:60",)})
    performer = sim.session.performer
    for item in (
        Learn(1.0, "sing"),
        Unlearn(1.0, "tap"),
        Recall(1.0, "", {"temperature": 0.5}, {}, {}, binds={"stop": ("cc:200",)}),
        Recall(1.0, "", {}, {}, {}, binds={"stop": ("cc:20",), "tap": ("cc:20@3",)}),
    ):
        with pytest.raises(ValueError, match=r"nothing|cannot be|give each its own"):
            performer.receive(item, 1.0)
    assert performer.status()["binds"] == {"keep": ["note:60"]}
    assert performer.stage.values.temperature != 0.5
    with pytest.raises(ValueError, match="controller 20 is to steer density"):
        Performer(FakeModel(), Settings(binds={"stop": ("cc:20",)}, controllers={"density": bind("density", 20)}))


def test_the_lower_half_of_a_bound_pair_is_nobody_elses() -> None:
    sim = simulation("off", values={"thru": "on"}, binds={"keep": ("cc:16",)})
    sim.play([Control(1.0, 16, 127), Control(1.01, 48, 99), Control(1.1, 16, 0), Control(1.11, 48, 0)], until=2.0)
    assert fired(sim) == ["keep"] and not sim.sent


def test_a_lost_input_lets_triggers_go() -> None:
    sim = simulation("off", binds={"keep": ("cc:64",), "tap": ("note:60",)})
    sim.play([Control(1.0, 64, 127), NoteOn(1.1, 60, 80), InputLost(1.5), Control(2.0, 64, 127)], until=3.0)
    assert fired(sim) == ["keep", "tap", "keep"]


def test_key_pressure_of_a_bound_key_is_not_passed_on() -> None:
    sim = simulation("off", values={"thru": "on"}, binds={"keep": ("note:60",)})
    sim.play([NoteOn(1.0, 60, 80), Raw(1.1, b"\xa0\x3c\x40"), Raw(1.2, b"\xa0\x3d\x40"), NoteOff(1.3, 60)], until=2.0)
    assert [data for _, data in sim.sent] == [b"\xa0\x3d\x40"]


def test_a_mode_change_in_the_middle_of_a_press_is_no_trouble() -> None:
    sim = simulation("duet", binds={"next_mode": ("note:60@10",)})
    sim.play(
        in_order(*phrase(), *PRESSES["note:60@10"](1.6), SetMode(1.65, "respond"), *PRESSES["note:60@10"](3.0)),
        until=6.0,
    )
    assert sim.session.performer.mode == "duet" and not codes(sim)
    assert ons(sim)
