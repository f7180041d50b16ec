"""Packets that a flood must not drown have a socket of their own, on the same port."""

from __future__ import annotations

import contextlib
import socket
import sys

import pytest

from bridge.osc.priority_sockets import open_lanes, sorting
from bridge.osc.server import OscPortBusy, OscServer

LANES = ((b"/antiphon/panic", b"/antiphon/stop"), (b"/n",))
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system cannot sort packets")


def run(program: list[tuple[int, int, int, int]], packet: bytes) -> int:
    """What the packet filter returns: its few instructions, as bpf(4) of the BSDs describes them."""
    at, loaded = 0, 0
    sizes = {0x20: 4, 0x28: 2, 0x30: 1}
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code in sizes:
            if operand + sizes[code] > len(packet):
                return 0
            loaded = int.from_bytes(packet[operand : operand + sizes[code]], "big")
        elif code == 0x15:
            at += if_true if loaded == operand else if_false
        else:
            return operand


@pytest.mark.parametrize(
    ("packet", "lane"),
    [
        (b"/antiphon/panic\0,\0\0\0", 1),
        (b"/antiphon/stop\0\0", 1),
        (b"/antiphon/status\0\0\0\0", 0),
        (b"/antiphon/stat\0\0", 0),
        (b"/n\0\0", 2),
        (b"/x\0\0", 0),
        (b"#bundle\0", 0),
        (b"/", 0),
        (b"", 0),
    ],
)
def test_a_packet_goes_to_the_lane_whose_word_it_begins_with(packet: bytes, lane: int) -> None:
    assert run(sorting(LANES), packet) == lane


@linux
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_system_sorts_the_packets_of_every_sender(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
        try:
            first.bind((host, 0))
        except OSError:
            pytest.skip(f"no {host} here")
        lanes = [stack.enter_context(lane) for lane in open_lanes(first, LANES, receive_buffer=4096)]
        assert len(lanes) == 2
        for _ in range(8):  # each from a port of its own: without the program they would be spread by sender
            client = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            for packet in (b"/antiphon/get\0\0\0", b"/antiphon/stop\0\0", b"/n\0\0", b"/"):
                client.sendto(packet, first.getsockname())
        assert [lane.recv(64) for lane in (*lanes, first, first) for _ in range(8)] == [
            *[b"/antiphon/stop\0\0"] * 8, *[b"/n\0\0"] * 8, *[b"/antiphon/get\0\0\0", b"/"] * 8,
        ]  # fmt: skip


@linux
def test_a_full_buffer_does_not_keep_a_lanes_packets_out() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        first.bind(("127.0.0.1", 0))
        first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        (lane,) = open_lanes(first, LANES[:1], receive_buffer=4096)
        with lane:
            for _ in range(1000):  # nobody reads
                client.sendto(b"/antiphon/status\0\0\0\0", first.getsockname())
            client.sendto(b"/antiphon/panic\0", first.getsockname())
            assert lane.recv(64) == b"/antiphon/panic\0"


def test_nothing_is_left_open_where_the_system_will_not_sort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "bridge.osc.priority_sockets._attach", lambda *_: (_ for _ in ()).throw(OSError("no packet filter here"))
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
        first.bind(("127.0.0.1", 0))
        assert open_lanes(first, LANES, receive_buffer=4096) == ()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"/antiphon/panic\0", first.getsockname())
            assert first.recv(64) == b"/antiphon/panic\0"


def test_a_port_that_is_taken_is_refused_still() -> None:
    with (
        OscServer(port=0, targets=[], inbox=lambda batch, reply: None) as server,
        pytest.raises(OscPortBusy, match="is in use"),
    ):
        OscServer(port=server.address[1], targets=[], inbox=lambda batch, reply: None)
