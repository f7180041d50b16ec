"""Ports of our own: what they are called where a name is taken."""

from __future__ import annotations

import pytest

from bridge.midi.devices import Side
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
