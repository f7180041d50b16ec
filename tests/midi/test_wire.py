from __future__ import annotations

import contextlib
import dataclasses
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.port import PortState, PortStatus
from bridge.midi.wire import MAX_FRAME, TABLE, Arrived, Frame, FrameReader, FrameWriter, WireError, decode, encode
from bridge.vocabulary.events import CancelNotes, PassThrough, PlayNote, Silence, Sounded

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "d": st.floats(allow_nan=False),
    "o": st.none() | st.floats(allow_nan=False),
    "q": st.integers(-(2**63), 2**63 - 1),
    "B": st.integers(0, 255),
    "I": st.integers(0, 2**32 - 1),
    "?": st.booleans(),
    "l": st.lists(st.integers(-(2**63), 2**63 - 1)).map(tuple),
    "f": st.lists(st.floats(allow_nan=False)).map(tuple),
    "b": st.binary(),
    "s": st.text(),
    "S": st.none() | st.text(),
}


def frames_of(cls: type[Any], letters: str) -> st.SearchStrategy[Frame]:
    fields = [VALUES[letter] for letter in letters]
    if cls is PortStatus:
        fields[0] = st.sampled_from(PortState)
    return st.builds(cls, *fields)


FRAMES = st.one_of(*(frames_of(cls, letters) for cls, letters in TABLE.values()))


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


@pytest.mark.parametrize("cls, letters", TABLE.values())
def test_each_kind_has_a_letter_for_each_field(cls: type[Any], letters: str) -> None:
    assert len(dataclasses.fields(cls)) == len(letters)


@given(FRAMES)
def test_what_is_encoded_is_decoded(frame: Frame) -> None:
    assert decode(encode(frame)[4:]) == frame


@given(st.binary())
def test_noise_is_refused_or_read_but_never_crashes(payload: bytes) -> None:
    try:
        decode(payload)
    except WireError:
        pass


def test_the_bytes_of_a_frame() -> None:
    assert encode(Silence(True)) == b"\x02\x00\x00\x00\x04\x01"
    assert encode(PassThrough(b"\xf8")) == b"\x06\x00\x00\x00\x05\x01\x00\x00\x00\xf8"


@pytest.mark.parametrize("frame", [PlayNote(1, 0.0, None, 300, 1, 1), Arrived(0.0, bytes(MAX_FRAME))])
def test_what_does_not_fit_is_refused(frame: Frame) -> None:
    with pytest.raises(ValueError):
        encode(frame)


def test_frames_cross_a_socket_whole_however_they_are_cut(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends
    frames = [CancelNotes((1, 2, 3)), Arrived(1.5, b"\x90\x3c\x5a"), Sounded(2.0, 9)]
    reader = FrameReader(far)
    heard: list[Frame] = []
    for byte in b"".join(encode(frame) for frame in frames):
        near.send(bytes([byte]))
        heard += reader.read()
    assert heard == frames
    assert not reader.ended
    near.close()
    assert reader.read() == []
    assert reader.ended


def test_a_full_socket_keeps_the_rest_for_later(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends
    writer, reader = FrameWriter(near), FrameReader(far)
    frames = [Arrived(float(index), bytes(50_000)) for index in range(40)]
    for frame in frames:
        writer.write(frame)
    assert writer.waiting > 0
    heard: list[Frame] = []
    while len(heard) < len(frames):
        heard += reader.read()
        writer.flush()
    assert heard == frames
    assert writer.waiting == 0


def test_a_length_out_of_bounds_is_a_broken_stream(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends
    near.send(b"\xff\xff\xff\xff\x01")
    with pytest.raises(WireError, match="4294967295 bytes"):
        FrameReader(far).read()


def test_frames_come_out_whole_and_in_order_however_they_are_cut() -> None:
    frames: list[Frame] = [*(PlayNote(number, 1.5, None, 60, 90, 1) for number in range(5)), PassThrough(b"\xf8")]
    data = b"".join(map(encode, frames))
    for size in (1, 3, 7, len(data)):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            reader = FrameReader(ours)
            found: list[Frame] = []
            for begin in range(0, len(data), size):
                theirs.sendall(data[begin : begin + size])
                found += reader.read()
            assert found == frames and not reader.ended
            theirs.close()
            assert reader.read() == [] and reader.ended


def test_what_the_other_end_does_not_take_waits_and_leaves_later_in_order() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        writer, reader, sent = FrameWriter(ours), FrameReader(theirs), 0
        found: list[Frame] = []
        while not writer.waiting:
            writer.write(PassThrough(bytes(1000)))
            sent += 1
        waiting = writer.waiting
        writer.flush()
        assert writer.waiting == waiting, "nobody has read yet"
        while writer.waiting:
            found += reader.read()
            writer.flush()
        found += reader.read()
        assert found == [PassThrough(bytes(1000))] * sent


def test_a_writer_whose_other_end_is_gone_says_so() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(ConnectionError):
        for _ in range(3):
            FrameWriter(ours).write(PassThrough(b"\xf8"))


@pytest.mark.parametrize("length", [0, MAX_FRAME + 1, 2**32 - 1])
def test_a_length_that_no_frame_has_is_refused_before_it_is_waited_for(length: int) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(length.to_bytes(4, "little") + b"\x01")
        with pytest.raises(WireError, match=f"a frame of {length} bytes: the limit is"):
            FrameReader(ours).read()


@given(st.sampled_from(sorted(TABLE)), st.binary(max_size=60))
def test_bytes_of_a_stranger_are_a_frame_or_refused(kind: int, data: bytes) -> None:
    try:
        frame = decode(bytes((kind,)) + data)
    except WireError as error:
        assert TABLE[kind][0].__name__ in str(error)
    else:
        assert type(frame) is TABLE[kind][0]
        with contextlib.suppress(ValueError):  # a nan, say, is taken and never sent
            assert decode(encode(frame)[4:]) is not None


def test_a_frame_cut_short_or_with_something_behind_it_is_refused() -> None:
    whole = encode(PlayNote(7, 1.0, 2.0, 60, 90, 1))[4:]
    for wrong in (whole[:-1], whole + b"\0", whole[:1]):
        with pytest.raises(WireError, match="PlayNote"):
            decode(wrong)
    for wrong in (b"", b"\xfe\0"):
        with pytest.raises(WireError, match="no frame of kind"):
            decode(wrong)
