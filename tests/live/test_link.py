"""What of a Link session is told."""

from __future__ import annotations

import sys
import threading
import time
from types import SimpleNamespace

import pytest

from bridge.live.link import LinkMissing, LinkPeer, LinkSurface, NoLink, changed
from bridge.sessions.log import Entry
from bridge.vocabulary.events import (
    ErrorReport,
    Input,
    LinkState,
    SetClock,
    SetLinkPlaying,
    SetLinkTempo,
    SetMode,
)
from bridge.vocabulary.requests import Asker, Report, ShellRequest

TOLD = LinkState(10.0, 20.0, 120.0, False, 1)


@pytest.mark.parametrize(
    ("state", "news"),
    [
        (LinkState(10.25, 20.5, 120.0, False, 1), False),
        (LinkState(10.25, 20.502, 119.99995, False, 1), False),
        (LinkState(10.25, 20.51, 120.0, False, 1), True),
        (LinkState(10.25, 4.5, 120.0, False, 1), True),
        (LinkState(10.25, 20.5, 120.1, False, 1), True),
        (LinkState(10.25, 20.5, 120.0, True, 1), True),
        (LinkState(10.25, 20.5, 120.0, False, 0), True),
    ],
)
def test_only_what_was_not_to_be_expected_is_news(state: LinkState, news: bool) -> None:
    assert changed(TOLD, state) is news


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "link", None)
    with pytest.raises(LinkMissing, match=r"pip install 'antiphon\[link\]'"):
        LinkPeer(lambda state: None)


class Network:
    """Stands for the Link library: a session of one tempo, whose beat is that of its clock at quantum 4."""

    def __init__(self, bpm: float) -> None:
        self.bpm, self.playing, self.enabled, self.peers = bpm, False, False, 2
        self.startStopSyncEnabled = False
        self.quanta: list[float] = []

    def clock(self) -> Network:
        return self

    def micros(self) -> int:
        return round(time.perf_counter() * 1e6)

    def numPeers(self) -> int:
        return self.peers

    def captureSessionState(self) -> SimpleNamespace:
        """A copy, as Link gives one: what is changed in it counts once it is committed."""
        session = SimpleNamespace(changed_bpm=self.bpm, changed_playing=self.playing)

        def beat_at(micros: int, quantum: float) -> float:
            self.quanta.append(quantum)
            return micros * self.bpm / 60e6

        session.setTempo = lambda bpm, micros: setattr(session, "changed_bpm", bpm)
        session.setIsPlaying = lambda playing, micros: setattr(session, "changed_playing", playing)
        session.tempo = lambda: session.changed_bpm
        session.isPlaying = lambda: session.changed_playing
        session.beatAtTime = beat_at
        return session

    def commitSessionState(self, session: SimpleNamespace) -> None:
        self.bpm, self.playing = session.changed_bpm, session.changed_playing


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """The one network there is, whoever joins it."""
    joined = Network(0.0)

    def join(bpm: float) -> Network:
        joined.bpm = bpm
        return joined

    monkeypatch.setitem(sys.modules, "link", SimpleNamespace(Link=join))
    return joined


class Set:
    """Stands for the set that a surface is attached to."""

    def __init__(self) -> None:
        self.heard: list[LinkState] = []
        self.told: list[Report] = []
        self.news = threading.Semaphore(0)

    def hand_in(self, batch: list[Input | ShellRequest], asker: Asker | None) -> None:
        self.heard += [item for item in batch if isinstance(item, LinkState)]
        self.news.release()

    def show(self, report: ErrorReport) -> None:
        raise AssertionError("nobody is at the terminal")

    def tell(self, report: Report) -> None:
        self.told.append(report)

    def next(self) -> LinkState:
        assert self.news.acquire(timeout=5.0), "Link says nothing"
        return self.heard[-1]


def decided(output: object) -> Entry:
    return ["out", 1.0, output]  # type: ignore[return-value]


def test_a_set_that_joins_hears_at_once_how_the_session_stands_and_of_every_change(network: Network) -> None:
    engine = Set()
    surface = LinkSurface(engine, 132.0)
    assert not network.enabled and network.startStopSyncEnabled
    surface.start()
    first = engine.next()
    assert network.enabled and (first.bpm, first.running, first.peers) == (132.0, False, 2)
    assert first.beat == pytest.approx(first.time * 132.0 / 60.0, abs=0.05)
    network.peers = 3
    assert engine.next().peers == 3
    surface.accept(decided(SetLinkPlaying(True)))
    assert engine.next().running and network.playing
    surface.accept(decided(SetLinkTempo(90.0)))
    assert engine.next().bpm == network.bpm == 90.0
    surface.close()
    surface.close()
    assert not network.enabled and not [one for one in threading.enumerate() if one.name == "link"]


def test_bars_are_counted_in_the_network_as_in_the_set(network: Network) -> None:
    surface = LinkSurface(Set(), 120.0)
    surface.publish({"beats_per_bar": 3.0})
    assert surface._peer.state().running is False
    assert network.quanta == [3.0]
    surface.close()


def test_what_is_none_of_links_business_changes_nothing_there(network: Network) -> None:
    surface = LinkSurface(Set(), 120.0)
    surface.accept(["in", 1.0, SetMode(1.0, "duet")])  # type: ignore[arg-type]
    surface.accept(decided(SetClock(1.0, "link")))
    assert (network.bpm, network.playing) == (120.0, False)


def test_where_link_was_not_joined_its_clock_is_refused_with_the_way_out_and_other_clocks_are_not() -> None:
    engine = Set()
    surface = NoLink(engine)
    assert not surface.take(SetClock(1.0, "internal"), None) and not surface.take(SetMode(1.0, "duet"), None)
    assert engine.told == []
    assert surface.take(SetClock(1.0, "link"), None)
    (report,) = engine.told
    assert isinstance(report, ErrorReport) and report.code == "no-link"
    assert "--clock link" in report.text and "pip install 'antiphon[link]'" in report.text
