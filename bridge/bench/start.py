"""From typing `antiphon jam` to being able to play."""

from __future__ import annotations

import contextlib
import time
from typing import Final

from bridge.bench import jack_server
from bridge.bench.live import LiveDaemon
from bridge.bench.result import Conditions, Figure, Result

BAR: Final = 3000.0


def measure(conditions: Conditions) -> Result:
    """Start it some times: until it says it is ready, and until MIDI ports (where there is JACK) are open."""
    times = 2 if conditions.quick else 7
    with_midi = not jack_server.missing()
    ready, ports = [], []
    with contextlib.ExitStack() as stack:
        if with_midi:
            stack.enter_context(jack_server.JackServer())
        for number in range(times):
            options = () if with_midi else ("--no-midi",)
            with LiveDaemon("--model", conditions.model, "--provider", "cpu", *options) as daemon:
                ready.append(daemon.ready_after)
                if with_midi:
                    daemon.wait_for_midi()
                    ports.append(time.perf_counter() - daemon.started)
            conditions.progress((number + 1) / times)
    figures = [Figure("ready, at worst", 1000 * max(ready), bar=BAR)]
    if ports:
        figures.append(Figure("MIDI ports open, at worst", 1000 * max(ports), bar=BAR))
    return Result("start", tuple(figures), f"{times} starts of a new process")
