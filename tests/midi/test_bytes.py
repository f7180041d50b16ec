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
