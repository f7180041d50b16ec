"""How near a duet keeps to a Link session."""

from __future__ import annotations

from pathlib import Path

import pytest
from measuring import Clock, FakeDaemon, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import link_phase
from bridge.bench.result import BenchError
from bridge.vocabulary.events import LinkState


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("link", tmp_path)


class FakePeer:
    name = "nobody"

    def __init__(self, clock: Clock, peers: int = 1) -> None:
        self._clock = clock
        self.peers = peers
        self.asked: list[float] = []

    def state(self) -> LinkState:
        return LinkState(self._clock.now, 0.0, 120.0, False, self.peers)

    def ask_tempo(self, bpm: float) -> float:
        self.asked.append(bpm)
        return self._clock.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(link_phase, "time", clock)
    return clock


def test_a_beat_is_counted_on_from_what_was_seen_nearest() -> None:
    lines = [LinkState(10.0, 4.0, 120.0, False, 1), LinkState(12.0, 9.0, 60.0, False, 1)]
    assert link_phase._beat_at(lines, 10.5) == pytest.approx(5.0)
    assert link_phase._beat_at(lines, 9.0) == pytest.approx(2.0)
    assert link_phase._beat_at(lines, 11.5) == pytest.approx(8.5)


def test_the_tempo_is_set_once_both_see_each_other(clock: Clock) -> None:
    peer = FakePeer(clock)
    link_phase._meet(peer, FakeDaemon({"link_peers": 0}, {"link_peers": 0}, {"link_peers": 1}))
    assert peer.asked == [link_phase.BPM] and clock.now == pytest.approx(100.1)
    with pytest.raises(BenchError, match="no Link peer was found"):
        link_phase._meet(FakePeer(clock, peers=0), FakeDaemon({"link_peers": 1}))


class _Following(FakeDaemon):
    """One whose status takes a quarter of a second."""

    def __init__(self, clock: Clock, *tempos: float) -> None:
        super().__init__(*({"tempo": tempo} for tempo in tempos))
        self._clock = clock

    def sure_status(self) -> dict[str, object]:
        self._clock.sleep(0.25)
        return super().sure_status()


def test_a_new_tempo_is_followed_when_the_daemon_says_so(clock: Clock) -> None:
    peer = FakePeer(clock)
    assert link_phase._change_tempo(peer, _Following(clock, 110.0, 139.8, 139.95)) == pytest.approx(0.75)
    assert peer.asked == [link_phase.NEW_BPM]
    with pytest.raises(BenchError, match="did not follow"):
        link_phase._change_tempo(peer, _Following(clock, 110.0))
