"""The daemon as a process, as a user starts it."""

from __future__ import annotations

import socket

import pytest

from bridge.bench.live import LiveDaemon, free_port
from bridge.bench.result import BenchError


def test_it_answers_and_ends() -> None:
    with LiveDaemon("--dry") as daemon:
        status = daemon.status()
        assert status is not None and status["mode"] == "respond"
        assert daemon.ready_after > 0
        assert daemon.stop()[0] == 0
        with pytest.raises(BenchError, match=r"does not answer: .*ready"):
            daemon.sure_status()


def test_one_that_does_not_start_says_why() -> None:
    with pytest.raises(BenchError, match="no-such-model"), LiveDaemon("--model", "no-such-model"):
        pass


def test_free_ports_are_free() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", free_port()))
