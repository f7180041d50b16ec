"""How long until one can play."""

from __future__ import annotations

import time

import pytest

from bridge.bench import jack_server, start
from bridge.bench.result import Conditions


class FakeStart:
    """A daemon that is ready after as many seconds as `after` says next; it is asked for MIDI where there is JACK."""

    after: list[float]
    options: list[tuple[str, ...]]
    asked_for_midi = 0

    def __init__(self, *options: str) -> None:
        self.options.append(options)
        self.ready_after = self.after.pop(0)
        self.started = time.perf_counter()

    def __enter__(self) -> FakeStart:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def wait_for_midi(self) -> None:
        type(self).asked_for_midi += 1


class FakeServer(FakeStart):
    def __init__(self) -> None:
        """No options."""


@pytest.fixture(autouse=True)
def daemons(monkeypatch: pytest.MonkeyPatch) -> type[FakeStart]:
    FakeStart.after, FakeStart.options, FakeStart.asked_for_midi = [0.4, 0.9], [], 0
    monkeypatch.setattr(start, "LiveDaemon", FakeStart)
    monkeypatch.setattr(jack_server, "JackServer", FakeServer)
    return FakeStart


def test_the_slowest_start_counts_and_no_midi_is_waited_for_where_there_is_no_jack(
    monkeypatch: pytest.MonkeyPatch, daemons: type[FakeStart]
) -> None:
    monkeypatch.setattr(jack_server, "missing", lambda: "no jackd")
    parts: list[float] = []
    result = start.measure(Conditions("some-model", quick=True, progress=parts.append))
    (ready,) = result.figures
    assert (ready.value, ready.met) == (900.0, True) and parts == [0.5, 1.0]
    assert daemons.asked_for_midi == 0
    assert daemons.options == [("--model", "some-model", "--provider", "cpu", "--no-midi")] * 2


def test_with_jack_the_ports_are_waited_for_too(monkeypatch: pytest.MonkeyPatch, daemons: type[FakeStart]) -> None:
    monkeypatch.setattr(jack_server, "missing", lambda: "")
    daemons.after = [3.5, 0.1]
    ready, ports = start.measure(Conditions(quick=True)).figures
    assert ready.met is False and ports.name.startswith("MIDI ports open")
    assert daemons.asked_for_midi == 2 and "--no-midi" not in daemons.options[0]
