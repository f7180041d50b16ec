"""A band on a machine that has no time for it: what it lets go of, whether anything is late, and how it comes back."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from typing import Final

import numpy as np

from bridge.bench.arrivals import played, recorded
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, keep_busy, note_off, note_on, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError, Conditions, Figure, Result
from bridge.vocabulary.events import RUNG_NAMES, Pace

# The daemon's process runs for the first and stands still for the second of these, in seconds, again and again: its
# steps then take some ten times as long, and some hundred times.
SLOW: Final = (0.004, 0.04)
CRAWL: Final = (0.002, 0.15)
# The latest that a note may be, in seconds: the port drops what could not leave within it.
LATE: Final = 0.05
_KEY_EVERY: Final = 0.4
_BACK_WITHIN: Final = 60.0


def measure(conditions: Conditions) -> Result:
    """A band with all its time, then slow, then at a crawl, then with all its time until it plays as before."""
    part = 0.25 if conditions.quick else 1.0
    voices = ("--human-voice", "lead", "--voice", "drums=10", "--voice", "guitar=3")
    options = ("--mode", "accompany", "--tempo", "120", *voices, "--seed", "1", "--provider", "cpu")
    with tempfile.TemporaryDirectory() as folder, JackServer() as server:
        with (
            LiveDaemon("--model", conditions.model, *options, "--record", folder) as daemon,
            Keyboard("bench") as keyboard,
        ):
            daemon.wait_for_midi()
            keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
            with quiet():
                keep_busy(keyboard, 8.0 * part)
                _starve(daemon, keyboard, 8.0 * part, *SLOW)
                conditions.progress(0.3)
                _starve(daemon, keyboard, 12.0 * part, *CRAWL)
                conditions.progress(0.6)
                back = _come_back(daemon, keyboard)
            status = daemon.sure_status()
            daemon.stop()
            time.sleep(0.2)
            left_sounding = len(keyboard.sounding())
        log = recorded(folder)
    late = np.asarray([note.left - note.onset for note in played(log)])
    deepest = max((RUNG_NAMES.index(output.rung) for _, output in log.outputs() if isinstance(output, Pace)), default=0)
    return Result(
        "starving",
        (
            Figure(f"notes that left more than {1000 * LATE:.0f} ms late", float((late > LATE).sum()), "", bar=0.0),
            Figure("notes left sounding", float(left_sounding), "", bar=0.0),
            Figure("all voices again after", back, "s", bar=_BACK_WITHIN),
            Figure("lateness, p99", 1000 * float(np.quantile(late, 0.99))),
            Figure("lateness, largest", 1000 * float(late.max())),
        ),
        f"{len(late)} notes; {status['missed']} misses of the model, {status['late']} notes dropped on their way; "
        f"it went down to {RUNG_NAMES[deepest]!r}",
    )


def _starve(daemon: LiveDaemon, keyboard: Keyboard, seconds: float, runs: float, stands: float) -> None:
    """Let the daemon run only so long at a time, the human playing on."""
    began = time.perf_counter()
    next_key = began
    while time.perf_counter() - began < seconds:
        os.kill(daemon.pid, signal.SIGSTOP)
        try:
            time.sleep(stands)
        finally:
            os.kill(daemon.pid, signal.SIGCONT)
        time.sleep(runs)
        if time.perf_counter() >= next_key:
            next_key += _KEY_EVERY
            keyboard.send(note_on(60))
            keyboard.send(note_off(60))


def _come_back(daemon: LiveDaemon, keyboard: Keyboard) -> float:
    """Seconds, with all the time it wants, until it keeps up with everything."""
    began = time.perf_counter()
    while daemon.sure_status()["keeping_up"] != RUNG_NAMES[0]:
        keep_busy(keyboard, 0.5)
        if time.perf_counter() - began > _BACK_WITHIN:
            raise BenchError(f"it does not play as before within {_BACK_WITHIN:g} s")
    return time.perf_counter() - began
