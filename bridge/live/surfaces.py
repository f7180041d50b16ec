"""What attaches to a set from outside, of whatever kind, in one shape: OSC, Link, the recorder, the page.

The daemon holds those that are `Attached` and knows none of them by name. A new one is a class here or anywhere above,
and one line that attaches it (in `bridge.commands.jam_daemon`).

    class Lamp(Surface):
        def accept(self, entry: Entry) -> None:
            if entry[0] == "out" and isinstance(entry[2], TurnChanged):
                self._bulb.set(entry[2].turn is Turn.MACHINE)

    daemon.attach(Lamp())
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ParamSpec, Protocol, TypeVar

from bridge.sessions.log import Entry
from bridge.vocabulary.events import ErrorReport, Input, Severity
from bridge.vocabulary.requests import Asker, Report, ShellRequest

Batch = list[Input | ShellRequest]
P = ParamSpec("P")
Answer = TypeVar("Answer")

log = logging.getLogger("antiphon")


class Engine(Protocol):
    """What a surface may ask of the set that it is attached to."""

    def hand_in(self, batch: Batch, asker: Asker | None) -> None:
        """Take what came together, and wake the engine for it; from any thread. Who asked is answered later, if any."""

    def show(self, report: ErrorReport) -> None:
        """Show a line to the people at the terminal; from any thread."""

    def tell(self, report: Report) -> None:
        """Tell every surface, and the people at the terminal what is for people; on the engine thread alone."""


def reply(engine: Engine, asker: Asker | None, report: Report) -> None:
    """Tell who asked; where nobody waits, what went wrong goes to the people at the terminal. From any thread."""
    if asker is not None:
        asker.send(report)
    elif isinstance(report, ErrorReport):
        engine.show(report)


class Surface:
    """Something attached to a set from outside. What is not overridden does nothing.

    `accept`, `tell`, `take`, `status` and `publish` are called on the engine thread: none may block, nor keep it long.
    A surface is a guest: what it raises is told, and the set goes on without that.
    """

    def start(self) -> None:
        """Begin to listen: the model is ready and the MIDI ports are opening."""

    def accept(self, entry: Entry) -> None:
        """A call of the session's or an output of its, as logs have it (`bridge.sessions.log`), once its MIDI left."""

    def tell(self, report: Report) -> None:
        """What the program says to everybody: measured latency, a note that left, what went wrong."""

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Carry out something that was handed in, where that is this surface's to do; False: it is for others."""
        return False

    def status(self) -> Mapping[str, Any]:
        """What it adds to the set's status; JSON types only."""
        return {}

    def publish(self, status: Mapping[str, Any]) -> None:
        """How things stand, several times a second."""

    def close(self) -> None:
        """End, so that nothing is left behind. The MIDI ports are silent already. A second call does nothing.

        Of a set that is refused after all, what was never started is closed as well.
        """


class Attached:
    """The surfaces of a set, in the order in which they were attached; on the engine thread alone once it runs.

    All are guests: what one of them raises is told to `complain` once, and the others and the set go on.
    """

    def __init__(self, complain: Callable[[ErrorReport], None]) -> None:
        self._surfaces: list[Surface] = []
        self._at_fault: set[Surface] = set()
        self._complain = complain

    def __iter__(self) -> Iterator[Surface]:
        return iter(self._surfaces)

    def add(self, surface: Surface) -> None:
        """One more: the last one is closed first."""
        self._surfaces.append(surface)

    def start(self) -> None:
        """Have them begin to listen."""
        for surface in self._surfaces:
            self._call(surface, surface.start)

    def accept_all(self, entries: deque[Entry]) -> None:
        """Have them know what happened, one after the other, until there are no more `entries`."""
        while entries:
            entry = entries.popleft()
            for surface in self._surfaces:
                self._call(surface, surface.accept, entry)

    def tell(self, report: Report) -> None:
        """Tell them all."""
        for surface in self._surfaces:
            self._call(surface, surface.tell, report)

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Have the first one carry it out whose it is; False where it is nobody's."""
        return any(self._call(surface, surface.take, item, asker) for surface in self._surfaces)

    def status(self) -> dict[str, Any]:
        """What they add to the set's status."""
        added: dict[str, Any] = {}
        for surface in self._surfaces:
            added.update(self._call(surface, surface.status) or {})
        return added

    def publish(self, status: Mapping[str, Any]) -> None:
        """Have them know how things stand."""
        for surface in self._surfaces:
            self._call(surface, surface.publish, status)

    def close(self) -> None:
        """End them, the last one first."""
        for surface in reversed(self._surfaces):
            self._call(surface, surface.close)

    def _call(self, surface: Surface, what: Callable[P, Answer], *args: P.args, **named: P.kwargs) -> Answer | None:
        try:
            return what(*args, **named)
        except Exception as fault:
            log.error("%s failed: %s", type(surface).__name__, fault, exc_info=fault)
            if surface not in self._at_fault:
                self._at_fault.add(surface)
                text = f"{type(surface).__name__} failed: {fault}"
                self._complain(ErrorReport(Severity.ERROR, "surface-fault", text))
            return None
