"""OSC 1.0 as bytes: datagram in, messages with their times out, and back. Pure.

python-osc reads and writes the single arguments. Its own packet reader is not used: it drops what it
does not know with only a log line, takes truncated numbers as zeros, and a negative element size sends
it round for ever.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pythonosc.osc_message_builder import BuildError, OscMessageBuilder
from pythonosc.parsing import osc_types

LARGEST: Final = 8192  # bytes of a datagram that is taken
DEEPEST: Final = 8  # bundles in bundles
MOST_ARGUMENTS: Final = 32
_BUNDLE: Final = b"#bundle\0"
_IMMEDIATELY: Final = 1
_NTP_TO_UNIX: Final = 2_208_988_800  # seconds from 1900 to 1970

_NOTHING: Final = object()

_READERS: Final[dict[str, Callable[[bytes, int], tuple[object, int]]]] = {
    "i": osc_types.get_int,
    "h": osc_types.get_int64,
    "f": osc_types.get_float,
    "d": osc_types.get_double,
    "s": osc_types.get_string,
    "b": osc_types.get_blob,
    "T": lambda _, index: (True, index),
    "F": lambda _, index: (False, index),
    "N": lambda _, index: (None, index),
    "I": lambda _, index: (True, index),  # an impulse: a button was pressed
    "S": osc_types.get_string,  # a symbol
    "r": osc_types.get_rgba,
    "m": osc_types.get_midi,
    "c": lambda data, index: (chr(osc_types.get_int(data, index)[0] & 0x7F), index + 4),
    "t": osc_types.get_uint64,  # a time, as a number
    # The ends of a list say nothing: its elements are arguments like others.
    "[": lambda _, index: (_NOTHING, index),
    "]": lambda _, index: (_NOTHING, index),
}


class OscWireError(ValueError):
    """Bytes that are not OSC, or more OSC than is taken."""


@dataclass(frozen=True, slots=True)
class WireMessage:
    """One message as it was sent. `wall` is its bundle's time in Unix seconds, None for at once."""

    address: str
    args: tuple[object, ...]
    wall: float | None


def parse(datagram: bytes) -> list[WireMessage]:
    """The messages of a datagram in the order they were sent. Raises WireError for anything malformed.

    A bundle inside a bundle is never earlier than the one around it.
    """
    if len(datagram) > LARGEST:
        raise OscWireError(f"packet of more than {LARGEST} bytes: send less at a time")
    messages: list[WireMessage] = []
    try:
        _element(datagram, None, 0, messages)
    except (osc_types.ParseError, struct.error, UnicodeDecodeError) as error:
        raise OscWireError(f"not an OSC packet ({error}): it begins with {datagram[:24]!r}") from error
    return messages


def _element(data: bytes, wall: float | None, depth: int, messages: list[WireMessage]) -> None:
    if data.startswith(b"/"):
        messages.append(_message(data, wall))
    elif data.startswith(_BUNDLE):
        _bundle(data, wall, depth, messages)
    else:
        raise OscWireError(f"not an OSC packet: it begins with {data[:24]!r}, not with / or #bundle")


def _bundle(data: bytes, around: float | None, depth: int, messages: list[WireMessage]) -> None:
    if depth == DEEPEST:
        raise OscWireError(f"more than {DEEPEST} bundles inside each other")
    tag, index = osc_types.get_uint64(data, len(_BUNDLE))
    wall = None if tag == _IMMEDIATELY else tag / 2**32 - _NTP_TO_UNIX
    if around is not None:
        wall = around if wall is None else max(wall, around)
    while index < len(data):
        size, index = osc_types.get_int(data, index)
        left = len(data) - index
        if not 0 < size <= left or size % 4:
            raise OscWireError(
                f"bundle element of {size} bytes: a multiple of 4 it is, and no more than the {left} left"
            )
        _element(data[index : index + size], wall, depth + 1, messages)
        index += size


def _message(data: bytes, wall: float | None) -> WireMessage:
    address, index = osc_types.get_string(data, 0)
    if index == len(data):  # old senders leave the type tags out
        return WireMessage(address, (), wall)
    tags, index = osc_types.get_string(data, index)
    if not tags.startswith(",") or len(tags) > 1 + MOST_ARGUMENTS:
        raise OscWireError(
            f"{address[:64]!r} has type tags {tags[:40]!r}: a comma and at most {MOST_ARGUMENTS} letters"
        )
    args: list[object] = []
    for tag in tags[1:]:
        if tag not in _READERS:
            raise OscWireError(
                f"{address[:64]!r} has an argument of type {tag!r}: send numbers (i f h d) and strings (s)"
            )
        value, index = _READERS[tag](data, index)
        if index > len(data):  # python-osc fills a truncated float up with zeros
            raise OscWireError(f"{address[:64]!r} ends in the middle of its arguments")
        if value is not _NOTHING:
            args.append(value)
    if index != len(data):
        raise OscWireError(f"{address[:64]!r} has {len(data) - index} bytes after its last argument")
    return WireMessage(address, tuple(args), wall)


def build(address: str, args: Sequence[int | float | str]) -> bytes:
    """One message as a datagram: ints as `i`, floats as `f`, strings as `s`.

    What a string cannot carry (NUL, half a surrogate pair from an odd file name) is replaced. Raises
    ValueError for a number that does not fit, such as an int of more than 32 bits.
    """
    builder = OscMessageBuilder(address)
    for arg in args:
        if isinstance(arg, str):
            builder.add_arg(arg.replace("\0", "?").encode("utf-8", "replace").decode(), "s")
        else:
            builder.add_arg(arg, "f" if isinstance(arg, float) else "i")
    try:
        datagram: bytes = builder.build().dgram
    except (BuildError, OverflowError) as error:
        raise ValueError(f"{address} {args!r} does not fit an OSC message: {error}") from error
    return datagram
