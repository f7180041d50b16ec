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
import math
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bridge.osc.decode import OscRefused, decode
from bridge.osc.encode import encode
from bridge.osc.flood import MOST_PACKETS, SILENCING, WITHIN, FloodGate
from bridge.osc.guests import Guests, is_local
from bridge.osc.priority_sockets import open_lanes
from bridge.osc.subscribers import MOST as MOST_SUBSCRIBERS
from bridge.osc.subscribers import Endpoint, Subscribers
from bridge.osc.wire import LARGEST, OscWireError, WireMessage, build, parse
from bridge.vocabulary.events import ErrorReport, Input, Panic, SetMode, Severity, Stop
from bridge.vocabulary.requests import Decoded, Report, ShellRequest, Subscribe, Unsubscribe

DEFAULT_PORT: Final = 7401
DEFAULT_TARGET: Final[Endpoint] = ("127.0.0.1", 7400)
MOST_WAITING: Final = 1024  # batches held for later
FARTHEST_AHEAD: Final = 3600.0  # seconds
ERRORS_A_SECOND: Final = 50
# What silences or turns the machine waits no longer than this, in seconds, whatever its bundle's time tag says.
LONGEST_URGENT_WAIT: Final = 1.0
MOST_KINDS_TOLD: Final = 64  # kinds of refusal that are shown at the terminal, each once
_LOOPBACK: Final = {"127.0.0.1": "::1"}
# Packets read of one socket before others, and the time, are looked at; and bytes that may wait to be read.
_READ_AT_ONCE: Final = 64
_RECEIVE_BUFFER: Final = 1 << 20
_URGENT: Final = (Panic, Stop, SetMode)
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
        if isinstance(report, ErrorReport):
            self.server.show(report)


Inbox = Callable[[list[Input | ShellRequest], Reply], None]


@dataclass(slots=True)
class Traffic:
    """What went through so far: for status and tests."""

    packets: int = 0
    batches: int = 0
    refused: int = 0
    shed: int = 0
    strangers: int = 0
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
    else opens; nothing is read before `start`. On IPv4's loopback it hears IPv6's too, where there is one. Of other
    machines only `guests` are heard.
    `tell(report)`, if given, hears of each kind of refusal once, on the OSC thread.

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
        guests: Guests = Guests(),  # noqa: B008 - immutable
        tell: Callable[[ErrorReport], None] | None = None,
    ) -> None:
        self._inbox = inbox
        self._guests = guests
        self._tell = tell
        self._kinds_told: set[tuple[str, str]] = set()
        self._socket = _bound(host, port)
        self.address: Endpoint = self._socket.getsockname()
        self._socket6 = _bound_too(_LOOPBACK.get(self.address[0]), self.address[1])
        doors = (self._socket,) if self._socket6 is None else (self._socket, self._socket6)
        lanes = [lane for door in doors for lane in open_lanes(door, [SILENCING], receive_buffer=_RECEIVE_BUFFER)]
        self._sockets = (*lanes, *doors)  # in the order in which they are read
        self.traffic = Traffic()
        try:
            self._targets = tuple((socket.gethostbyname(name), number) for name, number in targets)
            if any(self._is_self(target) for target in self._targets):
                raise ValueError(
                    f"OSC cannot be sent to port {self.address[1]}, where it is listened to: choose another"
                )
        except (OSError, ValueError):
            self._close_sockets()
            raise
        self._subscribers = Subscribers()
        self._waiting: list[tuple[float, int, list[Decoded], Endpoint]] = []
        self._order = itertools.count()
        self._limit = ErrorLimit()
        self._gate = FloodGate()
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
        self._subscribers.close()
        self._close_sockets()

    def _close_sockets(self) -> None:
        for door in self._sockets:
            door.close()

    def _socket_to(self, endpoint: Endpoint) -> socket.socket:
        return self._socket6 if self._socket6 is not None and ":" in endpoint[0] else self._socket

    def __enter__(self) -> OscServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- out: any thread ---

    @property
    def listeners(self) -> tuple[Endpoint, ...]:
        """Targets and subscribers."""
        return (*self._targets, *self._subscribers.endpoints)

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
                self._socket_to(endpoint).sendto(datagram, endpoint)
                self.traffic.sent += 1
            except OSError:
                self.traffic.unsent += 1

    # --- in: the OSC thread ---

    def _run(self) -> None:
        while not self._closing.is_set():
            self._hand_over_due()
            self._tell_held_errors()
            self._tell_of_flood()
            self._forget_dead_subscribers()
            readable, _, _ = select.select(self._sockets, [], [], self._nap())
            for door in readable:
                for _ in range(_READ_AT_ONCE):
                    if not self._receive(door):
                        break

    def _nap(self) -> float:
        due = min(self._waiting[0][0] if self._waiting else math.inf, self._subscribers.next_asking())
        return min(max(due - time.perf_counter(), 0.0), _LONGEST_NAP)

    def _receive(self, door: socket.socket) -> bool:
        """Read one packet. False where there is none."""
        try:
            datagram, origin = door.recvfrom(LARGEST + 1)
        except OSError:  # none, or (Windows) an earlier send met a closed port
            return False
        self.traffic.packets += 1
        now = time.perf_counter()
        if not self._gate.passes(datagram, now):  # first of all: in a flood this is all there is time for
            self.traffic.shed += 1
            return not self._closing.is_set()
        sender: Endpoint = origin[:2]
        if self._closing.is_set() or self._is_self(sender):
            return False
        if not self._guests.admits(sender[0]):
            self._turn_away(sender[0])
            return True
        try:
            messages = parse(datagram)
        except OscWireError as error:
            self._refuse(sender, OscRefused("bad-packet", str(error)))
            return True
        self._take(messages, sender, now)
        return True

    def _take(self, messages: list[WireMessage], sender: Endpoint, now: float) -> None:
        """Check all of a packet; then all of it, or nothing, goes on."""
        ahead = _wall_ahead() if any(message.wall is not None for message in messages) else 0.0
        batches: dict[float, list[Decoded]] = {}
        refusals: list[OscRefused] = []
        hurried: list[str] = []
        for message in messages:
            if message.address == "/antiphon/error":
                return  # an error is never answered with an error
            due = now if message.wall is None else max(message.wall - ahead, now)
            try:
                decoded = self._decode(message, due, now, sender)
            except OscRefused as refusal:
                refusals.append(refusal)
                continue
            if decoded is None:
                continue
            if isinstance(decoded, _URGENT) and due - now > LONGEST_URGENT_WAIT:
                hurried.append(f"{message.address} was for {due - now:.1f} s ahead")
                due, decoded = now, replace(decoded, time=now)
            batches.setdefault(due, []).append(decoded)
        later = sum(due > now for due in batches)
        if len(self._waiting) + later > MOST_WAITING:
            refusals.append(OscRefused("too-many-waiting", f"{MOST_WAITING} bundles already wait for their time"))
        for refused in refusals:
            self._refuse(sender, refused)
        if refusals:
            return
        for what in hurried:
            self._warn(sender, "not-delayed", f"{what}: what stops or turns the machine acts at once")
        for due, batch in batches.items():
            if due > now:
                heapq.heappush(self._waiting, (due, next(self._order), batch, sender))
            else:
                self._hand_over(batch, sender)

    def _decode(self, message: WireMessage, due: float, now: float, sender: Endpoint) -> Decoded | None:
        """What a message means at `due`; None where it means nothing. Raises OscRefused."""
        decoded = decode(message.address, message.args, due)
        if due - now > FARTHEST_AHEAD and not isinstance(decoded, _URGENT):
            raise OscRefused(
                "too-far-ahead",
                f"{message.address} is for {due - now:.0f} s ahead: at most {FARTHEST_AHEAD:.0f} s "
                "(is the sender's clock right?)",
            )
        if isinstance(decoded, Subscribe):
            self._check_subscription(decoded, sender)
        return decoded

    def _hand_over_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.perf_counter():
            _, _, batch, sender = heapq.heappop(self._waiting)
            self._hand_over(batch, sender)

    def _hand_over(self, batch: list[Decoded], sender: Endpoint) -> None:
        rest: list[Input | ShellRequest] = []
        for item in batch:
            if isinstance(item, Subscribe):
                if (sender[0], item.port) not in self._targets:
                    self._subscribers.add((sender[0], item.port))
            elif isinstance(item, Unsubscribe):
                self._subscribers.remove((sender[0], item.port))
            else:
                rest.append(item)
        if rest:
            self.traffic.batches += 1
            self._inbox(rest, Reply(self, sender))

    # --- subscribers and errors ---

    def _check_subscription(self, item: Subscribe, sender: Endpoint) -> None:
        if not is_local(sender[0]):
            raise OscRefused("not-local", f"/antiphon/subscribe from {sender[0]}: only clients on this machine may")
        if self._is_self((sender[0], item.port)):
            raise OscRefused("refused-value", f"/antiphon/subscribe: port {item.port} is Antiphon's own")
        if self._subscribers.full and (sender[0], item.port) not in self._subscribers.endpoints:
            raise OscRefused("too-many-subscribers", f"{MOST_SUBSCRIBERS} ports are subscribed: unsubscribe one first")

    def _forget_dead_subscribers(self) -> None:
        for host, port in self._subscribers.forget_dead(time.perf_counter()):
            self.show(
                ErrorReport(Severity.WARNING, "subscriber-gone", f"{host}:{port} hears no more: its subscription ended")
            )

    def _turn_away(self, host: str) -> None:
        """Whoever may not send is not answered either: the answer could go to somebody else's address."""
        self.traffic.strangers += 1
        text = f"{host} sent OSC and was not heard: --osc-allow {host} lets it in"
        self.show(ErrorReport(Severity.WARNING, "stranger", text))

    def _refuse(self, sender: Endpoint, refusal: OscRefused) -> None:
        self.traffic.refused += 1
        now = time.perf_counter()
        self._tell_held_errors()
        report = ErrorReport(Severity.ERROR, refusal.code, refusal.text)
        self.show(report)
        if self._limit.passes(now):
            Reply(self, sender).send(report)

    def _warn(self, sender: Endpoint, code: str, text: str) -> None:
        report = ErrorReport(Severity.WARNING, code, text)
        self.show(report)
        Reply(self, sender).send(report)

    def show(self, report: ErrorReport) -> None:
        """At the terminal each kind (what was wrong, with which address) is shown once. From any thread."""
        kind = report.code, report.text.partition(" ")[0][:64]
        if self._tell is None or kind in self._kinds_told or len(self._kinds_told) >= MOST_KINDS_TOLD:
            return
        self._kinds_told.add(kind)
        self._tell(report)

    def _tell_held_errors(self) -> None:
        held = self._limit.due(time.perf_counter())
        if held:
            self.send(
                ErrorReport(
                    Severity.WARNING, "many-errors", f"{held} more OSC messages were refused, not told one by one"
                )
            )

    def _tell_of_flood(self) -> None:
        shed = self._gate.due(time.perf_counter())
        if shed:
            report = ErrorReport(
                Severity.WARNING,
                "osc-flood",
                f"{shed} OSC packets were left unread: more than {MOST_PACKETS} came within {WITHIN:g} s",
            )
            self.show(report)
            self.send(report)

    def _is_self(self, endpoint: Endpoint) -> bool:
        host, port = self.address
        ours = endpoint[0] == host or (host == "0.0.0.0" and endpoint[0].startswith("127."))
        return endpoint[1] == port and (ours or (self._socket6 is not None and endpoint[0] == "::1"))

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


def _bound_too(host: str | None, port: int) -> socket.socket | None:
    """The same port on IPv6's loopback, None where there is no such thing: some clients' "localhost" is that."""
    if host is None or not socket.has_ipv6:
        return None
    try:
        udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    except OSError:
        return None
    try:
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        udp.bind((host, port))
    except OSError:
        udp.close()
        return None
    return udp


def _bound(host: str, port: int) -> socket.socket:
    """A non-blocking IPv4 UDP socket on `host`:`port` (0: any free one)."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)  # Windows would share the port silently
        if exclusive is not None:
            udp.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
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
