"""Announced by mDNS where the library is there, taken back at the end, and never in the set's way."""

from __future__ import annotations

import logging
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.web.discovery import Announcement


class Network:
    """Stands in for zeroconf."""

    def __init__(self, fails: bool = False) -> None:
        self.interfaces: list[object] = []
        self.services: list[tuple[str, str, int, list[bytes]]] = []
        self.closed = 0
        self.fails = fails

    def module(self) -> Any:
        network = self

        class Zeroconf:
            def __init__(self, interfaces: object) -> None:
                if network.fails:
                    raise OSError("no network")
                network.interfaces.append(interfaces)

            def register_service(self, info: tuple[str, str, int, list[bytes]], allow_name_change: bool) -> None:
                assert allow_name_change
                network.services.append(info)

            def close(self) -> None:
                network.closed += 1

        def info(kind: str, name: str, port: int, addresses: list[bytes], properties: object) -> tuple[object, ...]:
            return kind, name, port, addresses

        return SimpleNamespace(InterfaceChoice=SimpleNamespace(All="all"), ServiceInfo=info, Zeroconf=Zeroconf)


def announced(network: Network, monkeypatch: pytest.MonkeyPatch, host: str = "127.0.0.1") -> Announcement:
    monkeypatch.setitem(sys.modules, "zeroconf", network.module())
    one = Announcement(host, 9002, 9000, "Band")
    one.start()
    one._thread.join()
    return one


def test_both_services_are_announced_on_loopback_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network()
    one = announced(network, monkeypatch)
    assert network.interfaces == [["127.0.0.1"]]
    assert [(kind, name, port) for kind, name, port, _ in network.services] == [
        ("_oscjson._tcp.local.", "Band._oscjson._tcp.local.", 9002),
        ("_osc._udp.local.", "Band._osc._udp.local.", 9000),
    ]
    assert network.services[0][3] == [socket.inet_aton("127.0.0.1")]
    one.close()
    one.close()
    assert network.closed == 1


def test_where_osc_is_heard_everywhere_it_is_announced_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network()
    monkeypatch.setattr(Announcement, "_address", lambda self: "192.0.2.7")
    announced(network, monkeypatch, "0.0.0.0").close()
    assert network.interfaces == ["all"] and network.services[0][3] == [socket.inet_aton("192.0.2.7")]


def test_without_the_library_nothing_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    one = Announcement("127.0.0.1", 9002, 9000, "Band")
    one.start()
    one.close()


def test_whatever_the_network_does_the_set_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        announced(Network(fails=True), monkeypatch).close()
    assert "OSC is not announced on the network: no network" in caplog.text
