"""A flood of OSC: what it costs the notes that are played meanwhile, how soon panic is heard, and how soon it ends.

Run as `python -m bridge.bench.flood PORT SECONDS` floods that port with `/antiphon/status`.
"""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bridge.bench.beside_echo import beside_echo
from bridge.bench.harmonize import fill_window
from bridge.bench.keyboard import Keyboard, ends_note, note_off, note_on, quiet, starts_note
from bridge.bench.live import LiveDaemon
from bridge.bench.peers import python_environment
from bridge.bench.result import BenchError, Conditions, Figure, Result, quantiles_ms
from bridge.osc.wire import build

P99_BAR: Final = 2.0  # times what it is without a flood
PANIC_BAR: Final = 100.0
TERM_BAR: Final = 1000.0
_BURST: Final = 64
_PANICS: Final = 20
_HEARD_WITHIN: Final = 5.0
_TRIES: Final = 5
_AGAIN: Final = 0.25


def measure(conditions: Conditions) -> Result:
    """Notes in `harmonize` without and with a flood, in turns; panics in it; and the end in it."""
    seconds = 4.0 if conditions.quick else 60.0
    turns = 2 if conditions.quick else 6
    with beside_echo(conditions.model, "--mode", "harmonize") as (_, daemon, keyboard, _):
        fill_window(daemon)
        draw = random.Random(3)
        calm: list[float] = []
        flooded: list[float] = []
        for _ in range(20):
            keyboard.ping(draw.randrange(48, 72))
        with quiet():
            for turn in range(turns):
                calm += _pings(keyboard, draw, seconds / turns)
                with _flood(daemon.port, seconds):
                    flooded += _pings(keyboard, draw, seconds / turns)
                conditions.progress((turn + 1) / (turns + 1))
            with _flood(daemon.port, 3 * seconds):
                panics = [_panic(daemon, keyboard) for _ in range(6 if conditions.quick else _PANICS)]
                _, ending = daemon.stop()
    conditions.draw("flood", {"without a flood": calm, "in a flood of OSC": flooded})
    (calm_median, calm_p99), (median, p99) = quantiles_ms(calm), quantiles_ms(flooded)
    return Result(
        "flood",
        (
            Figure("note-on to added note-on in a flood, p99, by that without", p99 / calm_p99, "×", bar=P99_BAR),
            Figure("in a flood, median", median),
            Figure("in a flood, p99", p99),
            Figure("without, median", calm_median),
            Figure("without, p99", calm_p99),
            Figure("panic to last note-off in a flood, at worst", 1000 * max(panics), bar=PANIC_BAR),
            Figure("ended after SIGTERM in a flood", 1000 * ending, bar=TERM_BAR),
        ),
        f"{len(calm)} notes without and {len(flooded)} with {seconds:g} s of /antiphon/status at full speed, "
        f"in {turns} turns; {len(panics)} panics, each sent again every {1000 * _AGAIN:g} ms until it was heard",
    )


def _pings(keyboard: Keyboard, draw: random.Random, seconds: float) -> list[float]:
    """Notes for so many seconds: seconds from each to the first added one, where one came."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        back = keyboard.ping(draw.randrange(48, 72))
        if back is not None:
            times.append(back)
        time.sleep(draw.uniform(0.015, 0.035))
    if not times:
        raise BenchError(f"no note was answered within {seconds:g} s")
    return times


def _panic(daemon: LiveDaemon, keyboard: Keyboard) -> float:
    """Seconds from a panic by OSC, while harmonies sound, to the last of their note-offs.

    The system drops packets where a flood leaves no room for them, so it is sent again, as people press again.
    """
    for _ in range(_TRIES):
        since = len(keyboard.heard)
        keyboard.send(note_on(60))
        if keyboard.wait(starts_note, 1.0, since) is not None:
            break
        keyboard.send(note_off(60))  # a panic that was sent twice came only now
        time.sleep(0.3)
    else:
        raise BenchError("no harmony sounded to be silenced")
    time.sleep(0.05)
    since_panic, sent = len(keyboard.heard), time.perf_counter()
    while keyboard.sounding(since):
        if time.perf_counter() - sent > _HEARD_WITHIN:
            raise BenchError(f"panic was not heard within {_HEARD_WITHIN:g} s")
        daemon.send("/antiphon/panic")
        again = time.perf_counter() + _AGAIN
        while keyboard.sounding(since) and time.perf_counter() < again:
            time.sleep(0.001)
    silent = max(heard.time for heard in keyboard.heard[since_panic:] if ends_note(heard.data))
    keyboard.send(note_off(60))
    time.sleep(0.3)
    return silent - sent


@contextmanager
def _flood(port: int, most: float) -> Iterator[None]:
    """Flood a port of this machine while entered, for `most` seconds at most."""
    command = [sys.executable, "-m", "bridge.bench.flood", str(port), str(most)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=python_environment())
    try:
        time.sleep(0.5)  # until it flows
        yield
    finally:
        process.kill()
        process.wait()


def pour(port: int, seconds: float) -> int:
    """Send for so many seconds. Returns how many packets that were."""
    packet, sent = build("/antiphon/status", ()), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", port))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(_BURST):
                with contextlib.suppress(OSError):  # nobody listens, or no room
                    client.send(packet)
                    sent += 1
    return sent


if __name__ == "__main__":
    pour(int(sys.argv[1]), float(sys.argv[2]))
