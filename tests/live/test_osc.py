"""OSC as a surface: what is decided goes to clients, what they send goes to the engine."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from engine_of_surfaces import FakeEngine
from pythonosc.osc_message import OscMessage
from pythonosc.udp_client import SimpleUDPClient

from bridge.live.osc import OscSurface
from bridge.vocabulary.events import ErrorReport, PlayNote, ReleaseNote, SetMode, Severity, Sounded
from bridge.vocabulary.requests import LatencyReport

WAIT = 10.0


class Client:
    """Whoever listens, and asks."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(WAIT)
        self.surface = OscSurface(self.engine, "127.0.0.1", 0, [("127.0.0.1", self.socket.getsockname()[1])])
        self.surface.start()
        self.osc = SimpleUDPClient(*self.surface.address)

    def hears(self) -> tuple[str, list[object]]:
        message = OscMessage(self.socket.recv(65536))
        return message.address, list(message.params)

    def close(self) -> None:
        self.surface.close()
        self.osc._sock.close()
        self.socket.close()


@pytest.fixture
def client() -> Iterator[Client]:
    one = Client()
    yield one
    one.close()


def test_a_note_is_told_with_its_delay_and_its_end_once_it_is_known(client: Client) -> None:
    now = time.perf_counter()  # whatever is told is told from now on, by this clock
    client.surface.accept(["out", now, PlayNote(1, now + 500.0, None, 60, 80, 2)])
    address, (*note, delay) = client.hears()
    assert (address, note) == ("/antiphon/play", [60, 80, 2, -1.0])
    assert 400.0 < delay <= 500.0  # type: ignore[operator]
    client.surface.accept(["in", now, Sounded(now, 1)])
    client.surface.accept(["out", now, ReleaseNote(1, now + 900.0)])
    address, (pitch, velocity, channel, _, delay) = client.hears()
    assert (address, pitch, velocity, channel) == ("/antiphon/play", 60, 0, 2)
    assert 800.0 < delay <= 900.0  # type: ignore[operator]


def test_faults_are_left_to_the_daemon_and_reports_go_out(client: Client) -> None:
    client.surface.accept(["out", 1.0, ErrorReport(Severity.ERROR, "code", "text")])
    client.surface.tell(LatencyReport("step", 0.001, 0.002))
    assert client.hears()[0] == "/antiphon/latency"


def test_what_a_client_sends_is_handed_in(client: Client) -> None:
    client.osc.send_message("/antiphon/mode", "duet")
    deadline = time.monotonic() + WAIT
    while not client.engine.batches and time.monotonic() < deadline:
        time.sleep(0.005)
    ((item,),) = client.engine.batches
    assert isinstance(item, SetMode) and item.mode == "duet"


def test_whoever_plays_by_osc_is_silenced_at_the_end(client: Client) -> None:
    client.surface.close()
    assert client.hears() == ("/antiphon/cancel", [1])
