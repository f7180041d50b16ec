"""Lanes of their own for packets that a flood must not drown: more sockets on one UDP port, sorted by the system.

A flood fills a socket's buffer within milliseconds, and what comes then is dropped by the system, a panic too. On Linux
several sockets can share a port (`SO_REUSEPORT`), and a small program of the kernel's packet filter says which of them
gets a packet: by the first bytes of it, before there is a buffer. See socket(7), SO_ATTACH_REUSEPORT_CBPF; the
instructions are those of McCanne and Jacobson, The BSD Packet Filter (USENIX 1993). Elsewhere there is one socket.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import sys
from collections.abc import Sequence
from typing import Final

_SO_ATTACH_REUSEPORT_CBPF: Final = 51
# An instruction is (code, jump if true, jump if false, operand): load a word, a half word or a byte of the packet at
# the operand; jump if what was loaded equals the operand; return it. A load beyond the packet's end returns 0.
_LOAD: Final = {4: 0x20, 2: 0x28, 1: 0x30}
_JUMP_IF_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_Instruction = tuple[int, int, int, int]


def open_lanes(
    first: socket.socket, lanes: Sequence[Sequence[bytes]], receive_buffer: int
) -> tuple[socket.socket, ...]:
    """A further socket on the address of `first` for each of `lanes`: it gets what begins with one of its words.

    `first`, a bound UDP socket, goes on getting all others. Returns no sockets where the system cannot sort, and leaves
    `first` as it was. Each has `receive_buffer` bytes asked for and does not block.
    """
    if not sys.platform.startswith("linux") or not hasattr(socket, "SO_REUSEPORT"):
        return ()
    opened: list[socket.socket] = []
    try:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # after it was bound: so a busy port was refused
        for _ in lanes:
            lane = socket.socket(first.family, socket.SOCK_DGRAM)
            opened.append(lane)
            lane.setblocking(False)
            lane.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            lane.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            lane.bind(first.getsockname())
        _attach(first, sorting(lanes))
    except OSError:
        for lane in opened:
            lane.close()
        with contextlib.suppress(OSError):
            first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
        return ()
    return tuple(opened)


def sorting(lanes: Sequence[Sequence[bytes]]) -> list[_Instruction]:
    """The filter's program: the number, from 1, of the lane one of whose words a packet begins with; 0 for others."""
    program: list[_Instruction] = []
    for number, words in enumerate(lanes, 1):
        for word in words:
            program += _match(word, number)
    return [*program, (_RETURN, 0, 0, 0)]


def _match(word: bytes, number: int) -> list[_Instruction]:
    """Return `number` if the packet begins with `word`, else fall through."""
    parts: list[tuple[int, int]] = []  # offset and size
    at = 0
    while at < len(word):
        size = next(size for size in _LOAD if size <= len(word) - at)
        parts.append((at, size))
        at += size
    made: list[_Instruction] = []
    for place, (at, size) in enumerate(parts):
        left = 2 * (len(parts) - place) - 1  # instructions after this jump
        made.append((_LOAD[size], 0, 0, at))
        made.append((_JUMP_IF_EQUAL, 0, left, int.from_bytes(word[at : at + size], "big")))
    return [*made, (_RETURN, 0, 0, number)]


class _Filter(ctypes.Structure):
    """`struct sock_filter`."""

    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("len", ctypes.c_uint16), ("filter", ctypes.POINTER(_Filter)))


def _attach(door: socket.socket, program: list[_Instruction]) -> None:
    filters = (_Filter * len(program))(*(_Filter(*instruction) for instruction in program))
    whole = _Program(len(program), filters)
    door.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_REUSEPORT_CBPF, bytes(whole))  # the system copies it at once
