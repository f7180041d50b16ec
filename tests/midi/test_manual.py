from __future__ import annotations

import time

import pytest

from bridge.midi.manual import FakePort
from bridge.midi.port import MidiPort, PortState, PortStatus
from bridge.vocabulary.events import BeatLine, InputLost, NoteOn, PlayNote, Sounded

NOTE = PlayNote(1, onset=1.0, release=1.5, pitch=60, velocity=90, channel=1)
ON, OFF = b"\x90\x3c\x5a", b"\x80\x3c\x00"


def opened() -> FakePort:
    port = FakePort()
    port.start()
    (status,) = port.receive()
    assert isinstance(status, PortStatus) and status.state is PortState.OPEN
    return port


def test_it_is_a_midi_port() -> None:
    port: MidiPort = FakePort()
    assert not port.status.connected


def test_messages_leave_at_their_deadlines_on_a_manual_clock() -> None:
    port = opened()
    port.send([NOTE])
    assert port.next_wake(port.now) == 1.0
    port.advance(3.0)
    assert port.sent == [(1.0, ON), (1.5, OFF)]
    assert port.receive() == [Sounded(1.0, 1)]
    assert port.now == 3.0


def test_messages_leave_when_received_on_a_real_clock() -> None:
    port = FakePort(clock=time.perf_counter)
    port.start()
    now = time.perf_counter()
    port.send([PlayNote(1, now, None, 60, 90, 1)])
    assert any(isinstance(event, Sounded) for event in port.receive())
    port.close()
    assert [message for _, message in port.sent] == [ON, OFF]


def test_what_is_played_comes_in() -> None:
    port = opened()
    port.play(ON, b"\x90", time=0.5)
    assert port.next_wake(port.now) == port.now
    assert port.receive() == [NoteOn(0.5, 60, 90, 1)]


def test_closing_ends_what_sounds_once() -> None:
    port = opened()
    port.send([NOTE])
    port.advance(1.2)
    port.close()
    port.close()
    assert port.sent == [(1.0, ON), (1.2, OFF)]
    assert port.status.state is PortState.CLOSED


def test_a_side_may_come_and_go() -> None:
    port = opened()
    port.send([NOTE])
    port.advance(1.2)
    port.set_ports(input_open=False, output_open=False)
    port.advance(2.0)
    assert port.sent == [(1.0, ON)]
    assert InputLost(1.2) in port.receive()
    port.set_ports(input_open=True, output_open=True)
    assert port.sent == [(1.0, ON), (2.0, OFF)]


def test_how_late_a_note_may_be_can_change() -> None:
    port = opened()
    port.set_late(0.5)
    port.advance(1.4)
    port.send([NOTE])
    assert port.sent == [(1.4, ON)]


def test_a_port_for_a_long_evening_keeps_nothing_of_what_it_sent() -> None:
    port = FakePort(keeps=0)
    port.start()
    for number in range(1000):
        port.send([PlayNote(number, number / 10, number / 10 + 0.05, 60, 90, 1)])
        port.advance(number / 10 + 0.06)
        port.receive()
    assert port.sent == []
    assert port.sounding == frozenset()


def test_it_says_when_it_wants_to_be_asked_again() -> None:
    port = opened()
    assert port.next_wake(5.0) == 6.0, "nothing is waiting: in a while"
    port.send([NOTE])
    assert port.next_wake(0.25) == 1.0
    assert port.next_wake(1.25) == 1.25, "it is due already"


@pytest.mark.parametrize("out", [True, False])
def test_one_side_may_come_and_go_without_the_other(out: bool) -> None:
    port = opened()
    port.send([NOTE])
    port.advance(1.2)
    port.set_ports(input_open=out, output_open=not out)
    heard = port.receive()
    status = port.status
    assert status.state is PortState.WAITING and (status.input_open, status.output_open) == (out, not out)
    assert (InputLost(1.2) in heard) is not out
    port.advance(2.0)
    assert ((1.5, OFF) in port.sent) is not out, "no note-off leaves a port that is gone"
    port.set_ports(input_open=True, output_open=True)
    assert port.status.state is PortState.OPEN
    assert [message for _, message in port.sent] == [ON, OFF], "owed ones leave, and none twice"
    assert InputLost(2.0) not in port.receive()


def test_other_ports_end_what_sounds_and_have_their_names() -> None:
    port = opened()
    assert (port.status.input_name, port.status.output_name) == ("Antiphon In", "Antiphon Out")
    port.send([NOTE])
    port.advance(1.2)
    port.use("keys", None)
    assert port.sent == [(1.0, ON), (1.2, OFF)] and port.sounding == frozenset()
    assert (port.status.input_name, port.status.output_name) == ("keys", "Antiphon Out")
    heard = port.receive()
    assert heard.count(InputLost(1.2)) == 1 and port.status in heard
    port.send([PlayNote(2, 1.5, 1.75, 64, 90, 1)])
    port.advance(3.0)
    assert len(port.sent) == 4, "it plays on"


def test_a_clock_goes_out_between_the_notes_at_its_own_times() -> None:
    port = opened()
    port.send([BeatLine(0.5, 0.0, 125.0, True, 0.0, 0.0), NOTE])
    port.advance(1.009)
    ticks = [time for time, message in port.sent if message == b"\xf8"]
    assert ticks == pytest.approx([0.5 + number * 0.02 for number in range(26)])
    assert (1.0, ON) in port.sent and port.sent == sorted(port.sent, key=lambda one: one[0])
    port.close()
    assert [message for _, message in port.sent[-2:]] == [b"\xfc", OFF]


def test_closing_is_told_once() -> None:
    port = opened()
    port.close()
    port.close()
    assert [status.state for status in port.receive() if isinstance(status, PortStatus)] == [PortState.CLOSED]


@pytest.mark.parametrize("keeps", [1, 3, 100])
def test_only_the_last_messages_are_kept_where_that_is_asked_for(keeps: int) -> None:
    port = FakePort(keeps=keeps)
    port.start()
    for number in range(4):
        port.send([PlayNote(number, number / 10, number / 10 + 0.05, 60 + number, 90, 1)])
    port.advance(1.0)
    everything = [(kind, 60 + number) for number in range(4) for kind in (0x90, 0x80)]
    assert [(message[0], message[1]) for _, message in port.sent] == everything[-keeps:]
