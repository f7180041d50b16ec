"""From a note-on in to the first added note-on out, over real JACK ports."""

from __future__ import annotations

import random
import time
from typing import Final

from bridge.bench.beside_echo import beside_echo
from bridge.bench.keyboard import quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.result import Conditions, Figure, Result, above

BARS: Final = (5.0, 10.0)
_WARM_UP: Final = 20


def measure(conditions: Conditions) -> Result:
    """One note through the daemon, one through a bare echo, in turns, in a set whose window is full."""
    count = 60 if conditions.quick else 500
    with beside_echo(conditions.model, "--mode", "harmonize") as (server, daemon, keyboard, bare):
        fill_window(daemon)
        draw = random.Random(3)
        for _ in range(_WARM_UP):
            keyboard.ping(draw.randrange(48, 72))
            bare.ping(60)
        daemon_times, echo_times = [], []
        with quiet():
            for number in range(count):
                daemon_times.append(keyboard.ping(draw.randrange(48, 72)))
                # Uneven rests: no beating with the server's period, and every harmony has ended.
                time.sleep(draw.uniform(0.015, 0.035))
                echo_times.append(bare.ping(60))
                time.sleep(draw.uniform(0.005, 0.015))
                conditions.progress((number + 1) / count)
        status = daemon.sure_status()
    answered = [seconds for seconds in daemon_times if seconds is not None]
    echoed = [seconds for seconds in echo_times if seconds is not None]
    conditions.draw("harmonize", {"harmonize": answered, "bare echo": echoed})
    return Result(
        "harmonize",
        (
            *above("note-on to first added note-on", answered, echoed, BARS),
            Figure("notes without an answer", count - len(answered), "", bar=0),
        ),
        f"{count} notes each in turns, JACK dummy driver, {server.period} frames at 48 kHz; the model had heard "
        f"{status['heard']} notes; its step {status['step_ms']} ms",
    )


def fill_window(daemon: LiveDaemon, notes: int = 600) -> None:
    """Have the daemon hear `notes` notes by OSC with its mode off: a set that is well under way."""
    mode = daemon.sure_status()["mode"]
    daemon.send("/antiphon/mode", "off")
    for number in range(notes):
        pitch = 48 + number * 7 % 24
        daemon.send("/antiphon/note", pitch, 80, 1)
        daemon.send("/antiphon/note", pitch, 0, 1)
        time.sleep(0.004)
    daemon.send("/antiphon/mode", mode)
    time.sleep(0.1)
