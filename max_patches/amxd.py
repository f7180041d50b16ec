"""The container of a Max for Live device: read and written.

A `.amxd` file is chunks, each a tag of four bytes, the length of what follows as 32 bits in little endian, and that:

    ampf  what it is: mmmm a MIDI effect, aaaa an audio effect, iiii an instrument, nagg and natt MIDI Tools
    meta  32 bits of flags
    ptch  the patcher as JSON, ended by a NUL; in a frozen device "mx@c" and the files that it needs
    ciph  (only where it is encrypted) how

Read off Ableton's own devices (github.com/Ableton/maxdevtools); py2max 0.6 leaves `meta` out.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, Final

MIDI_EFFECT: Final = "mmmm"
TRANSFORMATION: Final = "natt"
KINDS: Final = ("mmmm", "aaaa", "iiii", "nagg", "natt")
# What Max 9 writes for a MIDI effect that is not frozen.
PLAIN: Final = 1
# What Live 12's own templates of MIDI Tools have there.
PLAIN_TOOL: Final = 0
_FROZEN: Final = b"mx@c"


class BadDevice(ValueError):
    """A file that is no device, or one that cannot be read here; the text says why."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device: its kind (KINDS), its flags, and its patcher as JSON, {"patcher": ...}."""

    kind: str
    meta: int
    patch: dict[str, Any]


def chunks(data: bytes) -> dict[str, bytes]:
    """What is in the container, by tag. Raises BadDevice where it ends too soon or a tag comes twice."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise BadDevice(f"{len(data) - at} bytes after the last chunk, where a chunk begins with 8")
        tag, length = struct.unpack_from("<4sI", data, at)
        name = tag.decode("latin-1")
        if at + 8 + length > len(data):
            raise BadDevice(f"chunk {name!r} of {length} bytes where {len(data) - at - 8} are left")
        if name in found:
            raise BadDevice(f"chunk {name!r} comes twice")
        found[name] = data[at + 8 : at + 8 + length]
        at += 8 + length
    return found


def read(data: bytes) -> Device:
    """A device from its bytes. A frozen one gives its own patcher, without the files frozen with it.

    Raises BadDevice.
    """
    found = chunks(data)
    if "ciph" in found:
        raise BadDevice("the device is encrypted")
    for name in ("ampf", "meta", "ptch"):
        if name not in found:
            raise BadDevice(f"there is no chunk {name!r}: there are {', '.join(found)}")
    kind = found["ampf"].decode("latin-1")
    if kind not in KINDS:
        raise BadDevice(f"a device of kind {kind!r}: known are {', '.join(KINDS)}")
    if len(found["meta"]) != 4:
        raise BadDevice(f"chunk 'meta' has {len(found['meta'])} bytes: it has 4")
    try:
        # Max has left bytes behind the patcher in some devices: what counts is the first object.
        patch, _ = json.JSONDecoder().raw_decode(_patcher(found["ptch"]).decode(errors="replace"))
    except ValueError as error:
        raise BadDevice(f"the patcher is no JSON: {error}") from error
    return Device(kind, struct.unpack("<I", found["meta"])[0], patch)


def _patcher(payload: bytes) -> bytes:
    if payload[:4] != _FROZEN:
        return payload
    # "mx@c", the length of this head, 0, and where the list of files begins (big endian): the patcher is the first.
    head, _, end = struct.unpack_from(">III", payload, 4)
    files = payload[end:]
    if files[:4] != b"dlst":
        raise BadDevice("a frozen device without its list of files")
    where = files.find(b"sz32")
    size = struct.unpack_from(">I", files, where + 8)[0]
    return payload[head : head + size]


def write(device: Device) -> bytes:
    """The device as bytes: one chunk after the other, nothing frozen. Raises BadDevice for a kind that is unknown."""
    if device.kind not in KINDS:
        raise BadDevice(f"a device of kind {device.kind!r}: known are {', '.join(KINDS)}")
    text = json.dumps(device.patch, indent="\t").encode() + b"\n\0"
    parts = (("ampf", device.kind.encode()), ("meta", struct.pack("<I", device.meta)), ("ptch", text))
    return b"".join(struct.pack("<4sI", tag.encode(), len(data)) + data for tag, data in parts)
