"""rtmidi, tamed: which backend opens, attaching to ports by name, noticing that one went or came back.

Only the MIDI process uses this: calls here may block, and with JACK's server dead they may never
return. rtmidi is imported when the first backend is tried, so that a machine without it still starts.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.midi.connections import ALSA_CLIENTS, UNKNOWN, alsa_connections
from bridge.midi.port import PortInfo, PortSettings
from bridge.midi.rtmidi_binding import Device, NoBackend, OnMessage, open_device

# Backends of each system in the order in which they are tried, with rtmidi's name of the API.
_APIS: Final = {
    "linux": {"alsa": "API_LINUX_ALSA", "jack": "API_UNIX_JACK"},
    "darwin": {"coremidi": "API_MACOSX_CORE", "jack": "API_UNIX_JACK"},
    "win32": {"winmm": "API_WINDOWS_MM"},
}
_WAY_OUT: Final = {
    "linux": "run `modprobe snd-seq`, or start JACK (or PipeWire with pipewire-jack)",
    "darwin": "restart the Mac's MIDI server: `killall MIDIServer`",
    "win32": "check that the Windows MIDI service runs",
}
# Seconds, and cycles of its own, without a cycle from which on a JACK server counts as standing still.
STANDSTILL: Final = 0.1
_CYCLES: Final = 4
_NO_VIRTUAL: Final = (
    "Windows has no virtual MIDI ports of a program's own: give the name of one that leads to somebody with {option},"
    ' such as "Default App Loopback (B)" of Windows 11, or a port of a loopback driver (loopMIDI, for one)'
)


class NoGuard(RuntimeError):
    """There can be no guard on the JACK server."""


class PortFailed(RuntimeError):
    """An open output refused a message."""


def platform_apis() -> dict[str, str]:
    """Backends of this system by name, in order, with rtmidi's name of each."""
    return _APIS.get("linux" if sys.platform.startswith("linux") else sys.platform, {"jack": "API_UNIX_JACK"})


def _open_device(kind: str, backend: str, client: str) -> Device:
    """A `MidiIn` or `MidiOut` (`kind`) of this backend. Raises NoBackend with the reason alone."""
    apis = platform_apis()
    if backend not in apis:
        raise NoBackend(f"no backend {backend!r} on this system: there are {', '.join(apis)}")
    return open_device(kind, apis[backend], client)


@dataclass(slots=True)
class Side:
    """One direction: a virtual port, or an attachment to somebody's.

    `name` is what the port is called, by the system where `list_others` (as the device of the other direction lists
    ports) shows it: it may have added a number to a name that was taken. `detail` says in one line why it is not open.
    `on_message` hears an input: rtmidi forgets it with each port that is closed.
    """

    device: Device
    backend: str
    virtual: str
    wanted: str | None
    option: str
    label: str
    on_message: OnMessage | None = None
    list_others: Callable[[], list[str]] = list
    name: str = ""
    is_open: bool = False
    detail: str = ""

    def check(self) -> bool:
        """Open what can be opened, notice what went away. Returns whether `is_open` changed."""
        before = self.is_open
        try:
            if self.wanted is None:
                self._open_virtual()
            else:
                self._check_attached(self.wanted)
        except (PortNotFound, RuntimeError, OSError, ValueError) as error:
            self.drop(str(error))
        return self.is_open is not before

    def is_called(self, port: str) -> bool:
        """Whether `port` is the JACK name of this side's virtual port (whose client may have got a number)."""
        client, _, label = port.rpartition(":")
        return self.wanted is None and label == self.label and self._is_ours(client)

    def _is_ours(self, client: str) -> bool:
        return re.fullmatch(rf"{re.escape(self.virtual)}(-\d+)?", client, re.IGNORECASE) is not None

    def drop(self, detail: str) -> None:
        """Let the port go: it went away, or failed."""
        if self.is_open and self.wanted is not None:
            self.device.close_port()
        self.is_open, self.detail = False, detail

    def _open_virtual(self) -> None:
        if self.is_open:
            return
        if self.backend == "winmm":
            here = ", ".join(f'"{name}"' for name in self.device.get_ports()) or "none"
            raise PortNotFound(_NO_VIRTUAL.format(option=self.option) + f"; ports here: {here}")
        # CoreMIDI shows the port's name alone, ALSA and JACK show the client's before it.
        self._listen()
        before = self._virtual_names()
        self.device.open_virtual_port(self.virtual if self.backend == "coremidi" else self.label)
        new = self._virtual_names() - before
        self.name, self.is_open, self.detail = new.pop() if len(new) == 1 else self.virtual, True, ""

    def _virtual_names(self) -> set[str]:
        """Virtual ports of this name, ours or another program's, without their label: `Antiphon In-01` (JACK)."""
        names = (port.replace(f":{self.label}", "", 1) for port in self.list_others())
        return {name for name in names if self._is_ours(plain_name(name))}

    def _check_attached(self, wanted: str) -> None:
        names = self.device.get_ports()
        if self.is_open:
            # WinMM renumbers open ports when others come and go; elsewhere another number is another port.
            same = plain_name if self.backend == "winmm" else str
            if same(self.name) in map(same, names):
                return
            self.drop(f'port "{self.name}" went away')
        index = match_port(wanted, names)
        self._listen()
        self.device.open_port(index, self.label)
        self.name, self.is_open, self.detail = names[index], True, ""

    def _listen(self) -> None:
        if self.on_message is not None:
            self.device.set_callback(self.on_message)


class Devices:
    """Both sides on one backend. Raises NoBackend when none opens."""

    def __init__(self, settings: PortSettings, on_message: OnMessage) -> None:
        refused = []
        for backend in [settings.backend] if settings.backend else platform_apis():
            try:
                receiving = _open_device("MidiIn", backend, settings.virtual_in)
                sending = _open_device("MidiOut", backend, settings.virtual_out)
                break
            except NoBackend as error:
                refused.append(f"{backend}: {error}")
        else:
            way_out = _WAY_OUT.get(sys.platform, _WAY_OUT["linux"])
            raise NoBackend(f"no MIDI backend opens ({'; '.join(refused)}); {way_out}; still trying")
        self.backend = backend
        # Clock ticks and system exclusive (MMC) are wanted; active sensing says nothing.
        receiving.ignore_types(sysex=False, timing=False, active_sense=True)
        self.input = Side(receiving, backend, settings.virtual_in, settings.in_name, "--in", "in", on_message)
        self.output = Side(sending, backend, settings.virtual_out, settings.out_name, "--out", "out")
        self.input.list_others, self.output.list_others = sending.get_ports, receiving.get_ports

    def send(self, message: bytes) -> None:
        """Send one message. Raises PortFailed, after which the output is no longer open."""
        try:
            self.output.device.send_message(message)
        except (RuntimeError, OSError, ValueError) as error:
            self.output.drop(f'port "{self.output.name}" refused a message ({error})')
            raise PortFailed(self.output.detail) from error

    def connections(self, guard: ServerGuard | None) -> tuple[int, int]:
        """How many are connected to the input and to the output; UNKNOWN where the system does not tell."""
        return self._connections(self.input, guard), self._connections(self.output, guard)

    def _connections(self, side: Side, guard: ServerGuard | None) -> int:
        if not side.is_open:
            return 0
        if side.wanted is not None:
            return 1
        if self.backend == "jack" and guard is not None:
            return guard.connections(f"{side.name}:{side.label}")
        if self.backend == "alsa":
            with contextlib.suppress(OSError):
                return alsa_connections(Path(ALSA_CLIENTS).read_text(), side.name, side is self.input)
        return UNKNOWN

    def close(self) -> None:
        """Let both ports and the server go. May hang where that died."""
        for side in (self.output, self.input):
            side.device.delete()


def list_devices() -> list[PortInfo]:
    """Ports of every backend that opens."""
    ports: list[PortInfo] = []
    for backend in platform_apis():
        for kind, is_input in (("MidiIn", True), ("MidiOut", False)):
            try:
                device = _open_device(kind, backend, "antiphon-list")
            except NoBackend:
                continue
            ports.extend(PortInfo(name, is_input, backend) for name in device.get_ports())
            device.delete()
    return ports


class ServerGuard:
    """A client of our own on the JACK server, without ports, that sees what rtmidi does not.

    rtmidi does not notice that the server is gone: its sends succeed until a ring is full and then hang for ever; nor
    that it stands still: all that was sent meanwhile leaves at once when it goes on; nor who is connected to a virtual
    port. So `on_gone` is called, from another thread, once the server dies, and `on_wire(source, target, connected)`
    with the names of ports that were (dis)connected, "" for one that is gone already. Raises NoGuard where JACK-Client
    or libjack is missing: then only the silence of the MIDI process tells.
    """

    def __init__(self, on_gone: Callable[[], None], on_wire: Callable[[str, str, bool], None]) -> None:
        try:
            import jack
        except (ImportError, OSError) as error:
            raise NoGuard(str(error)) from error
        try:
            self._client = jack.Client("antiphon-guard", no_start_server=True)
        except jack.JackError as error:
            raise NoGuard(str(error)) from error
        self._error = jack.JackError
        self._client.set_shutdown_callback(lambda status, reason: on_gone())
        self._client.set_port_connect_callback(
            lambda source, target, connected: on_wire(
                "" if source is None else source.name, "" if target is None else target.name, connected
            ),
            only_available=False,
        )
        self._client.activate()
        self._client.get_ports()  # JACK 1 tells of no port that was not looked up while it was there
        self._cycle = -1
        self._since = 0.0

    def stands_still(self, now: float) -> bool:
        """Whether the server has not begun a cycle for longer than it ever takes (a look into shared memory).

        Call it often: what is measured is the time since a call saw another cycle than the one before.
        """
        cycle = int(self._client.last_frame_time)
        if cycle != self._cycle:
            self._cycle, self._since = cycle, now
            return False
        longest = max(STANDSTILL, _CYCLES * int(self._client.blocksize) / int(self._client.samplerate))
        return now - self._since > longest

    def connections(self, port: str) -> int:
        """How many are connected to the port of this name; UNKNOWN where there is none."""
        try:
            return len(self._client.get_all_connections(port))
        except self._error:
            return UNKNOWN

    def dismiss(self) -> None:
        """Leave the server."""
        self._client.close()


_DECORATION: Final = re.compile(r"\s+\d+(:\d+)?$")


# --- finding a port by the name a person gave ------------------------------------------------------------


class PortNotFound(LookupError):
    """No port, or more than one, goes by the name. The text says what there is."""


def plain_name(name: str) -> str:
    """A port's name without the numbers that the system appended, in lower case."""
    return _DECORATION.sub("", name.strip()).casefold()


def match_port(wanted: str, names: Sequence[str]) -> int:
    """Index in `names` of the one port meant by `wanted`.

    Systems decorate names: ALSA appends `client:port` numbers that change from boot to boot, WinMM an index that
    changes when something is plugged in. So a name is looked for exactly first, then without decoration, then as a
    beginning, then as a part.

    Raises PortNotFound when none is, or when several are equally meant.
    """
    plain = plain_name(wanted)
    degrees: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: name.casefold() == wanted.strip().casefold(),
        lambda name: plain_name(name) == plain,
        lambda name: plain_name(name).startswith(plain),
        lambda name: plain in plain_name(name),
    )
    for meant in degrees if plain else ():
        hits = [index for index, name in enumerate(names) if meant(name)]
        if len(hits) == 1:
            return hits[0]
        if hits:
            choices = ", ".join(f'"{names[index]}"' for index in hits)
            raise PortNotFound(f'port "{wanted}" could be any of {choices}: give the whole name; see antiphon ports')
    here = ", ".join(f'"{name}"' for name in names) or "none"
    raise PortNotFound(f'port "{wanted}" not found; ports here: {here}; see antiphon ports')
