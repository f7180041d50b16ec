from __future__ import annotations

import time

from bridge.midi.manual import FakePort
from bridge.midi.port import MidiPort, PortState, PortStatus
from bridge.vocabulary.events import InputLost, NoteOn, PlayNote, Sounded

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
