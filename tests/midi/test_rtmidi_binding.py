"""Both packages of RtMidi behind one interface, on modules of the test's own."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.midi import rtmidi_binding
from bridge.midi.rtmidi_binding import CHOICE, JACK, NoBackend, open_device, package


class Device:
    """What rtmidi2 has."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.ports = ["Keystep:in 20:0"]
        self.calls: list[Any] = []
        self.callback: Any = None

    def get_current_api(self) -> int:
        return 3

    def open_port(self, index: int) -> None:
        self.calls.append(("open", index))

    def open_virtual_port(self, name: str) -> None:
        self.calls.append(("virtual", name))

    def close_port(self) -> None:
        self.calls.append("close")

    def ignore_types(self, *kinds: bool) -> None:
        self.calls.append(("ignore", *kinds))

    def send_raw(self, *message: int) -> None:
        self.calls.append(message)


@pytest.fixture
def rtmidi2(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The one package there is, with the device that was made last in `made`."""
    module = SimpleNamespace(API_UNIX_JACK=3, API_LINUX_ALSA=2, made=None)

    def made(*arguments: Any) -> Device:
        module.made = Device(*arguments)
        return module.made

    module.MidiIn = module.MidiOut = made
    monkeypatch.setitem(sys.modules, "rtmidi2", module)
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setattr(rtmidi_binding, "_jack_answers", lambda: True)
    return module


def test_where_python_rtmidi_is_missing_rtmidi2_takes_its_place(rtmidi2: SimpleNamespace) -> None:
    assert package() == ("rtmidi2", rtmidi2)
    device = open_device("MidiIn", JACK, "Antiphon In")
    assert rtmidi2.made.arguments[0] == "Antiphon In" and rtmidi2.made.arguments[2] == 3
    heard: list[Any] = []
    device.set_callback(lambda event, data: heard.append((event, data)))
    rtmidi2.made.callback([0x90, 60, 90], 0.5)
    assert heard == [(([0x90, 60, 90], 0.5), None)]
    assert device.get_ports() == ["Keystep:in 20:0"]
    device.ignore_types(sysex=False, timing=False, active_sense=True)
    device.open_virtual_port("in")
    device.close_port()
    device.open_port(0, "in")
    assert rtmidi2.made.calls == [("ignore", False, False, True), ("virtual", "in"), "close", ("open", 0)]


def test_a_message_is_sent_as_bytes(rtmidi2: SimpleNamespace) -> None:
    device = open_device("MidiOut", JACK, "Antiphon Out")
    device.send_message(b"\x90\x3c\x5a")
    device.send_message(b"\xf8")
    assert rtmidi2.made.calls == [(0x90, 60, 90), (0xF8,)]


def test_without_a_jack_server_no_device_is_made(rtmidi2: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would end the process."""
    monkeypatch.setattr(rtmidi_binding, "_jack_answers", lambda: False)
    with pytest.raises(NoBackend, match="JACK server not running"):
        open_device("MidiOut", JACK, "Antiphon Out")
    assert rtmidi2.made is None


def test_another_backend_than_was_asked_for_is_none(rtmidi2: SimpleNamespace) -> None:
    with pytest.raises(NoBackend, match="built without it"):
        open_device("MidiIn", "API_LINUX_ALSA", "Antiphon In")


def test_without_either_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    monkeypatch.setitem(sys.modules, "rtmidi2", None)
    monkeypatch.delenv(CHOICE, raising=False)
    with pytest.raises(NoBackend, match=r"python-rtmidi cannot be loaded .*; rtmidi2 cannot be loaded"):
        package()


def test_the_environment_chooses(rtmidi2: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    other = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "rtmidi", other)
    assert package() == ("python-rtmidi", other)
    monkeypatch.setenv(CHOICE, "rtmidi2")
    assert package() == ("rtmidi2", rtmidi2)
