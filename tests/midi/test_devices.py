"""Ports of our own: what they are called where a name is taken."""

from __future__ import annotations

import pytest

from bridge.midi.devices import PortNotFound, Side, match_port
from bridge.midi.port import check_name


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
