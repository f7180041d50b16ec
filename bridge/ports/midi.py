"""The real MIDI ports, from the daemon's side. See `bridge.ports.midi_process` for the other side."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from bridge.events import Input, Output
from bridge.ports.midi_port import PortInfo, PortSettings, PortState, PortStatus


class MidiLink:
    """A `MidiPort` over a child process that owns rtmidi and the outbox."""

    def __init__(self, settings: PortSettings | None = None) -> None:
        self._settings = settings or PortSettings()
        self.status = PortStatus(PortState.STARTING)

    def start(self) -> None:
        """Start the MIDI process."""
        raise NotImplementedError

    @property
    def connections(self) -> tuple[socket.socket, ...]:
        """The socket to the MIDI process; empty while there is none."""
        raise NotImplementedError

    def next_wake(self, now: float) -> float:
        """When `receive` should be called next at the latest: supervision runs there."""
        raise NotImplementedError

    def receive(self) -> list[Input | PortStatus]:
        """What came in since the last call."""
        raise NotImplementedError

    def send(self, commands: Sequence[Output]) -> None:
        """Hand commands to the outbox in the MIDI process; never blocks."""
        raise NotImplementedError

    def set_late(self, seconds: float) -> None:
        """Change how late a note-on may leave."""
        raise NotImplementedError

    def close(self) -> None:
        """End everything that sounds, wait for the MIDI process to say so (bounded), end it."""
        raise NotImplementedError


def list_ports(timeout: float = 3.0) -> list[PortInfo]:
    """Ports of this machine that could be attached to."""
    raise NotImplementedError
