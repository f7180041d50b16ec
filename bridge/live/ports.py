"""Choosing MIDI ports while a set goes on: what there is, and going over to another.

Looking for ports may hang in a sick MIDI system, so it is done on a thread of its own, one look at a time; what was
found is handed back to the engine, which alone owns the port.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Final

from bridge.live.surfaces import Engine, Surface, reply
from bridge.midi.devices import match_port, plain_name
from bridge.midi.port import MidiPort, PortInfo
from bridge.vocabulary.events import ErrorReport, Input, Severity
from bridge.vocabulary.requests import Asker, AttachPort, ListPorts, PortsReport, ShellRequest, UsePort

Look = Callable[[], list[PortInfo]]
"""Lists the ports of this machine. May block; raises TimeoutError or OSError."""

# Requests that may wait for their look.
_MOST_WAITING: Final = 16
# Clients of our own, which lead nowhere.
_OURS: Final = ("antiphon-guard", "antiphon-list")
_NO_MIDI: Final = "this set has no MIDI ports (--no-midi, --dry): start antiphon jam without"
_NO_OWN: Final = "a program cannot make MIDI ports on Windows: choose one that leads to somebody"


class PortPicker(Surface):
    """Has `port` use what is asked for, of what `look` finds (None: this set has no MIDI).

    `in_name` and `out_name` are the ports it began with, None for one of its own, which there is where `has_own`.
    `changed(in_name, out_name)` is told those that it goes over to.
    """

    def __init__(
        self,
        engine: Engine,
        port: MidiPort,
        look: Look | None,
        names: tuple[str | None, str | None] = (None, None),
        *,
        has_own: bool = True,
        changed: Callable[[str | None, str | None], None] = lambda in_name, out_name: None,
    ) -> None:
        self._engine = engine
        self._port = port
        self._look = look
        self._in_name, self._out_name = names
        self._has_own = has_own
        self._changed = changed
        self._asked: queue.Queue[tuple[ListPorts | UsePort, Asker | None] | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="ports", daemon=True)

    def start(self) -> None:
        """Be ready to look."""
        self._thread.start()

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Have ports looked for, go over to one that was found."""
        match item:
            case AttachPort(side, name):
                wanted = name or None
                if side == "in":
                    self._in_name = wanted
                else:
                    self._out_name = wanted
                self._port.use(self._in_name, self._out_name)
                self._changed(self._in_name, self._out_name)
            case ListPorts() | UsePort():
                try:
                    self._asked.put_nowait((item, asker))
                except queue.Full:
                    self._refuse("ports are still being looked for: ask again in a moment", asker)
            case _:
                return False
        return True

    def close(self) -> None:
        """Look no more. A look that hangs is left to itself."""
        if self._thread.is_alive():
            while not self._asked.empty():
                self._asked.get_nowait()
            self._asked.put(None)
            self._thread.join(0.2)

    # --- the thread that looks -----------------------------------------------------------------

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            request, asker = asked
            try:
                self._carry_out(request, asker)
            except (LookupError, OSError, ValueError) as error:
                self._refuse(str(error), asker)

    def _carry_out(self, request: ListPorts | UsePort, asker: Asker | None) -> None:
        """Raises LookupError, OSError or ValueError, with the way out."""
        if self._look is None:
            raise ValueError(_NO_MIDI)
        if isinstance(request, UsePort) and not request.name:
            if not self._has_own:
                raise ValueError(_NO_OWN)
            self._engine.hand_in([AttachPort(request.side, "")], asker)
            return
        inputs, outputs = self._others(self._look())
        if isinstance(request, ListPorts):
            if asker is not None:
                asker.send(PortsReport(tuple(inputs), tuple(outputs), self._has_own))
            return
        names = inputs if request.side == "in" else outputs
        self._engine.hand_in([AttachPort(request.side, names[match_port(request.name, names)])], asker)

    def _others(self, ports: list[PortInfo]) -> tuple[list[str], list[str]]:
        """Ports to listen to and to play to: of the backend that is used, and not our own."""
        status = self._port.status
        own = [plain_name(name) for name in (status.input_name, status.output_name) if name]
        attached = {plain_name(name) for name in (self._in_name, self._out_name) if name}
        kept = [
            port
            for port in ports
            if port.backend == (status.backend or port.backend)
            and not port.name.startswith(_OURS)
            and (
                plain_name(port.name) in attached
                or not any(plain_name(port.name).startswith(name) for name in own if name not in attached)
            )
        ]
        inputs, outputs = ([port.name for port in kept if port.is_input is is_input] for is_input in (True, False))
        return list(dict.fromkeys(inputs)), list(dict.fromkeys(outputs))

    def _refuse(self, why: str, asker: Asker | None) -> None:
        reply(self._engine, asker, ErrorReport(Severity.ERROR, "port-refused", why))
