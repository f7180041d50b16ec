from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi import bytes as midi_bytes
from bridge.vocabulary.events import (
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    Control,
    NoteOff,
    NoteOn,
    Raw,
    SongPosition,
)


@pytest.mark.parametrize(
    "data, event",
    [
        (b"\x90\x3c\x5a", NoteOn(1.5, 60, 90, 1)),
        (b"\x9f\x00\x01", NoteOn(1.5, 0, 1, 16)),
        (b"\x91\x3c\x00", NoteOff(1.5, 60, 2)),
        (b"\x80\x3c\x40", NoteOff(1.5, 60, 1)),
        (b"\xb0\x40\x7f", Control(1.5, 64, 127, 1)),
        (b"\xc0\x05", Raw(1.5, b"\xc0\x05")),
        (b"\xf2\x10\x01", SongPosition(1.5, 144)),
        (b"\xf8", ClockTick(1.5)),
        (b"\xfa", ClockStart(1.5)),
        (b"\xfb", ClockContinue(1.5)),
        (b"\xfc", ClockStop(1.5)),
        (b"\xfe", Raw(1.5, b"\xfe")),
        (b"\xf0\x7f\x7f\x06\x02\xf7", Raw(1.5, b"\xf0\x7f\x7f\x06\x02\xf7")),
        (b"", None),
        (b"\x90\x3c", None),
        (b"\x90\x3c\x5a\x00", None),
        (b"\x90\x3c\x80", None),
        (b"\x3c\x5a", None),
        (b"\xf4", None),
        (b"\xf0\x01\x02", None),
        (b"\xf0\x01\x80\xf7", None),
    ],
)
def test_messages_mean_events(data: bytes, event: object) -> None:
    assert midi_bytes.parse(data, 1.5) == event


@given(st.binary(max_size=5))
def test_any_bytes_are_an_event_or_nothing(data: bytes) -> None:
    assert (midi_bytes.parse(data, 0.0) is not None) == midi_bytes.is_complete(data)


@pytest.mark.parametrize("data", [b"\x80\x3c\x00", b"\x90\x3c\x00", b"\xb0\x40\x00", b"\xb0\x42\x7f", b"\xb5\x7b\x00"])
def test_what_ends_something_is_never_to_be_lost(data: bytes) -> None:
    assert midi_bytes.ends_something(data)


@pytest.mark.parametrize("data", [b"\x90\x3c\x01", b"\xb0\x01\x00", b"\xf8", b"\xe0\x00\x40"])
def test_the_rest_may_be_lost_in_a_flood(data: bytes) -> None:
    assert not midi_bytes.ends_something(data)


@pytest.mark.parametrize("channel", [1, 2, 9, 16])
def test_what_is_written_reads_as_what_was_meant_on_its_channel(channel: int) -> None:
    read = [
        midi_bytes.parse(message, 2.0)
        for message in (
            midi_bytes.note_on(61, 1, channel),
            midi_bytes.note_off(127, channel),
            midi_bytes.control(7, 100, channel),
        )
    ]
    assert read == [NoteOn(2.0, 61, 1, channel), NoteOff(2.0, 127, channel), Control(2.0, 7, 100, channel)]


@pytest.mark.parametrize(
    ("number", "channel", "bank", "messages"),
    [
        (0, 1, 0, ["b0 00 00", "b0 20 00", "c0 00"]),
        (127, 16, 16383, ["bf 00 7f", "bf 20 7f", "cf 7f"]),
        (5, 3, 128, ["b2 00 01", "b2 20 00", "c2 05"]),
        (5, 3, 121 << 7 | 2, ["b2 00 79", "b2 20 02", "c2 05"]),
    ],
)
def test_a_program_is_chosen_after_its_bank_upper_half_first(
    number: int, channel: int, bank: int, messages: list[str]
) -> None:
    assert [message.hex(" ") for message in midi_bytes.program(number, channel, bank)] == messages


def test_a_panic_reaches_every_channel_with_pedals_up_first() -> None:
    said: dict[int, list[tuple[int, int]]] = {}
    for message in midi_bytes.panic():
        event = midi_bytes.parse(message, 0.0)
        assert isinstance(event, Control) and midi_bytes.ends_something(message)
        said.setdefault(event.channel, []).append((event.controller, event.value))
    assert sorted(said) == list(range(1, 17))
    # Held by a pedal, a note would sound on after All Notes Off.
    assert all(one == [(64, 0), (66, 0), (123, 0), (120, 0)] for one in said.values())


@pytest.mark.parametrize(
    ("data", "complete"),
    [
        ("f0 f7", True),
        ("f0 7f f7", True),
        ("f0 80 f7", False),
        ("f0", False),
        ("f0 7f", False),
        ("f7", False),
        ("90 7f 7f", True),
        ("90 80 7f", False),
        ("c0 7f", True),
        ("c0 80", False),
        ("f1 80", False),
        ("f6", True),
        ("ff 00", False),
    ],
)
def test_a_message_is_complete_with_its_length_and_data_below_128(data: str, complete: bool) -> None:
    assert midi_bytes.is_complete(bytes.fromhex(data)) is complete


@pytest.mark.parametrize(
    ("data", "starts", "ends"),
    [
        ("90 3c 01", True, False),
        ("90 3c 00", False, True),
        ("9f 00 7f", True, False),
        ("80 3c 7f", False, True),
        ("a0 3c 7f", False, False),
        ("b0 78 00", False, True),  # All Sound Off
        ("b0 79 00", False, True),  # Reset All Controllers: pedals too
        ("b0 7f 00", False, True),
        ("b0 77 7f", False, False),
        ("e0 00 40", False, False),
    ],
)
def test_a_message_starts_a_note_or_ends_something_or_neither(data: str, starts: bool, ends: bool) -> None:
    message = bytes.fromhex(data)
    assert (midi_bytes.starts_note(message), midi_bytes.ends_something(message)) == (starts, ends)
