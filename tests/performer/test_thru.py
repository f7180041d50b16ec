"""What the human plays is passed on, and all that was begun is ended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from performing import codes, simulation

from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import (
    Control,
    Input,
    InputLost,
    NoteOff,
    NoteOn,
    Panic,
    Raw,
    Reset,
    SetMode,
    SetParameter,
    Stop,
)

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
