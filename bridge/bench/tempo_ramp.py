"""A duet to a MIDI clock that speeds up: how far its onsets lie from the grid of the ramp."""

from __future__ import annotations

import tempfile
import threading
import time
from typing import Final

import numpy as np

from bridge.bench.arrivals import matched, onsets_heard, played, recorded
from bridge.bench.grid import QUANTIZE, TICKS_PER_BEAT, off_grid
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, keep_busy, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError, Conditions, Figure, Result

SLOW: Final = 90.0
FAST: Final = 150.0
RAMP_BEATS: Final = 64
QUICK_BEATS: Final = 24
BEATS_PER_BAR: Final = 4
# A 64th note, in beats.
BAR: Final = 1 / 16
_START, _TICK, _STOP = b"\xfa", b"\xf8", b"\xfc"


def ramp(beats: int = RAMP_BEATS) -> list[float]:
    """Seconds from the first tick to each: a bar at SLOW, then to FAST over so many beats, then a bar at FAST."""
    times, now = [], 0.0
    for tick in range((beats + 2 * BEATS_PER_BAR) * TICKS_PER_BEAT):
        times.append(now)
        part = min(max((tick / TICKS_PER_BEAT - BEATS_PER_BAR) / beats, 0.0), 1.0)
        now += 60.0 / (TICKS_PER_BEAT * (SLOW + (FAST - SLOW) * part))
    return times


def measure(conditions: Conditions) -> Result:
    """16 bars (6 where quick) from 90 to 150 BPM over JACK, the ticks sent by a thread that sleeps till each."""
    ramp_beats = QUICK_BEATS if conditions.quick else RAMP_BEATS
    times = ramp(ramp_beats)
    with JackServer() as server, tempfile.TemporaryDirectory() as folder:
        options = ("--clock", "midi", "--mode", "duet", "--human-voice", "lead", "--seed", "1", "--provider", "cpu")
        with (
            LiveDaemon("--model", conditions.model, *options, *QUANTIZE, "--record", folder) as daemon,
            Keyboard("bench") as keyboard,
            Keyboard("bench-clock") as clock,
        ):
            daemon.wait_for_midi()
            keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
            clock.connect(server.name, into="Antiphon In", out_of=None)
            began = time.perf_counter() + 0.5
            sent: list[float] = []
            sender = threading.Thread(target=_send, args=(clock, [began + at for at in times], sent))
            with quiet():
                sender.start()
                keep_busy(keyboard, times[-1] + 0.5, conditions.progress)
                sender.join()
            daemon.stop()
            onsets, latency = onsets_heard(matched(played(recorded(folder)), keyboard.heard))
    grid = began + np.asarray(times)
    first = grid[2 * BEATS_PER_BAR * TICKS_PER_BEAT]
    onsets = [onset for onset in onsets if first < onset < grid[-1]]
    if len(onsets) < 8:
        raise BenchError(f"only {len(onsets)} notes came in time to be measured")
    off = off_grid(onsets, grid)
    bpm = np.interp(onsets, grid[1:], 60.0 / (TICKS_PER_BEAT * np.diff(grid)))
    beats = np.abs(off) * bpm / 60.0
    late = np.asarray(sent) - began - np.asarray(times)
    return Result(
        "tempo-ramp",
        (
            Figure("largest distance from the ramp's grid", float(beats.max()), "beats", bar=BAR),
            Figure("distance, mean", 1000 * float(np.abs(off).mean())),
            Figure("ticks, sent late by (largest)", 1000 * float(late.max())),
        ),
        f"{len(onsets)} onsets on eighths after the first bar of the ramp, {SLOW:g} to {FAST:g} BPM in "
        f"{ramp_beats // BEATS_PER_BAR} bars; {1000 * latency:.1f} ms on the way from port to port taken out",
    )


def _send(clock: Keyboard, moments: list[float], sent: list[float]) -> None:
    clock.send(_START)
    for moment in moments:
        time.sleep(max(moment - time.perf_counter(), 0.0))
        sent.append(clock.send(_TICK))
    clock.send(_STOP)
