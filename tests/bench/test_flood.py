"""What a flood of OSC costs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from measuring import measured

from bridge.bench.flood import pour
from bridge.osc.wire import parse


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("flood", tmp_path)


def test_it_asks_for_the_status_and_ends_by_itself() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        assert pour(ear.getsockname()[1], 0.02) > 0
        assert parse(ear.recv(1024))[0].address == "/antiphon/status"


def test_nobody_has_to_listen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert pour(port, 0.02) > 0
