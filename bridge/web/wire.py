"""How the daemon and the page's process talk: lines of JSON over a stream socket. Pure but for the writer's socket.

To the page's process, and from there to every page as they are:

    ["in" or "out", now, type, fields]    what the session noted, as its log has it
    ["tell", now, type, fields]           what the program says to everybody
    ["status", now, fields]               how things stand
    ["reply", client, now, type, fields]  the answer to one page alone (its process takes the client off)

From it: `[client, now, address, arguments]`, an OSC message (`bridge.osc.table`) that the page `client` said at `now`;
JOINED or LEFT as the address says that the page has come or gone. Times are `time.perf_counter()` seconds, which every
process of a machine shares.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

import msgspec

from bridge.sessions.log import Entry, unpack
from bridge.vocabulary.events import (
    BeatLine,
    ClockTick,
    Control,
    Input,
    LinkState,
    Output,
    PassThrough,
    Raw,
    SetLinkPlaying,
    SetLinkTempo,
    StepTime,
)
from bridge.vocabulary.requests import Report, StatusReport

JOINED: Final = "joined"
LEFT: Final = "left"
# A page's process that leaves more bytes than this unread has hung.
MOST_UNREAD: Final = 4 << 20
# A line of the page's process is a small message, or broken.
LONGEST_LINE: Final = 1 << 16
# What no page has a use for: a clock's ticks, other people's clocks, bytes.
_UNSHOWN: Final = (
    BeatLine, ClockTick, Control, LinkState, PassThrough, Raw, SetLinkPlaying, SetLinkTempo, StatusReport, StepTime,
)  # fmt: skip

_encode: Final = msgspec.json.Encoder().encode


def line_of(entry: Entry) -> bytes | None:
    """An entry of the session's as a line; None for one that no page shows."""
    if entry[0] not in ("in", "out") or isinstance(entry[2], _UNSHOWN):
        return None
    return _line(entry[0], entry[1], entry[2])


def tell_line(report: Report, now: float) -> bytes | None:
    """What the program says to everybody; None for what no page shows."""
    return None if isinstance(report, _UNSHOWN) else _line("tell", now, report)


def reply_line(client: int, report: Report, now: float) -> bytes | None:
    """The answer to one page."""
    if isinstance(report, _UNSHOWN):
        return None
    return _encode(["reply", client, now, type(report).__name__, report]) + b"\n"


def status_line(status: Mapping[str, Any], now: float) -> bytes:
    """How things stand."""
    return _encode(["status", now, status]) + b"\n"


def entry_of(parts: list[Any]) -> Entry:
    """The entry that a line was made of, from its parsed parts. Raises BadLog."""
    kind, now, name, fields = parts
    return [kind, now, unpack({"type": name, **fields})]


def _line(kind: str, now: float, item: Input | Output | Report) -> bytes:
    return _encode([kind, now, type(item).__name__, item]) + b"\n"


class LineWriter:
    """The sending end: never blocks, keeps what the socket does not take. Safe from several threads."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting = bytearray()
        self._lock = Lock()
        self.broken = False

    def write(self, line: bytes) -> None:
        """Send a line, or keep it; where the other end hangs or is gone, be `broken` and do nothing ever after."""
        with self._lock:
            if self.broken:
                return
            self._waiting += line
            try:
                while self._waiting:
                    sent = self._connection.send(self._waiting, socket.MSG_DONTWAIT if _DONT_WAIT else 0)
                    del self._waiting[:sent]
            except BlockingIOError:
                self.broken = len(self._waiting) > MOST_UNREAD
            except OSError:
                self.broken = True

    def close(self) -> None:
        """Say that nothing more comes."""
        self.broken = True
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)


# Where a send cannot be asked not to wait (Windows), the socket's own buffer must do.
_DONT_WAIT: Final = hasattr(socket, "MSG_DONTWAIT")
