"""What all pages know, and the pages: a new one is told how things stand, then everything that happens. No I/O."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bridge import __version__
from bridge.live.diagnosis import diagnose
from bridge.osc.flood import FloodGate
from bridge.sessions.log import BadLog
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import CLOCK_NAMES, MODE_NAMES, Severity
from bridge.vocabulary.parameters import PARAMETERS
from bridge.web.takes import Takes
from bridge.web.wire import JOINED, LEFT, entry_of

MOST_CLIENTS: Final = 50
# Lines that may wait for a page before it counts as gone: it comes back by itself, and is told how things stand.
MOST_WAITING: Final = 2048
# Seconds of the past that a new page is shown.
SHOWN_PAST: Final = 30.0
MOST_PAST: Final = 4000
# Refusals that a page is told of, each with its words; after that it is told no more until it comes again.
MOST_REFUSALS: Final = 200

_encode: Final = msgspec.json.Encoder().encode
# What grows by itself: the checks say it in words, and less often.
_AGES: Final = frozenset({"last_in_s", "last_out_s", "last_error_s"})
# What a status says anew each time, and a page must know each time: where the beat is.
_ALWAYS: Final = frozenset({"tempo", "bar", "beat", "beats_per_bar", "running"})


class Client:
    """A page that is open: what waits to be sent to it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self.behind = asyncio.Event()  # it did not read for so long that it was given up
        self.refusals = 0
        self._gate = FloodGate()

    def send(self, line: bytes) -> None:
        """Have a line, or several at once, sent."""
        try:
            self.queue.put_nowait(line)
        except asyncio.QueueFull:
            self.behind.set()

    def passes(self, address: str, now: float) -> bool:
        """Whether to take what it says at `now` (seconds): in a flood only notes and buttons."""
        return self._gate.passes(address.encode("utf-8", "replace"), now)


def _is_plain(argument: object) -> bool:
    """Whether it is what OSC has, too: a text, or a number of at most 32 bits where it is whole."""
    if isinstance(argument, int):
        return abs(argument) < 2**31
    return argument is None or isinstance(argument, (str, float))


class Hub:
    """`say` hands a line to the daemon: `[client, now, address, arguments]`."""

    def __init__(self, say: Callable[[bytes], None], models: Callable[[], list[str]]) -> None:
        self._say = say
        self._models = models
        self._clients: dict[int, Client] = {}
        self._numbers = itertools.count(1)
        self._past: deque[tuple[float, bytes]] = deque(maxlen=MOST_PAST)
        self._status: dict[str, Any] = {}
        self._status_at = 0.0
        self._presets: list[str] = []
        self.takes = Takes()

    # --- pages -----------------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        """Whether no further page may come."""
        return len(self._clients) >= MOST_CLIENTS

    @property
    def model(self) -> str:
        """The name of the model that plays."""
        return str(self._status.get("model", ""))

    def join(self, now: float) -> Client:
        """Another page, which is told how things stand at `now` (seconds) first."""
        client = Client(next(self._numbers))
        first = [
            _encode(["hello", now, self._hello()]),
            _encode(["status", self._status_at, self._status]),
            self._answers_line(now),
            *(line.rstrip(b"\n") for time, line in self._past if time > now - SHOWN_PAST),
            _encode(["ready", now]),
        ]
        client.send(b"\n".join(first))
        self._clients[client.number] = client
        self._say(_encode([client.number, now, JOINED, []]) + b"\n")
        return client

    def leave(self, client: Client, now: float) -> None:
        """A page is gone, at `now` (seconds): the daemon is told, so that no key of its stays down."""
        if self._clients.pop(client.number, None) is not None:
            self._say(_encode([client.number, now, LEFT, []]) + b"\n")

    def said(self, client: Client, text: str | bytes, now: float) -> None:
        """A page says something at `now` (seconds): an OSC message as a list, or `["ping", anything]`."""
        try:
            message = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._refuse(client, now, f"not JSON: {error}")
            return
        if not isinstance(message, list) or not message or not isinstance(message[0], str):
            self._refuse(client, now, 'a message is a list that begins with an address, like ["/antiphon/stop"]')
            return
        address, *arguments = message
        if address == "ping":
            client.send(_encode(["pong", now, arguments[:1]]))
        elif not all(_is_plain(argument) for argument in arguments):
            self._refuse(client, now, f"{address[:60]!r} has an argument that is neither a number nor a text")
        elif address in (JOINED, LEFT):
            self._refuse(client, now, "only the server says who came and left")
        elif client.passes(address, now):
            self._say(_encode([client.number, now, address, arguments]) + b"\n")

    def _refuse(self, client: Client, now: float, why: str) -> None:
        client.refusals += 1
        if client.refusals <= MOST_REFUSALS:
            report = {"severity": str(Severity.ERROR), "code": "bad-message", "text": why[:300]}
            client.send(_encode(["tell", now, "ErrorReport", report]))

    def _hello(self) -> dict[str, Any]:
        return {
            "version": __version__,
            "modes": MODE_NAMES,
            "clocks": CLOCK_NAMES,
            "voices": VOICES,
            "models": self._models(),
            "presets": self._presets,
            "parameters": [
                {
                    "name": entry.name,
                    "default": entry.default,
                    "low": entry.low,
                    "high": entry.high,
                    "whole": entry.whole,
                    "choices": entry.choices,
                    "text": entry.text,
                }
                for entry in PARAMETERS.values()
            ],
        }

    # --- the daemon --------------------------------------------------------------------------------

    def heard(self, line: bytes) -> None:
        """A line of the daemon's (`bridge.web.wire`)."""
        parts = msgspec.json.decode(line)
        match parts:
            case ["status", now, dict(status)]:
                self._take_status(status, now)
            case ["reply", client, now, name, fields]:
                self._reply(client, now, name, fields)
            case ["in" | "out", now, _, _]:
                self._remember(parts, now, line)
                self._broadcast(line)
            case _:
                self._broadcast(line)

    def _remember(self, parts: list[Any], now: float, line: bytes) -> None:
        self._past.append((now, line))
        try:
            changed = self.takes.accept(entry_of(parts))
        except BadLog:  # of a later version, say: it is shown, if the page knows it, and not in the takes
            return
        if changed:
            self._broadcast(self._answers_line(now))

    def _take_status(self, status: Mapping[str, Any], now: float) -> None:
        news = {
            name: value
            for name, value in status.items()
            if name in _ALWAYS or name not in self._status or (name not in _AGES and self._status[name] != value)
        }
        checks = [[str(one.verdict), one.subject, one.text, one.advice] for one in diagnose(status)]
        if checks != self._status.get("checks"):
            news["checks"] = checks
        self._status, self._status_at = {**status, "checks": checks}, now
        self.takes.publish(status, now)
        self._broadcast(_encode(["status", now, news]))

    def _reply(self, number: int, now: float, name: str, fields: Mapping[str, Any]) -> None:
        line = _encode(["tell", now, name, fields])
        if name == "PresetsReport":  # everybody wants to know
            self._presets = str(fields["names"]).split()
            self._broadcast(line)
        elif number in self._clients:
            self._clients[number].send(line)

    def _answers_line(self, now: float) -> bytes:
        return _encode(["answers", now, self.takes.answers()])

    def _broadcast(self, line: bytes) -> None:
        for client in self._clients.values():
            client.send(line)
