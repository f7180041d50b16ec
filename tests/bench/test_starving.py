"""What a band plays where it has no time to think."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from measuring import Clock, FakeDaemon, FakeKeyboard, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import starving
from bridge.bench.result import BenchError
from bridge.vocabulary.events import RUNG_NAMES


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("starving", tmp_path)


def test_it_is_back_when_it_keeps_up_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(starving, "time", clock)
    monkeypatch.setattr(starving, "keep_busy", lambda keyboard, seconds: clock.sleep(seconds))
    slow, full = {"keeping_up": RUNG_NAMES[2]}, {"keeping_up": RUNG_NAMES[0]}
    assert starving._come_back(FakeDaemon(slow, slow, full), FakeKeyboard(clock)) == pytest.approx(1.0)
    assert starving._come_back(FakeDaemon(full), FakeKeyboard(clock)) == 0.0
    with pytest.raises(BenchError, match="does not play as before within 60 s"):
        starving._come_back(FakeDaemon(slow), FakeKeyboard(clock))


def test_a_starved_daemon_stands_still_most_of_the_time_and_is_played_to(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(starving, "time", clock)
    stopped: list[tuple[float, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: stopped.append((clock.now, number)))
    daemon, keyboard = FakeDaemon({}), FakeKeyboard(clock)
    daemon.pid = 4711  # type: ignore[attr-defined]
    starving._starve(daemon, keyboard, 2.0, runs=0.01, stands=0.09)
    assert [number for _, number in stopped[:2]] == [signal.SIGSTOP, signal.SIGCONT]
    assert len(stopped) % 2 == 0 and stopped[-1][1] == signal.SIGCONT, "left running"
    stood = sum(after - before for (before, _), (after, _) in zip(stopped[::2], stopped[1::2], strict=True))
    assert stood == pytest.approx(1.8, abs=0.1)
    assert len(keyboard.sent) / 2 == pytest.approx(5, abs=1)
