from __future__ import annotations

import socket

from bridge.midi.midi_process import MidiProcess
from bridge.midi.wire import Arrived, Frame, FrameReader

ON, OFF, PEDAL, BEND = b"\x90\x3c\x5a", b"\x80\x3c\x00", b"\xb0\x40\x00", b"\xe0\x00\x40"


def test_a_flood_sheds_what_begins_and_keeps_what_ends() -> None:
    near, far = socket.socketpair()
    with near, far:
        process, reader = MidiProcess(near), FrameReader(far)
        rounds = 20_000
        for _ in range(rounds):
            for message in (ON, BEND, OFF, PEDAL):
                process.on_message((list(message), 0.0))
        heard: list[Frame] = []
        while fresh := reader.read():
            heard += fresh
            process.flush()
        messages = [frame.data for frame in heard if isinstance(frame, Arrived)]
        assert messages.count(OFF) == messages.count(PEDAL) == rounds
        assert messages.count(ON) < rounds
        assert process.lost_in == 2 * rounds - messages.count(ON) - messages.count(BEND)
        process.dismiss()


def test_what_is_not_a_message_is_counted_and_not_passed_on() -> None:
    near, far = socket.socketpair()
    with near, far:
        process, reader = MidiProcess(near), FrameReader(far)
        for data in ([], [0x90, 60], [60, 60], [0xF4]):
            process.on_message((data, 0.0))
        process.on_message((list(ON), 0.0))
        (frame,) = reader.read()
        assert isinstance(frame, Arrived) and frame.data == ON
        assert process.ignored_in == 4
        process.dismiss()


def test_a_daemon_that_died_does_not_disturb_the_callback() -> None:
    near, far = socket.socketpair()
    far.close()
    with near:
        process = MidiProcess(near)
        process.on_message((list(ON), 0.0))
        process.dismiss()
