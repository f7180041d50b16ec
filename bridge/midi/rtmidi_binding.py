"""RtMidi, by whichever of its Python packages is here, behind one interface.

python-rtmidi where it has wheels (up to Python 3.12), rtmidi2 where it has not: both wrap the same C++ library. What
rtmidi2 does otherwise is mended here:

- its wheels for Linux hold a libjack that speaks the protocol of old servers alone, so the system's own is loaded
  before, whose functions then come first;
- opening a port without a JACK server ends the process by way of C++, so a server is looked for first;
- nothing lets its devices go but their last reference.

ANTIPHON_RTMIDI=rtmidi2 (or python-rtmidi) chooses where both are here. Only the MIDI process and bench use this.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

OnMessage = Callable[[tuple[list[int], float], object], None]
"""A callback: (bytes, seconds since the message before), and nothing."""

CHOICE: Final = "ANTIPHON_RTMIDI"
PYTHON_RTMIDI: Final = "python-rtmidi"
RTMIDI2: Final = "rtmidi2"
_MODULES: Final = {PYTHON_RTMIDI: "rtmidi", RTMIDI2: "rtmidi2"}
JACK: Final = "API_UNIX_JACK"
# Bytes that may wait in a device of rtmidi2's that nobody listens to.
_QUEUE: Final = 1024


class NoBackend(RuntimeError):
    """No MIDI backend opens. The text says what was tried and how to get one."""


class Device(Protocol):
    """An input or an output of RtMidi."""

    def get_ports(self) -> list[str]:
        """Ports that it could be attached to."""

    def open_port(self, index: int, label: str) -> None:
        """Attach to one of them."""

    def open_virtual_port(self, label: str) -> None:
        """Be a port that others can attach to."""

    def close_port(self) -> None:
        """Let the port go."""

    def set_callback(self, heard: OnMessage) -> None:
        """Call `heard` with each message, on a thread of the library's."""

    def ignore_types(self, *, sysex: bool, timing: bool, active_sense: bool) -> None:
        """Which kinds not to hear."""

    def send_message(self, message: bytes) -> None:
        """Send one message. Raises RuntimeError, OSError or ValueError where it cannot."""

    def delete(self) -> None:
        """Let the backend go."""


def package() -> tuple[str, Any]:
    """The package that is used and its module. Raises NoBackend where there is none."""
    wanted = os.environ.get(CHOICE)
    failures = []
    for name in [wanted] if wanted in _MODULES else _MODULES:
        assert name is not None
        if name == RTMIDI2:
            _prefer_system_jack()
        try:
            return name, importlib.import_module(_MODULES[name])
        except ImportError as error:
            failures.append(f"{name} cannot be loaded ({error})")
    raise NoBackend("; ".join(failures))


def open_device(kind: str, api: str, client: str) -> Device:
    """A `MidiIn` or `MidiOut` (`kind`) of the backend that RtMidi calls `api`, as the client of this name.

    Raises NoBackend with the reason alone.
    """
    name, module = package()
    if name == RTMIDI2:
        return _open_rtmidi2(module, kind, api, client)
    number = getattr(module, api)
    if number not in module.get_compiled_api():
        raise NoBackend(f"{name} was built without it")
    try:
        device: Device = getattr(module, kind)(number, name=client)
    except (module.RtMidiError, OSError) as error:
        raise NoBackend(str(error)) from error
    return device


def _open_rtmidi2(module: Any, kind: str, api: str, client: str) -> Device:
    if api == JACK and not _jack_answers():
        raise NoBackend("JACK server not running")
    number = getattr(module, api)
    try:
        device = module.MidiIn(client, _QUEUE, number) if kind == "MidiIn" else module.MidiOut(client, number)
    except (RuntimeError, OSError) as error:
        raise NoBackend(str(error)) from error
    if device.get_current_api() != number:
        raise NoBackend(f"{RTMIDI2} was built without it")
    return _Rtmidi2Device(device)


class _Rtmidi2Device:
    """A device of rtmidi2's in the manner of python-rtmidi's."""

    def __init__(self, device: Any) -> None:
        self._device = device

    def get_ports(self) -> list[str]:
        return [str(name) for name in self._device.ports]

    def open_port(self, index: int, label: str) -> None:
        self._device.open_port(index)  # which has no name for its own end

    def open_virtual_port(self, label: str) -> None:
        self._device.open_virtual_port(label)

    def close_port(self) -> None:
        self._device.close_port()

    def set_callback(self, heard: OnMessage) -> None:
        self._device.callback = lambda message, delta: heard((message, delta), None)

    def ignore_types(self, *, sysex: bool, timing: bool, active_sense: bool) -> None:
        self._device.ignore_types(sysex, timing, active_sense)

    def send_message(self, message: Sequence[int]) -> None:
        self._device.send_raw(*message)

    def delete(self) -> None:
        self._device = None


def _prefer_system_jack() -> None:
    """Have the functions of the system's libjack found before those of a copy in a wheel."""
    if not sys.platform.startswith("linux") or _MODULES[RTMIDI2] in sys.modules:
        return
    library = ctypes.util.find_library("jack")
    if library is not None:
        with contextlib.suppress(OSError):
            ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)


def _jack_answers() -> bool:
    """Whether there is a JACK server that takes clients; none is started for it."""
    try:
        import jack
    except (ImportError, OSError):
        return False
    try:
        jack.Client("antiphon-look", no_start_server=True).close()
    except jack.JackError:
        return False
    return True
