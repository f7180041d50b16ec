"""Out of a port of our own and into another, on a link that is none (real ones: tests/real_ports)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bridge.bench import loopback
from bridge.bench.result import BenchError
from bridge.midi.port import PortState
from bridge.vocabulary.events import NoteOn, PlayNote, Sounded


class FakeLink:
    """A link on which a note leaves 1 ms after its onset and comes back 2 ms later, but for those that are `lost`."""

    connections = ()

    def __init__(self, lost: tuple[int, ...] = (), state: PortState = PortState.OPEN) -> None:
        self.status = SimpleNamespace(state=state, backend="fake", detail="none")
        self._lost = lost
        self._news: list[object] = []

    def send(self, notes: list[PlayNote]) -> None:
        for note in notes:
            self._news.append(Sounded(note.onset + 0.001, note.note_id))
            # Somebody else's note on another channel is none of ours.
            self._news.append(NoteOn(note.onset, note.pitch, note.velocity, 1))
            if note.note_id not in self._lost:
                self._news.append(NoteOn(note.onset + 0.003, note.pitch, note.velocity, note.channel))

    def next_wake(self, now: float) -> float:
        return now

    def receive(self) -> list[object]:
        news, self._news = self._news, []
        return news


def test_each_note_is_known_when_it_comes_back() -> None:
    assert len({loopback._name(number) for number in range(16_000)}) == 16_000
    loop = loopback._send_round(FakeLink(), 5)
    assert loop.latencies == pytest.approx([0.002] * 5) and loop.lateness == pytest.approx([0.001] * 5)
    assert (loop.lost, loop.backend) == (0, "fake")


def test_what_does_not_come_back_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = loopback._send_round(FakeLink(lost=(1, 3)), 5)
    assert loop.lost == 2 and len(loop.latencies) == 3 and len(loop.lateness) == 5
    with pytest.raises(BenchError, match="of 3 notes none came back on fake"):
        loopback._send_round(FakeLink(lost=(0, 1, 2)), 3)


def test_ports_that_do_not_open_are_an_error_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BenchError, match="no MIDI backend"):
        loopback._wait_open(FakeLink(state=PortState.NO_BACKEND))
    monkeypatch.setattr(loopback, "_OPENS_WITHIN", -1.0)
    with pytest.raises(BenchError, match=r"did not open within .*: none"):
        loopback._wait_open(FakeLink(state=PortState.WAITING))
