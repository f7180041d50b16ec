"""Going over to other ports while a set goes on, on a port that only keeps what it sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from engine_of_surfaces import AskedEngine

from bridge.live.ports import PortPicker
from bridge.midi.manual import FakePort
from bridge.midi.port import PortInfo
from bridge.vocabulary.events import ErrorReport, InputLost, PlayNote, Tap
from bridge.vocabulary.requests import AttachPort, ListPorts, PortsReport, UsePort

WAIT = 10.0
THERE = [
    PortInfo("Keystep:Keystep MIDI 1 20:0", True, "fake"),
    PortInfo("Prophet 6", False, "fake"),
    PortInfo("Prophet 6", False, "another backend"),
    PortInfo("Antiphon Out:out", True, "fake"),
    PortInfo("Antiphon In:in", False, "fake"),
    PortInfo("antiphon-guard:x", True, "fake"),
]


class Set(AskedEngine[PortPicker]):
    """A picker, its port, and the one who asks."""

    def __init__(self, look: Callable[[], list[PortInfo]] | None, has_own: bool = True) -> None:
        super().__init__()
        self.port = FakePort()
        self.port.start()
        self.changes: list[tuple[str | None, str | None]] = []
        self.surface = PortPicker(
            self, self.port, look, has_own=has_own, changed=lambda *names: self.changes.append(names)
        )
        self.surface.start()

    def request(self, item: ListPorts | UsePort) -> None:
        """As `ask`, and wait for nothing."""
        assert self.surface.take(item, self)

    def go_over(self) -> AttachPort:
        """Take what was handed in."""
        (item,) = self.handed_in.get(timeout=WAIT)
        assert isinstance(item, AttachPort) and self.surface.take(item, self)
        return item


@pytest.fixture
def make() -> Iterator[Callable[..., Set]]:
    sets: list[Set] = []

    def factory(look: Callable[[], list[PortInfo]] | None = lambda: THERE, has_own: bool = True) -> Set:
        sets.append(Set(look, has_own))
        return sets[-1]

    yield factory
    for one in sets:
        one.surface.close()
        one.surface.close()


def test_others_ports_are_listed_and_our_own_are_not(make: Callable[..., Set]) -> None:
    set_ = make()
    set_.request(ListPorts())
    assert set_.said.get(timeout=WAIT) == PortsReport(("Keystep:Keystep MIDI 1 20:0",), ("Prophet 6",), True)
    assert not set_.surface.take(Tap(0.0), set_)


def test_what_sounds_ends_on_the_old_port_and_keys_that_were_held_are_let_go(make: Callable[..., Set]) -> None:
    set_ = make()
    set_.port.send([PlayNote(1, 0.0, None, 60, 80, 3)])
    assert set_.port.sounding == {(3, 60)}
    set_.request(UsePort("out", "prophet"))
    assert set_.go_over() == AttachPort("out", "Prophet 6")
    assert set_.port.status.output_name == "Prophet 6" and set_.port.status.input_name == "Antiphon In"
    assert not set_.port.sounding and set_.port.sent[-1][1] == b"\x82\x3c\x00"
    assert any(isinstance(item, InputLost) for item in set_.port.receive())
    set_.request(UsePort("in", "Keystep"))
    set_.go_over()
    set_.request(UsePort("out", ""))
    set_.go_over()
    assert (set_.port.status.input_name, set_.port.status.output_name) == (THERE[0].name, "Antiphon Out")
    assert set_.changes == [(None, "Prophet 6"), (THERE[0].name, "Prophet 6"), (THERE[0].name, None)]


def test_what_is_not_there_is_refused_with_what_is(make: Callable[..., Set]) -> None:
    set_ = make()
    set_.request(UsePort("out", "Moog"))
    refusal = set_.said.get(timeout=WAIT)
    assert isinstance(refusal, ErrorReport) and "Moog" in refusal.text and "Prophet 6" in refusal.text
    assert set_.port.status.output_name == "Antiphon Out" and not set_.changes


def test_without_midi_and_without_ports_of_one_s_own_that_is_said(make: Callable[..., Set]) -> None:
    for set_, words in ((make(None), "--no-midi"), (make(has_own=False), "Windows")):
        set_.request(UsePort("in", ""))
        refusal = set_.said.get(timeout=WAIT)
        assert isinstance(refusal, ErrorReport) and words in refusal.text


def test_a_look_that_fails_or_hangs_holds_nobody_up(make: Callable[..., Set]) -> None:
    hangs = threading.Event()

    def look() -> list[PortInfo]:
        if not hangs.is_set():
            hangs.set()
            raise TimeoutError("the MIDI system did not list its ports")
        threading.Event().wait()
        return []

    set_ = make(look)
    set_.request(ListPorts())
    failure = set_.said.get(timeout=WAIT)
    assert isinstance(failure, ErrorReport) and "did not list" in failure.text
    for _ in range(40):
        set_.request(ListPorts())
    assert isinstance(set_.said.get(timeout=WAIT), ErrorReport)  # too many wait
