"""MidiLink where no backend opens: the process is real, only ports are missing.

With ports: tests/real_ports/test_midi_ports.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from bridge.midi.client import MidiLink, list_ports
from bridge.midi.port import PortSettings, PortState
from bridge.vocabulary.events import PlayNote, Sounded


@pytest.fixture
def link() -> Iterator[MidiLink]:
    link = MidiLink(PortSettings(backend="none of this system's", late=30.0))
    link.start()
    yield link
    link.close()


def until(link: MidiLink, happened: Callable[[list[object]], bool]) -> list[object]:
    heard: list[object] = []
    deadline = time.monotonic() + 30.0
    while not happened(heard):
        assert time.monotonic() < deadline, f"waited in vain; heard {heard[-20:]}, {link.status}"
        heard.extend(link.receive())
        time.sleep(0.002)
    return heard


def sounded(*note_ids: int) -> Callable[[list[object]], bool]:
    return lambda heard: set(note_ids) <= {event.note_id for event in heard if isinstance(event, Sounded)}


def hold(note_id: int, pitch: int = 60) -> PlayNote:
    return PlayNote(note_id, time.perf_counter(), None, pitch, 90, 1)


def test_the_books_go_on_without_a_backend(link: MidiLink) -> None:
    link.send([hold(1)])
    until(link, sounded(1))
    until(link, lambda _: link.status.state is PortState.NO_BACKEND)
    assert 'no backend "none of this system\'s" on this system: there are' in link.status.detail
    assert link.connections


@pytest.mark.skipif(os.name != "posix", reason="kills with POSIX signals")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGSTOP", "SIGTERM"])
def test_a_process_that_dies_or_hangs_is_replaced(link: MidiLink, how: str) -> None:
    link.send([hold(1)])
    until(link, sounded(1))
    first = link.process_id
    assert first is not None
    os.kill(first, getattr(signal, how))
    until(link, lambda _: link.status.restarts == 1)
    link.send([hold(2, 64)])
    until(link, sounded(2))
    assert link.process_id != first
    assert link.status.restarts == 1


def test_closing_twice_is_closing(link: MidiLink) -> None:
    link.close()
    link.close()
    assert link.status.state is PortState.CLOSED
    assert link.connections == ()
    with pytest.raises(RuntimeError, match="make a new one"):
        link.start()


def test_a_link_that_was_never_started_closes() -> None:
    link = MidiLink()
    link.send([hold(1)])
    link.close()
    assert link.status.state is PortState.CLOSED


def test_a_note_that_midi_cannot_say_is_refused_before_it_crosses(link: MidiLink) -> None:
    with pytest.raises(ValueError, match="pitch of note 1 is 128"):
        link.send([hold(1, pitch=128)])


def test_ports_are_listed_within_the_time_limit() -> None:
    assert isinstance(list_ports(timeout=30.0), list)


def test_listing_gives_up_when_the_midi_system_hangs() -> None:
    with pytest.raises(TimeoutError, match="did not list its ports within 0 s"):
        list_ports(timeout=0.0)


def test_the_process_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'mido', 'onnxruntime', 'rtmidi'}"
    code = f"import bridge.midi.midi_process, sys; print(*(sys.modules.keys() & {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_people_who_start_the_process_are_told_what_it_is() -> None:
    told = subprocess.run([sys.executable, "-m", "bridge.midi.midi_process"], capture_output=True, text=True)
    assert told.returncode == 1
    assert "the MIDI process of `antiphon jam`" in told.stderr
