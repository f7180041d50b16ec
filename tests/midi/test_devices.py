"""Ports of our own: what they are called where a name is taken."""

from __future__ import annotations

import pytest

from bridge.midi.connections import UNKNOWN
from bridge.midi.devices import (
    Devices,
    PortFailed,
    PortNotFound,
    Side,
    list_devices,
    match_port,
    platform_apis,
)
from bridge.midi.port import PortSettings, check_name
from bridge.midi.rtmidi_binding import NoBackend


class FakeSystem:
    """A MIDI system that shows a new port of ours as `shown`, beside those that were there."""

    def __init__(self, before: list[str], shown: str) -> None:
        self.ports, self._shown = before, shown

    def open_virtual_port(self, name: str) -> None:
        self.ports = [*self.ports, self._shown]

    def get_ports(self) -> list[str]:
        return self.ports


@pytest.mark.parametrize(
    ("backend", "before", "shown", "name"),
    [
        ("jack", ["system:midi_1"], "Antiphon In:in", "Antiphon In"),
        ("jack", ["Antiphon In:in"], "Antiphon In-01:in", "Antiphon In-01"),
        ("alsa", ["Antiphon In:in 128:0"], "Antiphon In:in 130:0", "Antiphon In 130:0"),
        ("coremidi", ["IAC Bus 1"], "Antiphon In", "Antiphon In"),
        ("jack", [], "somebody else:in", "Antiphon In"),
    ],
)
def test_a_port_is_called_what_the_system_calls_it(backend: str, before: list[str], shown: str, name: str) -> None:
    system = FakeSystem(before, shown)
    side = Side(system, backend, "Antiphon In", None, "--in", "in", list_others=system.get_ports)
    assert side.check()
    assert side.name == name
    assert not side.check(), "it stays open, and keeps its name"


@pytest.mark.parametrize("name", ["", "  ", "a:b", "bell\a", "x" * 41])
def test_a_name_that_no_port_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name ports"):
        check_name(name)


def test_a_name_loses_the_spaces_around_it() -> None:
    assert check_name(" Band 2 ") == "Band 2"


# --- names.py ----------


ALSA = ["Midi Through:Midi Through Port-0 14:0", "Launchpad Mini:Launchpad Mini MIDI 1 20:0", "IAC:Bus 1 128:0"]
WINMM = ["Microsoft GS Wavetable Synth 0", "loopMIDI Port 1", "loopMIDI Port B 2"]
JACK = ["fs:midi_00", "Antiphon In:in", "Antiphon In-01:in"]


@pytest.mark.parametrize(
    "wanted, names, found",
    [
        ("fs:midi_00", JACK, 0),
        ("FS:MIDI_00", JACK, 0),
        ("fs", JACK, 0),
        ("Launchpad", ALSA, 1),
        ("mini midi", ALSA, 1),
        ("IAC:Bus 1 131:0", ALSA, 2),  # saved when the client had another number
        ("loopMIDI Port", WINMM, 1),  # the whole name beats the beginning of a longer one
        ("loopMIDI Port 7", WINMM, 1),
        ("loopMIDI Port B", WINMM, 2),
        ("wavetable", WINMM, 0),
        ("Antiphon In:in", JACK, 1),
        ("Antiphon In-01", JACK, 2),
        ("Übung", ["Übung 3"], 0),
    ],
)
def test_a_port_is_found(wanted: str, names: list[str], found: int) -> None:
    assert match_port(wanted, names) == found


def test_a_port_that_is_not_there_is_reported_with_those_that_are() -> None:
    with pytest.raises(PortNotFound) as failure:
        match_port("IAC 1", JACK[:2])
    assert str(failure.value) == (
        'port "IAC 1" not found; ports here: "fs:midi_00", "Antiphon In:in"; see antiphon ports'
    )


@pytest.mark.parametrize("wanted", ["", "  ", "x"])
def test_where_there_are_no_ports_none_is_found(wanted: str) -> None:
    with pytest.raises(PortNotFound, match="ports here: none"):
        match_port(wanted, [])


@pytest.mark.parametrize("wanted, names", [("Antiphon", JACK), ("Two", ["Two", "Two"]), ("USB", ["USB 0", "USB 1"])])
def test_a_name_that_several_ports_go_by_is_refused(wanted: str, names: list[str]) -> None:
    with pytest.raises(PortNotFound, match=r"could be any of .* give the whole name"):
        match_port(wanted, names)


# --- somebody's ports ------------------------------------------------------------------------------------------


class Attachable:
    """A MIDI system with other people's ports, which come and go."""

    def __init__(self, *ports: str) -> None:
        self.ports, self.calls = list(ports), list[str]()
        self.fails: Exception | None = None

    def get_ports(self) -> list[str]:
        return self.ports

    def open_port(self, index: int, label: str) -> None:
        if self.fails is not None:
            raise self.fails
        self.calls.append(f"open {self.ports[index]} as {label}")

    def close_port(self) -> None:
        self.calls.append("close")

    def set_callback(self, on_message: object) -> None:
        self.calls.append("listen")

    def send_message(self, message: bytes) -> None:
        if self.fails is not None:
            raise self.fails
        self.calls.append(message.hex())


def attached(system: Attachable, wanted: str = "keys", backend: str = "alsa", **more: object) -> Side:
    return Side(system, backend, "Antiphon In", wanted, "--in", "in", **more)  # type: ignore[arg-type]


def test_a_port_that_is_not_there_is_waited_for_and_told_of_until_it_comes() -> None:
    system = Attachable("piano 20:0")
    side = attached(system, on_message=lambda *heard: None)
    assert not side.check() and not side.is_open
    assert side.detail == 'port "keys" not found; ports here: "piano 20:0"; see antiphon ports'
    system.ports.append("Keys One 24:0")
    assert side.check() and side.is_open
    assert (side.name, side.detail) == ("Keys One 24:0", "")
    assert system.calls == ["listen", "open Keys One 24:0 as in"], "what plays meanwhile must be heard"
    assert not side.check() and len(system.calls) == 2


def test_a_port_that_goes_is_let_go_and_taken_again_where_it_comes_back() -> None:
    system = Attachable("keys 24:0")
    side = attached(system)
    side.check()
    system.ports = []
    assert side.check() and not side.is_open
    assert side.detail.startswith('port "keys" not found') and system.calls[-1] == "close"
    system.ports = ["keys 28:0"]  # another number, as after it was plugged in again
    assert side.check() and side.name == "keys 28:0"
    system.ports = ["keys 32:0"]
    assert not side.check() and side.name == "keys 32:0", "gone and come between two looks: it is open as before"
    assert system.calls[-2:] == ["close", "open keys 32:0 as in"]


def test_windows_numbers_its_ports_anew_and_an_open_one_stays_the_same() -> None:
    system = Attachable("keys 1")
    side = attached(system, backend="winmm")
    side.check()
    system.ports = ["other 0", "keys 2"]
    assert not side.check() and side.is_open and "close" not in system.calls


@pytest.mark.parametrize("failure", [RuntimeError("busy"), OSError("gone"), ValueError("no such index")])
def test_a_port_that_does_not_open_says_why_and_is_tried_again(failure: Exception) -> None:
    system = Attachable("keys 24:0")
    system.fails = failure
    side = attached(system)
    assert not side.check() and side.detail == str(failure)
    system.fails = None
    assert side.check() and side.detail == ""


def test_on_windows_a_port_of_our_own_cannot_be_and_the_way_out_is_told() -> None:
    side = Side(Attachable("loopMIDI 1"), "winmm", "Antiphon In", None, "--in", "in")  # type: ignore[arg-type]
    assert not side.check()
    assert "give the name of one that leads to somebody with --in" in side.detail
    assert 'ports here: "loopMIDI 1"' in side.detail


@pytest.mark.parametrize(
    ("wanted", "port", "ours"),
    [
        (None, "Antiphon In:in", True),
        (None, "antiphon in-01:in", True),
        (None, "Antiphon In-x:in", False),
        (None, "Antiphon In:out", False),
        (None, "My Antiphon In:in", False),
        ("keys", "Antiphon In:in", False),
    ],
)
def test_a_port_of_ours_is_known_by_its_client_and_label(wanted: str | None, port: str, ours: bool) -> None:
    side = Side(Attachable(), "jack", "Antiphon In", wanted, "--in", "in")  # type: ignore[arg-type]
    assert side.is_called(port) is ours


@pytest.mark.parametrize(
    ("system", "apis"),
    [
        ("linux", ["alsa", "jack"]),
        ("linux2", ["alsa", "jack"]),
        ("darwin", ["coremidi", "jack"]),
        ("win32", ["winmm"]),
        ("freebsd14", ["jack"]),
    ],
)
def test_each_system_has_its_backends_in_the_order_in_which_they_are_tried(
    monkeypatch: pytest.MonkeyPatch, system: str, apis: list[str]
) -> None:
    monkeypatch.setattr("bridge.midi.devices.sys.platform", system)
    assert list(platform_apis()) == apis


class Opened(Attachable):
    """A device as `open_device` gives it, of a system without anybody else's ports."""

    def ignore_types(self, **what: bool) -> None:
        self.calls.append(f"ignore {what}")

    def open_virtual_port(self, name: str) -> None:
        self.calls.append(f"virtual {name}")

    def delete(self) -> None:
        self.calls.append("delete")


def test_the_first_backend_that_opens_is_used_and_a_port_that_refuses_is_not_open_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: dict[str, Opened] = {}

    def open_device(kind: str, api: str, client: str) -> Opened:
        if api == "API_LINUX_ALSA":
            raise NoBackend("no sequencer")
        return made.setdefault(kind, Opened())

    monkeypatch.setattr("bridge.midi.devices.sys.platform", "linux")
    monkeypatch.setattr("bridge.midi.devices.open_device", open_device)
    devices = Devices(PortSettings(), lambda *heard: None)
    assert devices.backend == "jack"
    assert "ignore {'sysex': False, 'timing': False, 'active_sense': True}" in made["MidiIn"].calls
    assert devices.connections(None) == (0, 0), "nothing is open"
    assert devices.output.check() and devices.input.check()
    assert devices.connections(None) == (UNKNOWN, UNKNOWN), "JACK tells a guard only"
    devices.send(b"\x90\x3c\x5a")
    assert made["MidiOut"].calls[-1] == "903c5a"
    made["MidiOut"].fails = RuntimeError("broken pipe")
    with pytest.raises(PortFailed, match=r'port "Antiphon Out" refused a message \(broken pipe\)'):
        devices.send(b"\x80\x3c\x00")
    assert not devices.output.is_open and devices.input.is_open
    devices.close()
    assert made["MidiIn"].calls[-1] == made["MidiOut"].calls[-1] == "delete"


def test_where_no_backend_opens_each_says_why_and_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(kind: str, api: str, client: str) -> Opened:
        raise NoBackend(f"no {api}")

    monkeypatch.setattr("bridge.midi.devices.sys.platform", "linux")
    monkeypatch.setattr("bridge.midi.devices.open_device", none)
    with pytest.raises(NoBackend, match=r"alsa: no API_LINUX_ALSA; jack: no API_UNIX_JACK\); run `modprobe snd-seq`"):
        Devices(PortSettings(), lambda *heard: None)
    with pytest.raises(NoBackend, match="no backend 'winmm' on this system: there are alsa, jack"):
        Devices(PortSettings(backend="winmm"), lambda *heard: None)
    assert list_devices() == []
