"""What a MIDI port is to the rest of the program, whichever way it is made.

`bridge.midi.client.MidiLink` is the real one, `bridge.midi.manual.FakePort` the one for tests and
`--dry`. All times are `time.perf_counter()` seconds: one clock for every process of a machine
(CLOCK_MONOTONIC on Linux, QueryPerformanceCounter on Windows, mach_absolute_time on macOS), which
never steps back and is what the rest of the program must use for `now` as well.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from bridge.midi.connections import UNKNOWN
from bridge.vocabulary.events import Input, Output

NAME: Final = "Antiphon"
# JACK cuts a client's name at 63 bytes, and adds a number to one that is taken.
LONGEST_NAME: Final = 40


class PortState(StrEnum):
    """How a MIDI port is doing."""

    STARTING = "starting"  # nothing is known yet
    OPEN = "open"  # both sides work
    WAITING = "waiting"  # there is a backend; a wanted port is not there (detail says which)
    NO_BACKEND = "no backend"  # neither ALSA nor JACK nor anything else opens
    RESTARTING = "restarting"  # the MIDI process hung, died, or lost its server
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PortStatus:
    """How a MIDI port is doing, for people. Handed out by `receive` whenever anything of it changes.

    `detail` is one line, empty when all is well; otherwise what is wrong and the way out.
    `lost_in` counts messages from outside shed in a flood (never one that ends a sound), `ignored_in` messages
    that were truncated or unknown. Both count from the start of the program. `sources` are those who are connected to
    our input, `listeners` those to our output (`bridge.midi.connections.UNKNOWN`: the system does not tell).
    """

    state: PortState
    backend: str = ""
    input_name: str = ""
    output_name: str = ""
    input_open: bool = False
    output_open: bool = False
    detail: str = ""
    lost_in: int = 0
    ignored_in: int = 0
    restarts: int = 0
    sources: int = UNKNOWN
    listeners: int = UNKNOWN

    @property
    def connected(self) -> bool:
        """Whether both sides are open."""
        return self.input_open and self.output_open

    def as_dict(self) -> dict[str, str | int]:
        """What a status tells of the ports."""
        return {
            "midi": str(self.state),
            "midi_backend": self.backend,
            "midi_in": self.input_name,
            "midi_out": self.output_name,
            "midi_detail": self.detail,
            "midi_lost": self.lost_in,
            "midi_ignored": self.ignored_in,
            "midi_restarts": self.restarts,
            "midi_sources": self.sources,
            "midi_listeners": self.listeners,
        }


def check_name(name: str) -> str:
    """A daemon's name, as its virtual ports are called by it. Raises ValueError with the way out."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or ":" in name:
        raise ValueError(f"{name!r} cannot name ports: 1 to {LONGEST_NAME} characters that can be shown, and no colon")
    return name.strip()


@dataclass(frozen=True, slots=True)
class PortSettings:
    """Which ports to use. None makes a virtual port of the client name; a name attaches to an existing port.

    `late` is in seconds (see `bridge.midi.outbox.Outbox`). `backend` is one of `alsa`, `jack`, `coremidi`,
    `winmm`; None takes the first that opens.
    """

    in_name: str | None = None
    out_name: str | None = None
    late: float = 0.05
    backend: str | None = None
    virtual_in: str = f"{NAME} In"
    virtual_out: str = f"{NAME} Out"


@dataclass(frozen=True, slots=True)
class PortInfo:
    """A port of somebody else's that `in_name` or `out_name` could attach to."""

    name: str
    is_input: bool
    backend: str


class MidiPort(Protocol):
    """Both sides of a MIDI connection. No method blocks; all are called from one thread."""

    @property
    def status(self) -> PortStatus:
        """The newest status."""

    def start(self) -> None:
        """Begin. Ports open in their own time: `receive` tells when."""

    @property
    def connections(self) -> tuple[socket.socket, ...]:
        """What becomes readable when `receive` has something: give these to `multiprocessing.connection.wait`.

        They change when the process behind a port is restarted, so ask each time. Empty when there is nothing
        to wait on (then wait for `next_wake` alone).
        """

    def next_wake(self, now: float) -> float:
        """The latest time, in seconds, at which `receive` should be called again even if nothing is readable."""

    def receive(self) -> list[Input | PortStatus]:
        """What came in since the last call, in order of arrival: notes, reports of the outbox, statuses."""

    def send(self, commands: Sequence[Output]) -> None:
        """Hand commands to the outbox, in order. Those that are not for a MIDI port are ignored.

        Raises ValueError for a note that MIDI cannot say.
        """

    def set_late(self, seconds: float) -> None:
        """Change how late a note-on may leave."""

    def use(self, in_name: str | None, out_name: str | None) -> None:
        """Go over to other ports, None being one of our own; what sounds on the old one ends there first."""

    def close(self) -> None:
        """End everything that sounds and let the ports go. A second call does nothing."""
