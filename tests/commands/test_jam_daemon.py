"""What is attached to a set by the options of `antiphon jam`, and what is refused before a port opens."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.commands import jam, jam_daemon
from bridge.live.daemon import Daemon
from bridge.live.link import NoLink
from bridge.midi.manual import FakePort
from bridge.performer.settings import Settings

Make = Callable[..., tuple[list[str], str]]


def free_port() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return str(udp.getsockname()[1])


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Make:
    """Make the daemon of a dry jam: the names of its surfaces, and what was said. It is started and ended."""

    def made(*words: str) -> tuple[list[str], str]:
        attached: list[str] = []

        def end(daemon: Daemon, began: float, plain: bool) -> None:
            attached.extend(type(surface).__name__ for surface in daemon._surfaces)
            daemon.stop()
            daemon.run()

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(jam, "_run", end)
        usual = ("--dry", "--no-web", "--no-osc-query", "--clock", "internal", "--osc-port", free_port())
        result = CliRunner().invoke(jam.command, [*usual, *words])
        return attached, result.output

    return made


def test_what_is_always_there(make: Make) -> None:
    attached, said = make()
    assert attached == [
        "RecordingSurface", "OscSurface", "NoLink", "ExplanationSurface", "AdviceSurface", "LastEvents", "PortPicker",
        "RunningSurface",
    ]  # fmt: skip
    assert "model dry" in said and "OSC in on 127.0.0.1:" in said


def test_what_is_asked_for(make: Make, tmp_path: Path) -> None:
    attached, _ = make("--demo", "--record", str(tmp_path / "takes"))
    assert attached[-1] == "DemoSurface"
    assert list(tmp_path.glob("takes/*/session.jsonl")), "recorded from the beginning"


def test_a_busy_query_port_is_told(make: Make) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        attached, said = make("--osc-query", "--osc-port", port)
        assert "OscQuerySurface" not in attached
        assert f"warning: TCP port {port}, " in said and "this set goes without" in said
        attached, said = make("--osc-query", "--osc-query-port", port)
        assert not attached, "one that was asked for is not done without"
        assert f"Error: TCP port {port}, where OSCQuery was to answer, is in use: choose another" in said
        assert "without by --no-osc-query" in said and "goes without" not in said


def test_a_set_that_is_refused_gives_back_its_ports_and_silences_nobody(make: Make) -> None:
    with socket.socket() as taken, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        client.bind(("127.0.0.1", 0))
        client.setblocking(False)
        query, out, port = (str(number) for number in (taken.getsockname()[1], client.getsockname()[1], free_port()))
        attached, said = make("--osc-port", port, "--osc-out-port", out, "--osc-query", "--osc-query-port", query)
        assert not attached and f"TCP port {query}" in said
        with pytest.raises(BlockingIOError):
            client.recv(4096)  # what sounds there is another set's
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", int(port)))


def test_whoever_sends_from_the_network_is_named(make: Make) -> None:
    _, said = make("--osc-host", "0.0.0.0", "--osc-allow", "192.168.1.20, 10.0.0.0/8")
    assert "OSC is heard from 192.168.1.20, 10.0.0.0/8" in said


@pytest.mark.parametrize("clock", ["internal", "midi", "osc"])
def test_link_is_joined_only_where_the_clock_may_be_links(clock: str) -> None:
    assert isinstance(jam_daemon._link(None, clock, 0.0), NoLink)


@pytest.mark.parametrize(
    ("system", "environment", "there"),
    [
        ("linux", {}, False), ("linux", {"DISPLAY": ":0"}, True), ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True), ("win32", {}, True),
        ("linux", {"DISPLAY": ":10", "SSH_CONNECTION": "10.0.0.1 22"}, False),
        ("darwin", {"SSH_CONNECTION": "10.0.0.1 22"}, False),
    ],
)  # fmt: skip
def test_a_browser_opens_only_in_front_of_who_started_it(
    monkeypatch: pytest.MonkeyPatch, system: str, environment: dict[str, str], there: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setattr("sys.platform", system)
    assert jam_daemon._has_screen() is there


def test_the_port_is_named_and_as_patient_as_the_settings_say() -> None:
    options = {"in_name": "Keystep", "out_name": None, "name": "Band", "no_midi": True, "dry": False}
    ports = [jam_daemon._port(options, Settings(values=values)) for values in ({}, {"late": 0.2})]
    usual, late = [port._settings for port in ports if isinstance(port, FakePort)]
    assert late.late == 0.2 and usual.late == 0.05
    assert (late.in_name, late.out_name, late.virtual_out) == ("Keystep", None, "Band Out")
