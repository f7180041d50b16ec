"""The page as a surface: what happens goes to its process, what people do there comes back as OSC messages would."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bridge.live.surfaces import Engine, Surface
from bridge.osc.decode import OscRefused, decode
from bridge.sessions.log import Entry
from bridge.system.subprocesses import OWN_GROUP, package_path
from bridge.vocabulary.events import ErrorReport, NoteOff, NoteOn, Severity
from bridge.vocabulary.requests import ListPresets, Report, Subscribe, Unsubscribe
from bridge.web.guard import is_loopback, new_token
from bridge.web.wire import JOINED, LEFT, LONGEST_LINE, LineWriter, line_of, reply_line, status_line, tell_line

DEFAULT_PORT: Final = 7402
# Where the usual port is taken (by another daemon, say), one of so many after it will do.
NEIGHBOURS: Final = 16
# A process that ended is replaced so often, and not if it lived for less than so many seconds.
MOST_RESTARTS: Final = 5
TOO_SHORT: Final = 1.0
_CLOSING: Final = 2.0  # seconds that `close` waits for the process


class PagePortBusy(OSError):
    """The page's port is taken; the text says the way out."""


@dataclass(frozen=True, slots=True)
class PageAsker:
    """A page that asked for something. May be used from any thread."""

    surface: PageSurface
    sender: tuple[str, int]

    def send(self, report: Report) -> None:
        """Answer this page."""
        line = reply_line(self.sender[1], report, time.perf_counter())
        if line is not None:
            self.surface.write(line)


class PageSurface(Surface):
    """Serves the page on `host`:`port`; None: the usual port, or the next one that is free.

    The port is bound at once. Off loopback the page's address has a token. Raises PagePortBusy when the port is taken,
    OSError for a host that is not this machine's, ValueError for a port that does not exist.
    """

    def __init__(self, engine: Engine, host: str = "127.0.0.1", port: int | None = None) -> None:
        self._engine = engine
        self._door = _bound(host, port)
        self._token = "" if is_loopback(host) else new_token()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._writer: LineWriter | None = None
        self._status: Mapping[str, Any] = {}
        # The pages that are open, and the keys that are down on each, as (pitch, channel): nobody lifts them on a page
        # that is gone.
        self._held: dict[int, set[tuple[int, int]]] = {}
        self._began = 0.0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        host, port = self._door.getsockname()[:2]
        if not self._token:
            return f"http://localhost:{port}/"
        if host in ("0.0.0.0", "::"):
            host = _own_address()
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}:{port}/?token={self._token}"

    def start(self) -> None:
        """Start the process."""
        self._spawn()
        self._thread.start()

    def accept(self, entry: Entry) -> None:
        """Show what happened."""
        line = line_of(entry)
        if line is not None:
            self.write(line)

    def tell(self, report: Report) -> None:
        """Show what is said to everybody."""
        line = tell_line(report, time.perf_counter())
        if line is not None:
            self.write(line)

    def status(self) -> Mapping[str, Any]:
        """How many pages are open."""
        return {"pages": len(self._held)}

    def publish(self, status: Mapping[str, Any]) -> None:
        """Show how things stand."""
        self._status = status
        self.write(status_line(status, time.perf_counter()))

    def write(self, line: bytes) -> None:
        """Hand a line to the process, if there is one; from any thread. Never blocks."""
        writer = self._writer
        if writer is not None:
            writer.write(line)

    def close(self) -> None:
        """End the process and give the port back. A second call does nothing."""
        self._closing.set()
        if self._writer is not None:
            self._writer.close()
        if self._process is not None:
            try:
                self._process.wait(_CLOSING)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._thread.is_alive():
            self._thread.join()
        self._door.close()

    # --- the process ---------------------------------------------------------------------------

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            for handed_down in (theirs, self._door):
                handed_down.set_inheritable(True)
            numbers = theirs.fileno(), self._door.fileno()
            self._process = subprocess.Popen(
                # -P: a file called uvicorn.py in the user's folder is not ours.
                [sys.executable, "-P", "-m", "bridge.web.page_process", *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": package_path()},
                pass_fds=numbers if os.name == "posix" else (),
                close_fds=os.name == "posix",
                process_group=OWN_GROUP,  # and no nicer than the set: somebody may be playing on the page
            )
        self._began = time.perf_counter()
        self._connection, writer = ours, LineWriter(ours)
        writer.write(msgspec.json.encode({"token": self._token}) + b"\n")
        if self._status:
            writer.write(status_line(self._status, self._began))
        self._writer = writer
        self._engine.hand_in([ListPresets()], PageAsker(self, ("page", 0)))

    def _run(self) -> None:
        """Read what pages say; replace a process that ends unasked."""
        for _ in range(MOST_RESTARTS):
            self._read()
            for number in list(self._held):
                self._lift_all(number, time.perf_counter())
            if self._closing.is_set():
                return
            if time.perf_counter() - self._began < TOO_SHORT:
                break
            self._engine.show(ErrorReport(Severity.WARNING, "page-fault", "the page's process ended and was replaced"))
            self._end_process()
            self._spawn()
        if not self._closing.is_set():
            text = f"the page at {self.address} does not run any more; the set goes on (start jam again for the page)"
            self._engine.show(ErrorReport(Severity.ERROR, "page-fault", text))

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        """Until the process ends."""
        connection = self._connection
        assert connection is not None
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            while (line := lines.readline(LONGEST_LINE)).endswith(b"\n"):
                self._take(line)

    def _take(self, line: bytes) -> None:
        number, now, address, arguments = msgspec.json.decode(line)
        if address == JOINED:
            self._held[number] = set()
            return
        if address == LEFT:
            self._lift_all(number, now)
            return
        asker = PageAsker(self, ("page", number))
        try:
            decoded = decode(address, arguments, now)
            if isinstance(decoded, (Subscribe, Unsubscribe)):
                raise OscRefused("refused-value", f"{address}: a page hears everything without that")
        except OscRefused as refusal:
            asker.send(ErrorReport(Severity.ERROR, refusal.code, refusal.text))
            return
        if isinstance(decoded, NoteOn):
            self._held.setdefault(number, set()).add((decoded.pitch, decoded.channel))
        elif isinstance(decoded, NoteOff):
            self._held.get(number, set()).discard((decoded.pitch, decoded.channel))
        if decoded is not None:
            self._engine.hand_in([decoded], asker)

    def _lift_all(self, number: int, now: float) -> None:
        """Nobody is at a page any more: its keys come up."""
        ends = [NoteOff(now, pitch, channel) for pitch, channel in sorted(self._held.pop(number, ()))]
        if ends:
            self._engine.hand_in([*ends], None)


def _bound(host: str, port: int | None) -> socket.socket:
    """A listening TCP socket on `host`:`port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wanted = range(DEFAULT_PORT, DEFAULT_PORT + NEIGHBOURS) if port is None else (port,)
    refused: OSError | None = None
    for number in wanted:
        door = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":  # a port whose last connections are only just over is free
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((host, number))
            door.listen(128)
        except OSError as error:
            door.close()
            refused = error
            if error.errno != errno.EADDRINUSE:
                break
        except OverflowError as error:
            door.close()
            raise ValueError(f"no port {number} for the page: choose 1024 to 65535 with --web-port") from error
        else:
            return door
    assert refused is not None
    if refused.errno == errno.EADDRINUSE:
        raise PagePortBusy(f"the page's port {wanted[0]} is in use: choose another with --web-port, or --no-web")
    where, way_out = f"{host}:{wanted[0]}", "see --web-host, --web-port and --no-web"
    raise OSError(f"cannot serve the page on {where}: {refused}; {way_out}")


def _own_address() -> str:
    """The address by which others on the network reach this machine, as far as it knows."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which way it would go
        return str(probe.getsockname()[0])
    return socket.gethostname()
