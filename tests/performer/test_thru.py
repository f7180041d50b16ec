"""What the human plays is passed on, and all that was begun is ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from performing import codes, simulation

from bridge.performer.feedback_loop import WAY_ROUND
from bridge.performer.thru import Thru
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import (
    Control,
    Input,
    InputLost,
    NoteOff,
    NoteOn,
    Panic,
    PassThrough,
    Raw,
    Reset,
    SetMode,
    SetParameter,
    Stop,
)
from bridge.vocabulary.parameters import Values

ON, OFF = b"\x90\x3c\x50", b"\x80\x3c\x00"


def passing(mode: str = "off", **values: float | str) -> Simulation:
    return simulation(mode, values={"thru": "notes", **values})


def sent(sim: Simulation) -> list[bytes]:
    return [data for _, data in sim.sent]


def test_notes_are_passed_on_where_asked() -> None:
    script: list[Input] = [NoteOn(1.0, 60, 80), NoteOn(1.1, 64, 90, 3), NoteOff(1.2, 60), NoteOff(1.3, 64, 3)]
    sim = passing()
    sim.play(script, until=2.0)
    assert sim.sent == [(1.0, ON), (1.1, b"\x92\x40\x5a"), (1.2, OFF), (1.3, b"\x82\x40\x00")]
    for thru in ("off", "on"):
        other = simulation("off", values={"thru": thru})
        other.play(script, until=2.0)
        assert sent(other) == []


def test_all_of_it_leaves_on_the_channel_given() -> None:
    sim = passing(thru_channel=5)
    sim.play(
        [NoteOn(1.0, 60, 80), Control(1.1, 1, 7, 2), Raw(1.2, b"\xe1\x00\x50"), Raw(1.3, b"\xfa"), NoteOff(1.4, 60)],
        until=2.0,
    )
    assert sent(sim) == [b"\x94\x3c\x50", b"\xb4\x01\x07", b"\xe4\x00\x50", b"\xfa", b"\x84\x3c\x00"]


@pytest.mark.parametrize(
    "meanwhile",
    [
        SetParameter(1.1, "thru", "off"),
        SetParameter(1.1, "thru", "on"),
        SetParameter(1.1, "thru_channel", 7),
        SetMode(1.1, "respond"),
        InputLost(1.1),
        Stop(1.1),
        Panic(1.1),
        Reset(1.1),
        Control(1.1, 120, 0),
        Control(1.1, 123, 0),
        Raw(1.1, b"\xff"),
        NoteOn(1.1, 60, 70),
    ],
)
def test_a_key_that_was_passed_on_is_ended_whatever_happens(meanwhile: Input) -> None:
    sim = passing()
    sim.play([NoteOn(1.0, 60, 80), meanwhile, NoteOff(1.5, 60)], until=2.0)
    assert sent(sim)[0] == ON and OFF in sent(sim)
    assert not sim.port.sounding


@pytest.mark.parametrize(
    "meanwhile", [SetParameter(1.1, "thru", "off"), SetParameter(1.1, "thru_channel", 7), InputLost(1.1), Stop(1.1)]
)
def test_so_is_a_pedal(meanwhile: Input) -> None:
    sim = passing()
    sim.play([Control(1.0, 64, 127), meanwhile, Control(1.5, 64, 0)], until=2.0)
    assert sent(sim)[:2] == [b"\xb0\x40\x7f", b"\xb0\x40\x00"]


def test_a_key_held_on_two_keyboards_sounds_until_both_let_it_go() -> None:
    sim = passing(thru_channel=1)
    sim.play([NoteOn(1.0, 60, 80, 1), NoteOn(1.1, 60, 80, 2), NoteOff(1.5, 60, 1), NoteOff(1.7, 60, 2)], until=2.0)
    assert sim.sent[-1] == (1.7, OFF)
    assert (1.5, OFF) not in sim.sent


def test_playing_into_an_answer_ends_the_answer_and_not_what_is_played() -> None:
    sim = simulation("respond", values={"thru": "notes", "thru_channel": 9}, voices={"bass": (False, 2)})
    sim.play([NoteOn(1.0 + 0.2 * step, 60 + step, 80) for step in range(4)], until=1.7)
    sim.play([NoteOff(1.7, 60 + step) for step in range(4)], until=2.4)
    assert sim.port.sounding and all(channel == 1 for channel, _ in sim.port.sounding)
    sim.play([Control(sim.now, 64, 127), NoteOn(sim.now, 48, 80)], until=sim.now + 0.01)
    assert sim.port.sounding == {(9, 48)}
    assert b"\xb8\x40\x00" not in sent(sim)


def test_a_loop_is_passed_round_once() -> None:
    sim = passing(thru_channel=3)
    sim.play([NoteOn(1.0, 60, 80), NoteOn(1.01, 60, 80, 3), NoteOff(1.2, 60), NoteOff(1.21, 60, 3)], until=2.0)
    assert sent(sim) == [b"\x92\x3c\x50", b"\x82\x3c\x00"]
    assert codes(sim) == ["feedback-loop"]
    assert sim.session.performer.status()["own_notes_ignored"] == 1


def test_a_roll_on_one_key_is_no_loop() -> None:
    sim = passing()
    roll: list[Input] = []
    for step in range(8):
        roll += [NoteOn(1.0 + 0.06 * step, 60, 80), NoteOff(1.05 + 0.06 * step, 60)]
    sim.play(roll, until=2.0)
    assert sent(sim) == [ON, OFF] * 8


MOVES = st.one_of(
    st.builds(NoteOn, st.just(0.0), st.integers(60, 62), st.integers(0, 2).map(lambda v: 40 * v), st.integers(1, 2)),
    st.builds(NoteOff, st.just(0.0), st.integers(60, 62), st.integers(1, 2)),
    st.builds(Control, st.just(0.0), st.sampled_from([64, 66, 120, 121, 123]), st.sampled_from([0, 127])),
    st.builds(SetParameter, st.just(0.0), st.just("thru"), st.sampled_from(["off", "on", "notes"])),
    st.builds(SetParameter, st.just(0.0), st.just("thru_channel"), st.integers(0, 3)),
    st.sampled_from([InputLost(0.0), Stop(0.0), Panic(0.0), Reset(0.0), SetMode(0.0, "harmonize")]),
)


@given(st.lists(MOVES, max_size=30))
def test_with_all_keys_and_pedals_up_nothing_of_the_humans_sounds(moves: list[Input]) -> None:
    sim = passing()
    for step, move in enumerate(moves):
        sim.run_to(1.0 + 0.05 * step)
        sim.receive(move)
    sim.receive(SetMode(sim.now, "off"))
    for channel in (1, 2):
        for pitch in (60, 61, 62):
            sim.receive(NoteOff(sim.now, pitch, channel))
        for pedal in (64, 66):
            sim.receive(Control(sim.now, pedal, 0, channel))
    sim.run_to(sim.now + 1.0)
    assert not sim.port.sounding
    pedals = {}
    for _, data in sim.sent:
        if data[0] & 0xF0 == 0xB0 and data[1] in (64, 66):
            pedals[data[0], data[1]] = data[2]
    assert not any(pedals.values())


class Passing:
    """A `Thru` by itself, and what left of it since last asked."""

    def __init__(self, master_of: Callable[[int], int] = lambda channel: channel, **values: object) -> None:
        self.values = replace(Values(), **{"thru": "notes", **values})  # type: ignore[arg-type]
        self._left: list[bytes] = []
        self.thru = Thru(lambda: self.values, self._leave, master_of)

    def _leave(self, passed: PassThrough) -> None:
        self._left.append(passed.data)

    def left(self) -> list[bytes]:
        left, self._left = self._left, []
        return left


def test_a_key_that_is_struck_again_ends_first() -> None:
    passing = Passing()
    assert passing.thru.press(NoteOn(1.0, 60, 80)) and passing.thru.press(NoteOn(2.0, 60, 80))
    assert passing.left() == [ON, OFF, ON] and passing.thru.keys == {(1, 60)}
    passing.values = replace(passing.values, thru="off")
    assert not passing.thru.press(NoteOn(3.0, 60, 80))
    assert passing.left() == [OFF] and not passing.thru.keys


@pytest.mark.parametrize("controller", [120, 123, 124, 127])
def test_what_ends_all_notes_of_a_channel_ends_those_and_no_others(controller: int) -> None:
    passing = Passing()
    for channel in (1, 2):
        passing.thru.press(NoteOn(1.0, 60, 80, channel))
    passing.left()
    passing.thru.control(Control(2.0, controller, 0, 1))
    assert passing.left() == [OFF, bytes((0xB0, controller, 0))] and passing.thru.keys == {(2, 60)}


def test_what_ends_all_notes_of_a_master_channel_ends_those_of_its_members() -> None:
    passing = Passing(lambda channel: 1 if channel < 8 else channel)
    for channel in (2, 3, 9):
        passing.thru.press(NoteOn(1.0, 60, 80, channel))
    passing.thru.control(Control(2.0, 123, 0, 2))
    assert passing.thru.keys == {(3, 60), (9, 60)}, "a member's own"
    passing.thru.control(Control(2.0, 123, 0, 1))
    assert passing.thru.keys == {(9, 60)}


@pytest.mark.parametrize(("controller", "up"), [(120, True), (121, True), (123, False), (1, False)])
def test_pedals_come_up_with_a_reset_and_not_with_notes(controller: int, up: bool) -> None:
    passing = Passing()
    for channel in (1, 2):
        passing.thru.control(Control(1.0, 64, 64, channel))
    passing.left()
    passing.thru.control(Control(2.0, controller, 0, 1))
    assert passing.left() == [*([b"\xb0\x40\x00"] if up else []), bytes((0xB0, controller, 0))]
    passing.thru.lift_pedals()
    assert passing.left() == [*([] if up else [b"\xb0\x40\x00"]), b"\xb1\x40\x00"]


def test_a_pedal_that_is_down_comes_up_where_it_went_down_and_is_then_forgotten() -> None:
    passing = Passing(thru_channel=5)
    passing.thru.control(Control(1.0, 64, 100, 1))
    passing.values = replace(passing.values, thru="off", thru_channel=0)
    passing.thru.control(Control(2.0, 1, 50, 1))
    passing.thru.control(Control(2.0, 64, 0, 1))
    assert passing.left() == [b"\xb4\x40\x64", b"\xb4\x40\x00"]
    passing.thru.control(Control(3.0, 64, 100, 1))
    passing.thru.lift_pedals()
    assert passing.left() == []


@pytest.mark.parametrize(
    ("came", "left"),
    [(b"\xe0\x00\x50", b"\xe4\x00\x50"), (b"\xef\x00\x50", b"\xe4\x00\x50"), (b"\xc2\x07", b"\xc4\x07"),
     (b"\xf0\x01\xf7", b"\xf0\x01\xf7"), (b"\xf8", b"\xf8")],
)  # fmt: skip
def test_messages_of_a_channel_move_to_the_one_given_and_those_of_the_system_stay(came: bytes, left: bytes) -> None:
    moving, staying = Passing(thru_channel=5), Passing()
    for passing in (moving, staying):
        passing.thru.other(came)
    assert (moving.left(), staying.left()) == ([left], [came])
    silent = Passing(thru="off")
    silent.thru.other(came)
    assert silent.left() == []


def test_a_note_that_comes_back_at_once_as_it_left_is_an_echo_and_any_other_is_played() -> None:
    passing = Passing(thru_channel=5)
    passing.thru.press(NoteOn(1.0, 60, 80, 1))
    echo = NoteOn(1.0 + 0.9 * WAY_ROUND, 60, 80, 5)
    assert passing.thru.is_echo(echo) and passing.thru.is_echo(replace(echo, time=1.0)) and passing.thru.echoes == 2
    for other in (
        replace(echo, time=1.01 + WAY_ROUND),
        replace(echo, time=0.99),
        replace(echo, pitch=61),
        replace(echo, channel=1),
        replace(echo, velocity=81),
    ):
        assert not passing.thru.is_echo(other)
    passing.thru.lift(60, 1)
    assert not passing.thru.is_echo(echo) and passing.thru.echoes == 2


def test_what_is_no_longer_passed_on_comes_up_and_the_rest_stays_down() -> None:
    passing = Passing()
    for pitch in (36, 60):
        passing.thru.press(NoteOn(1.0, pitch, 80, 10))
    for pedal in (64, 66):
        passing.thru.control(Control(1.0, pedal, 127, 10))
    passing.left()
    passing.thru.lift_covered(lambda channel, pitch: pitch == 36, lambda channel, number: number == 66)
    assert passing.left() == [b"\x89\x24\x00", b"\xb9\x42\x00"]
    passing.thru.lift_keys()
    passing.thru.lift_pedals()
    assert passing.left() == [b"\x89\x3c\x00", b"\xb9\x40\x00"]
