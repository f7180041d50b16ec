"""Who may send OSC."""

from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.osc.guests import Guests
from bridge.osc.server import OscServer
from bridge.vocabulary.events import ErrorReport


@pytest.mark.parametrize(
    ("words", "host", "admitted"),
    [
        ((), "127.0.0.1", True),
        ((), "::1", True),
        ((), "192.168.1.20", False),
        (("192.168.1.20",), "192.168.1.20", True),
        (("192.168.1.20",), "192.168.1.21", False),
        (("192.168.1.0/24",), "192.168.1.21", True),
        (("192.168.1.7/24",), "192.168.1.21", True),
        (("192.168.1.0/24",), "192.168.2.21", False),
        (("10.0.0.1", "fd00::/8"), "fd00::12", True),
        (("10.0.0.1",), "fe80::12%eth0", False),
        (("any",), "203.0.113.9", True),
        (("any",), "2001:db8::1", True),
    ],
)
def test_whom_it_lets_in(words: tuple[str, ...], host: str, admitted: bool) -> None:
    assert Guests.parse(words).admits(host) is admitted


@pytest.mark.parametrize("word", ["ipad", "192.168.1", "192.168.1.0/33", "*", ""])
def test_what_is_no_host_is_named(word: str) -> None:
    with pytest.raises(ValueError, match="is no host: write addresses as"):
        Guests.parse([word])


def test_it_says_who_that_is() -> None:
    assert str(Guests.parse(["192.168.1.20", "10.0.0.0/8"])) == "192.168.1.20, 10.0.0.0/8"
    assert str(Guests.parse(["any"])) == "everybody on the network"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--osc-host", "0.0.0.0"], "say who may, by --osc-allow 192.168.1.20"),
        (["--osc-host", "0.0.0.0", "--osc-allow", "tablet"], "'tablet' is no host"),
        (["--osc-allow", "192.168.1.20"], "127.0.0.1 is heard by this one alone"),
    ],
)
def test_jam_opens_no_port_to_the_network_without_a_word(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["jam", "--dry", *arguments])
    assert result.exit_code == 1 and message in " ".join(result.output.split())


def test_a_stranger_is_neither_heard_nor_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is always let in, so here it is made not to be."""
    monkeypatch.setattr("bridge.osc.guests.is_local", lambda host: False)
    told: list[ErrorReport] = []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        OscServer(port=0, targets=(), inbox=lambda *_: pytest.fail("heard"), tell=told.append) as server,
    ):
        for _ in range(3):
            stranger.sendto(b"/antiphon/panic\0,\0\0\0", server.address)
        stranger.settimeout(0.3)
        with pytest.raises(TimeoutError):
            stranger.recv(1)
        assert server.traffic.strangers == 3
    assert [report.code for report in told] == ["stranger"]
    assert "--osc-allow 127.0.0.1" in told[0].text
