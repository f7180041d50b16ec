"""The OSC port: a UDP socket, the thread that reads it, and the clients that hear of what happens.

Everything that arrives in one packet is one unit: it is checked as a whole, and one refused message
keeps the rest of its packet out. Bundles for later wait here and are handed over at their time, with that
time on their events, so a sender that schedules ahead is free of network jitter.

`OscServer.send` may be called from any thread and never blocks; the inbox is called on the OSC thread.
"""

from __future__ import annotations

import contextlib
import errno
import heapq
import itertools
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.osc.encode import encode
from bridge.osc.table import OscRefused, decode
from bridge.osc.wire import LARGEST, WireError, WireMessage, build, parse
from bridge.vocabulary.events import ErrorReport, Input, Severity
from bridge.vocabulary.requests import Decoded, Report, ShellRequest, Subscribe, Unsubscribe

Endpoint = tuple[str, int]  # IPv4 address, UDP port

DEFAULT_PORT: Final = 7401
DEFAULT_TARGET: Final[Endpoint] = ("127.0.0.1", 7400)
MOST_WAITING: Final = 1024  # batches held for later
FARTHEST_AHEAD: Final = 3600.0  # seconds
MOST_SUBSCRIBERS: Final = 16
ERRORS_A_SECOND: Final = 50
_LONGEST_NAP: Final = 1.0  # seconds without looking at the clock


class OscPortBusy(OSError):
    """The UDP port is taken; the text says by whom, where that can be known, and the way out."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to whoever sent a batch. May be kept and used from any thread."""

    server: OscServer
    sender: Endpoint

    def send(self, report: Report) -> None:
        """Tell the sender, and every target and subscriber too: Max's udpsend cannot hear on its own port.

        Never blocks, never raises for a client that is gone.
        """
        self.server.send_to(tuple(dict.fromkeys((self.sender, *self.server.listeners))), report)


Inbox = Callable[[list[Input | ShellRequest], Reply], None]


@dataclass(slots=True)
class Traffic:
    """What went through so far: for status and tests."""

    packets: int = 0
    batches: int = 0
    refused: int = 0
    sent: int = 0
    unsent: int = 0


class ErrorLimit:
    """Lets `ERRORS_A_SECOND` through in each second and counts the rest. Pure: time is an argument."""

    def __init__(self) -> None:
        self._began = float("-inf")
        self._passed = 0
        self._held = 0

    def passes(self, now: float) -> bool:
        """Whether one more error may be told at `now` (seconds). Ask `due` first."""
        if now - self._began >= 1.0:
            self._began, self._passed = now, 0
        if self._passed < ERRORS_A_SECOND:
            self._passed += 1
            return True
        self._held += 1
        return False

    def due(self, now: float) -> int:
        """How many were held back in a second that is over at `now`; 0 when there is nothing to tell."""
        if not self._held or now - self._began < 1.0:
            return 0
        held, self._held = self._held, 0
        return held


class OscServer:
    """OSC on one UDP port of this machine.

    `targets` hear every `send`; so do the ports that clients on this machine subscribe. `inbox(batch, reply)`
    is called on the OSC thread with the events and requests of one packet (one bundle time): it should
    only enqueue them, and must not raise. The port is bound at once, so a busy one is known before anything
    else opens; nothing is read before `start`.

    Raises OscPortBusy when the port is taken, OSError for a host that is not this machine's, ValueError for a
    target that is the server itself.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        targets: Iterable[Endpoint] = (DEFAULT_TARGET,),
        *,
        inbox: Inbox,
    ) -> None:
        self._inbox = inbox
        self._socket = _bound(host, port)
        self.address: Endpoint = self._socket.getsockname()
        self.traffic = Traffic()
        try:
            self._targets = tuple((socket.gethostbyname(name), number) for name, number in targets)
            if any(self._is_self(target) for target in self._targets):
                raise ValueError(
                    f"OSC cannot be sent to port {self.address[1]}, where it is listened to: choose another"
                )
        except (OSError, ValueError):
            self._socket.close()
            raise
        self._subscribers: tuple[Endpoint, ...] = ()  # replaced, never changed: read by any thread
        self._waiting: list[tuple[float, int, list[Decoded], Endpoint]] = []
        self._order = itertools.count()
        self._limit = ErrorLimit()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="osc", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self) -> None:
        """Stop reading and give the port back. What still waits for its time is dropped. Idempotent."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._socket.sendto(b"", self._own_door())
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> OscServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- out: any thread ---

    @property
    def listeners(self) -> tuple[Endpoint, ...]:
        """Targets and subscribers."""
        return (*self._targets, *self._subscribers)

    def send(self, report: Report) -> None:
        """Tell every target and subscriber. What has no OSC form is not sent. Never blocks."""
        self.send_to(self.listeners, report)

    def send_to(self, endpoints: Sequence[Endpoint], report: Report) -> None:
        """Tell some. A client that is gone or slow is counted in `traffic.unsent`, nothing more."""
        message = encode(report, time.perf_counter())
        if message is None:
            return
        datagram = build(*message)
        for endpoint in endpoints:
            try:
                self._socket.sendto(datagram, endpoint)
                self.traffic.sent += 1
            except OSError:
                self.traffic.unsent += 1

    # --- in: the OSC thread ---

    def _run(self) -> None:
        while not self._closing.is_set():
            self._hand_over_due()
            self._tell_held_errors()
            readable, _, _ = select.select([self._socket], [], [], self._nap())
            if readable:
                self._receive()

    def _nap(self) -> float:
        if not self._waiting:
            return _LONGEST_NAP
        return min(max(self._waiting[0][0] - time.perf_counter(), 0.0), _LONGEST_NAP)

    def _receive(self) -> None:
        try:
            datagram, sender = self._socket.recvfrom(LARGEST + 1)
        except OSError:  # Windows reports here that an earlier send met a closed port
            return
        if self._closing.is_set() or self._is_self(sender):
            return
        self.traffic.packets += 1
        now = time.perf_counter()
        try:
            messages = parse(datagram)
        except WireError as error:
            self._refuse(sender, OscRefused("bad-packet", str(error)))
            return
        self._take(messages, sender, now)

    def _take(self, messages: list[WireMessage], sender: Endpoint, now: float) -> None:
        """Check all of a packet; then all of it, or nothing, goes on."""
        ahead = _wall_ahead() if any(message.wall is not None for message in messages) else 0.0
        batches: dict[float, list[Decoded]] = {}
        refusals: list[OscRefused] = []
        for message in messages:
            if message.address == "/antiphon/error":
                return  # an error is never answered with an error
            due = now if message.wall is None else max(message.wall - ahead, now)
            try:
                if due - now > FARTHEST_AHEAD:
                    raise OscRefused(
                        "too-far-ahead",
                        f"{message.address} is for {due - now:.0f} s ahead: at most {FARTHEST_AHEAD:.0f} s "
                        "(is the sender's clock right?)",
                    )
                decoded = decode(message.address, message.args, due)
                self._check_subscription(decoded, sender)
                batches.setdefault(due, []).append(decoded)
            except OscRefused as refusal:
                refusals.append(refusal)
        later = sum(due > now for due in batches)
        if len(self._waiting) + later > MOST_WAITING:
            refusals.append(OscRefused("too-many-waiting", f"{MOST_WAITING} bundles already wait for their time"))
        for refused in refusals:
            self._refuse(sender, refused)
        if refusals:
            return
        for due, batch in batches.items():
            if due > now:
                heapq.heappush(self._waiting, (due, next(self._order), batch, sender))
            else:
                self._hand_over(batch, sender)

    def _hand_over_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.perf_counter():
            _, _, batch, sender = heapq.heappop(self._waiting)
            self._hand_over(batch, sender)

    def _hand_over(self, batch: list[Decoded], sender: Endpoint) -> None:
        rest: list[Input | ShellRequest] = []
        for item in batch:
            if isinstance(item, Subscribe):
                self._subscribe((sender[0], item.port))
            elif isinstance(item, Unsubscribe):
                self._subscribers = tuple(known for known in self._subscribers if known != (sender[0], item.port))
            else:
                rest.append(item)
        if rest:
            self.traffic.batches += 1
            self._inbox(rest, Reply(self, sender))

    # --- subscribers and errors ---

    def _check_subscription(self, item: Decoded, sender: Endpoint) -> None:
        if not isinstance(item, Subscribe):
            return
        if not sender[0].startswith("127."):
            raise OscRefused("not-local", f"/antiphon/subscribe from {sender[0]}: only clients on this machine may")
        if self._is_self((sender[0], item.port)):
            raise OscRefused("refused-value", f"/antiphon/subscribe: port {item.port} is Antiphon's own")
        if len(self._subscribers) >= MOST_SUBSCRIBERS and (sender[0], item.port) not in self._subscribers:
            raise OscRefused("too-many-subscribers", f"{MOST_SUBSCRIBERS} ports are subscribed: unsubscribe one first")

    def _subscribe(self, endpoint: Endpoint) -> None:
        if endpoint not in self.listeners and len(self._subscribers) < MOST_SUBSCRIBERS:
            self._subscribers = (*self._subscribers, endpoint)

    def _refuse(self, sender: Endpoint, refusal: OscRefused) -> None:
        self.traffic.refused += 1
        now = time.perf_counter()
        self._tell_held_errors()
        if self._limit.passes(now):
            Reply(self, sender).send(ErrorReport(Severity.ERROR, refusal.code, refusal.text))

    def _tell_held_errors(self) -> None:
        held = self._limit.due(time.perf_counter())
        if held:
            self.send(
                ErrorReport(
                    Severity.WARNING, "many-errors", f"{held} more OSC messages were refused, not told one by one"
                )
            )

    def _is_self(self, endpoint: Endpoint) -> bool:
        host, port = self.address
        return endpoint[1] == port and (endpoint[0] == host or (host == "0.0.0.0" and endpoint[0].startswith("127.")))

    def _own_door(self) -> Endpoint:
        host, port = self.address
        return ("127.0.0.1" if host == "0.0.0.0" else host, port)


def _wall_ahead() -> float:
    """Unix time minus `perf_counter`, in seconds: read again when the thread was interrupted in between."""
    for _ in range(5):
        before, wall, after = time.perf_counter(), time.time(), time.perf_counter()
        if after - before < 1e-4:
            break
    return wall - (before + after) / 2


# --- the port ------------------------------------------------------------------------------------


def _bound(host: str, port: int) -> socket.socket:
    """A non-blocking IPv4 UDP socket on `host`:`port` (0: any free one)."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)  # Windows would share the port silently
        if exclusive is not None:
            udp.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        udp.setblocking(False)
        udp.bind((host, port))
    except OSError as error:
        udp.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES) and port >= 1024:
            holder = _holder(port)
            by = f" by {holder}" if holder else " by another program (maybe another antiphon)"
            raise OscPortBusy(f"OSC port {port} is in use{by}: end it, or choose another with --osc-port") from error
        raise OSError(f"cannot listen for OSC on {host}:{port}: {error}; see --osc-host and --osc-port") from error
    except OverflowError as error:
        udp.close()
        raise ValueError(f"OSC port {port} does not exist: choose 1024 to 65535 with --osc-port") from error
    return udp


def _holder(port: int) -> str | None:
    """Who holds UDP `port`, as "name (process 123)"; None where Linux does not tell."""
    try:
        rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
        inodes = {f"socket:[{row[9]}]" for row in rows if int(row[1].split(":")[1], 16) == port}
        if not inodes:
            return None
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended meanwhile, or somebody else's
                if any(str(handle.readlink()) in inodes for handle in (process / "fd").iterdir()):
                    return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    except (OSError, ValueError, IndexError):
        return None
    return None
