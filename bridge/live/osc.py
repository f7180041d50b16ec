"""OSC as a surface: what was decided goes to the clients, what they send goes to the engine."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.live.surfaces import Engine, Surface
from bridge.osc.guests import Guests
from bridge.osc.plan import OscPlan
from bridge.osc.server import OscServer
from bridge.osc.subscribers import Endpoint
from bridge.sessions.log import Entry
from bridge.vocabulary.events import Dropped, ErrorReport, Silence, Sounded
from bridge.vocabulary.requests import Report


class OscSurface(Surface):
    """Listens on `host`:`port` to this machine and `guests`, tells `targets`.

    The port is bound at once; what it raises, `OscServer` says.
    """

    def __init__(
        self,
        engine: Engine,
        host: str,
        port: int,
        targets: Iterable[Endpoint],
        guests: Guests = Guests(),  # noqa: B008 - immutable
    ) -> None:
        self._server = OscServer(host, port, targets, inbox=engine.hand_in, tell=engine.show, guests=guests)
        self._plan = OscPlan()
        self._started = False

    @property
    def address(self) -> Endpoint:
        """Where it listens."""
        return self._server.address

    def start(self) -> None:
        """Begin to read."""
        self._started = True
        self._server.start()

    def accept(self, entry: Entry) -> None:
        """Tell the clients what was decided."""
        match entry:
            case ["out", _, ErrorReport()]:
                pass  # the daemon tells those, like its own
            case ["out", now, output]:
                for report in self._plan.reports(output, now):
                    self._server.send(report)
            case ["in", _, Sounded() | Dropped() as item]:
                self._plan.heard(item)

    def tell(self, report: Report) -> None:
        """Tell every client."""
        self._server.send(report)

    def close(self) -> None:
        """Clients that play by OSC must end what sounds there, too, unless it was another set's."""
        if self._started:
            self._server.send(Silence())
        self._server.close()
