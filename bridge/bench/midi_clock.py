"""A duet to the MIDI clock of a real DAW: its onsets against the grid that the clock implies."""

from __future__ import annotations

import tempfile
import time
from typing import Final

import numpy as np

from bridge.bench.ardour import CLOCK_PORT, Ardour, find_ardour
from bridge.bench.arrivals import Arrival, matched, onsets_heard, played, recorded
from bridge.bench.grid import QUANTIZE, TICKS_PER_BEAT, off_grid, smoothed
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import HeardMessage, Keyboard, keep_busy, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError, Conditions, Figure, Result

NAME: Final = "midi-clock"
# With this period JACK's dummy driver keeps its time best; a tick is then as much as a period late.
PERIOD: Final = 256
BPM: Final = 120.0
_TICK: Final = 0xF8
MEAN_BAR: Final = 2.0
SPREAD_BAR: Final = 5.0
# The first bars, until the clock is locked and the machine plays, are left out; drift is that between so many bars.
LOCKING_BARS: Final = 2
DRIFT_BARS: Final = 8


def measure(conditions: Conditions) -> Result:
    """64 bars (8 where quick) of a duet on eighths, Ardour sending the clock, both heard at a port of ours."""
    program = find_ardour()
    if program is None:
        return Result(NAME, skipped="Ardour not found: install ardour (Debian: apt install ardour ardour-data)")
    bars = 12 if conditions.quick else 64
    with JackServer(PERIOD, realtime=True) as server, tempfile.TemporaryDirectory() as folder:
        options = ("--clock", "midi", "--mode", "duet", "--human-voice", "lead", "--seed", "1", "--provider", "cpu")
        with (
            LiveDaemon("--model", conditions.model, *options, *QUANTIZE, "--record", folder) as daemon,
            Keyboard("bench") as keyboard,
            Keyboard("bench-clock", clock=True) as ear,
            Ardour(program) as daw,
        ):
            daemon.wait_for_midi()
            keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
            ear.connect(server.name, into=None, out_of=CLOCK_PORT)
            server.connect(CLOCK_PORT, "Antiphon In")
            daw.roll()
            time.sleep(1.0)
            with quiet():
                keep_busy(keyboard, bars * 4 * 60 / BPM, conditions.progress)
            daemon.stop()
            arrivals = matched(played(recorded(folder)), keyboard.heard)
    return _result(ear.heard, arrivals, conditions)


def _result(clock: list[HeardMessage], arrivals: list[Arrival], conditions: Conditions) -> Result:
    raw = [heard.time for heard in clock if heard.data[0] == _TICK]
    ticks = smoothed(raw)
    first = ticks[min(LOCKING_BARS * 4 * TICKS_PER_BEAT, len(ticks) - 1)]
    onsets, latency = onsets_heard(arrivals)
    onsets = [onset for onset in onsets if first < onset < ticks[-1]]
    if len(onsets) < 8:
        raise BenchError(f"only {len(onsets)} notes came in time to be measured")
    sent = [arrival.note.left for arrival in arrivals if first < arrival.note.left < ticks[-1]]
    off, off_sent = 1000 * off_grid(onsets, ticks), 1000 * off_grid(sent, ticks)
    jitter = 1000 * (np.asarray(raw) - ticks)
    conditions.draw(NAME, {"onsets": np.abs(off / 1000).tolist(), "ticks": np.abs(jitter / 1000).tolist()})
    part = DRIFT_BARS * 4 * 60 / BPM
    early = off[np.asarray(onsets) < first + part]
    late = off[np.asarray(onsets) > ticks[-1] - part]
    bpm = 60 / (TICKS_PER_BEAT * float(np.diff(ticks).mean()))
    drift = abs(float(late.mean() - early.mean())) if len(early) and len(late) else float("nan")
    return Result(
        NAME,
        (
            Figure("onsets, mean distance from the grid", abs(float(off.mean())), bar=MEAN_BAR),
            Figure("onsets, standard deviation", float(off.std()), bar=SPREAD_BAR),
            # JACK moves what we send to the beginning of a period, as it does the ticks: that much is not ours.
            Figure("onsets as sent, standard deviation", float(off_sent.std())),
            Figure("the same less half the ticks' jitter", float(off_sent.std() - jitter.std() / 2), bar=0.0),
            Figure(f"drift from the first to the last {DRIFT_BARS} bars", drift, bar=MEAN_BAR),
            Figure("ticks, standard deviation", float(jitter.std())),
            Figure("ticks, largest deviation", float(np.abs(jitter).max())),
        ),
        f"{len(onsets)} onsets on eighths, {len(raw)} ticks at {bpm:.2f} BPM in {raw[-1] - raw[0]:.0f} s; grid: "
        f"running median of the ticks of a beat either side; {1000 * latency:.1f} ms from port to port taken out",
    )
