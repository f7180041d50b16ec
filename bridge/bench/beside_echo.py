"""The daemon and a bare echo on one JACK server, a keyboard at each: what latencies are taken in turns from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard
from bridge.bench.live import LiveDaemon
from bridge.bench.peers import peer


class Beside(NamedTuple):
    """`keyboard` plays to the daemon, `bare` to the echo."""

    server: JackServer
    daemon: LiveDaemon
    keyboard: Keyboard
    bare: Keyboard


@contextmanager
def beside_echo(model: str, *options: str) -> Iterator[Beside]:
    """`antiphon jam` with `model` on the CPU and these options, its ports open, and the echo. Raises BenchError."""
    with (
        JackServer() as server,
        LiveDaemon("--model", model, *options, "--provider", "cpu") as daemon,
        peer("echo", "bare"),
        Keyboard("bench") as keyboard,
        Keyboard("bench-bare") as bare,
    ):
        daemon.wait_for_midi()
        keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
        bare.connect(server.name, into="bare-in", out_of="bare-out")
        yield Beside(server, daemon, keyboard, bare)
