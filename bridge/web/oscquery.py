"""OSCQuery as a surface: controllers find every address, what it takes, and what it is set to.

HTTP and WebSocket share one TCP port, usually the one with the number of the OSC port. A client that says LISTEN hears
a value by WebSocket when it changes, as OSC. What a client sets, it sets by OSC: nothing is taken in here, and nothing
that comes from the network names a file. It runs on threads of the daemon: a tree is a millisecond's work, once in a
client's life, and a client that is slow is dropped.
"""

from __future__ import annotations

import contextlib
import errno
import http
import ipaddress
import json
import logging
import queue
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from bridge.live.surfaces import Surface
from bridge.osc import query
from bridge.osc.encode import encode
from bridge.osc.guests import Guests
from bridge.osc.plan import OscPlan
from bridge.osc.wire import build
from bridge.sessions.log import Entry
from bridge.vocabulary.events import Dropped, ErrorReport, Sounded, ValueReport
from bridge.vocabulary.requests import Report
from bridge.web.guard import LOOPBACK_NAMES, host_name

MOST_CLIENTS: Final = 16
# Messages that a client may be behind, paths that it may listen to, and bytes that it may say at once.
MOST_BEHIND: Final = 512
MOST_PATHS: Final = 256
LARGEST: Final = 4096
_NAME: Final = "Antiphon"

_silent = logging.getLogger("antiphon.oscquery")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class QueryPortBusy(OSError):
    """The port is taken; the text says the way out."""


class OscQuerySurface(Surface):
    """Serves the tree on TCP `host`:`port` (0: any free one); `osc_port` is where OSC is heard.

    Off loopback only `guests` are answered. Raises QueryPortBusy where the port is taken, OSError for a host that is
    not this machine's.
    """

    def __init__(
        self,
        host: str,
        port: int,
        osc_port: int,
        guests: Guests = Guests(),  # noqa: B008 - immutable
    ) -> None:
        self._osc_port = osc_port
        self._guests = guests
        self._door = _bound(host, port)
        self.port: int = self._door.getsockname()[1]
        self._server: Server | None = None
        self._clients: set[_Client] = set()
        self._lock = threading.Lock()
        self._plan = OscPlan()
        self._status: Mapping[str, Any] = {}
        self._told: dict[str, float | str] = {}
        self._thread: threading.Thread | None = None

    # --- the engine thread ---

    def start(self) -> None:
        """Begin to answer."""
        self._server = serve(
            self._listen,
            sock=self._door,
            process_request=self._answer,
            compression=None,
            server_header=None,
            open_timeout=5,
            close_timeout=1,
            max_size=LARGEST,
            logger=_silent,
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="oscquery", daemon=True)
        self._thread.start()

    def accept(self, entry: Entry) -> None:
        """Tell who listens what was decided."""
        match entry:
            case ["out", _, ErrorReport()]:
                pass  # the daemon tells those, like its own
            case ["out", now, output]:
                for report in self._plan.reports(output, now):
                    self.tell(report)
            case ["in", _, Sounded() | Dropped() as item]:
                self._plan.heard(item)

    def tell(self, report: Report) -> None:
        """Tell who listens to the address of a report."""
        if not self._clients:
            return
        if (message := encode(report, time.perf_counter())) is not None:
            self._say(*message)
        if isinstance(report, ValueReport):
            self._told |= query.values({"parameters": {report.name: report.value}})
            self._say(f"{query.SET}/{report.name}", (report.value,))

    def publish(self, status: Mapping[str, Any]) -> None:
        """Take how things stand, and tell what changed of it."""
        self._status = status
        if not self._clients:
            self._told = {}
            return
        now = query.values(status)
        for path, value in now.items():
            if self._told and self._told.get(path) != value:
                self._say(path, (value,))
        self._told = now

    def close(self) -> None:
        """Let everybody go."""
        for client in self._everybody():
            client.end()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._door.close()

    def _everybody(self) -> list[_Client]:
        with self._lock:
            return list(self._clients)

    def _say(self, address: str, arguments: tuple[int | float | str, ...]) -> None:
        hearing = [client for client in self._everybody() if address in client.paths]
        if hearing:
            datagram = build(address, arguments)
            for client in hearing:
                client.offer(datagram)

    # --- a thread for each connection ---

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """The answer to an HTTP request; None lets a WebSocket in."""
        try:
            host, port = connection.local_address[:2]
            sender = str(connection.remote_address[0])
        except OSError:  # who asked is gone
            return _response(http.HTTPStatus.BAD_REQUEST, "gone")
        if refusal := self._refusal(sender, request.headers):
            return _response(http.HTTPStatus.FORBIDDEN, refusal)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            full = len(self._clients) >= MOST_CLIENTS
            return _response(http.HTTPStatus.SERVICE_UNAVAILABLE, "too many listen") if full else None
        asked = urlsplit(request.path)
        if asked.query == "HOST_INFO":
            info = query.host_info(_NAME, str(host), self._osc_port) | {"WS_PORT": port}
            return _response(http.HTTPStatus.OK, info)
        code, found = query.answer(query.tree(self._status), unquote(asked.path), asked.query)
        return _response(http.HTTPStatus(code), _REASONS.get(code, "") if found is None else found)

    def _refusal(self, sender: str, headers: Headers) -> str:
        """Why a request is not answered. A stranger's page, made to point here, has a name or an origin of its own."""
        if not self._guests.admits(sender):
            return f"{sender} may not ask: --osc-allow {sender} lets it"
        named = host_name(headers.get("Host", ""))
        if named not in LOOPBACK_NAMES and not _is_number(named) and not (named.endswith(".local") and self._guests):
            return f"Antiphon is not at {named[:80]!r}"
        origin = headers.get("Origin")
        if origin is not None and host_name(urlsplit(origin).netloc) != named:
            return f"the page at {origin[:80]!r} may not ask"
        return ""

    def _listen(self, connection: ServerConnection) -> None:
        client = _Client(connection)
        with self._lock:
            self._clients.add(client)
        try:
            for text in connection:
                if isinstance(text, str):
                    client.said(text)
        except ConnectionClosed:
            pass
        finally:
            with self._lock:
                self._clients.discard(client)
            client.end()


class _Client:
    """One that listens, and what it is to be told. `offer` never blocks."""

    def __init__(self, connection: ServerConnection) -> None:
        self.paths: frozenset[str] = frozenset()
        self._connection = connection
        self._queue: queue.Queue[bytes | None] = queue.Queue(MOST_BEHIND)
        threading.Thread(target=self._send, name="oscquery-client", daemon=True).start()

    def said(self, text: str) -> None:
        """LISTEN or IGNORE, as JSON; anything else means nothing, as the proposal has it."""
        try:
            asked = json.loads(text)
            command, path = asked["COMMAND"], asked["DATA"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        if not isinstance(path, str):
            return
        if command == "LISTEN" and path in _PATHS and len(self.paths) < MOST_PATHS:
            self.paths |= {path}
        elif command == "IGNORE":
            self.paths -= {path}

    def offer(self, datagram: bytes) -> None:
        """Tell it, unless it is too far behind: then it is let go."""
        try:
            self._queue.put_nowait(datagram)
        except queue.Full:
            self.paths = frozenset()
            threading.Thread(target=self._connection.close, args=(1013, "too slow"), daemon=True).start()

    def end(self) -> None:
        """Tell it no more."""
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)

    def _send(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while (datagram := self._queue.get()) is not None:
                self._connection.send(datagram)


_PATHS: Final = frozenset(query.methods(query.tree({})))
_REASONS: Final = {404: "no such address", 400: f"ask for HOST_INFO or one of {', '.join(query.ATTRIBUTES)}"}


def _is_number(host: str) -> bool:
    """Whether a host is written as an address, which no stranger's name can be made to be."""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host.strip("[]"))
        return True
    return False


def _response(code: http.HTTPStatus, body: query.Node | str) -> Response:
    text = (body if isinstance(body, str) else json.dumps(body)).encode()
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    headers = Headers({"Content-Type": kind, "Cache-Control": "no-cache", "Connection": "close"})
    if code is not http.HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(text))
    return Response(code.value, code.phrase, headers, b"" if code is http.HTTPStatus.NO_CONTENT else text)


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises QueryPortBusy, OSError."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise QueryPortBusy(
                f"TCP port {port}, where OSCQuery was to answer, is in use: choose another with --osc-query-port, or "
                "do without by --no-osc-query"
            ) from error
        raise
