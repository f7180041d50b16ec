"""When notes arrive against when they were planned for, while the machine is busy making more."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.bench.arrivals import Planned, matched, played, recorded
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import HeardMessage, Keyboard, keep_busy, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.peers import peer
from bridge.bench.result import Conditions, Figure, Result, quantiles_ms

BAR: Final = 1.0


def measure(conditions: Conditions) -> Result:
    """A duet over JACK beside a bare timed sender; jitter is the distance from the plan, its median taken out."""
    seconds = 8.0 if conditions.quick else 40.0
    with tempfile.TemporaryDirectory() as folder:
        # With a voice of its own the human leaves the keys and the bass to the machine, which then plays the most.
        options = ("--mode", "duet", "--record", folder, "--seed", "1", "--human-voice", "lead", "--provider", "cpu")
        with (
            JackServer() as server,
            LiveDaemon("--model", conditions.model, *options) as daemon,
            peer("sender", "bare") as sender,
            Keyboard("bench") as keyboard,
            Keyboard("bench-bare") as bare,
        ):
            daemon.wait_for_midi()
            keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
            bare.connect(server.name, into="bare-in", out_of="bare-out")
            assert sender.stdin is not None and sender.stdout is not None
            sender.stdin.write(f"{seconds}\n")
            sender.stdin.flush()
            with quiet():
                keep_busy(keyboard, seconds, conditions.progress)
            deadlines = json.loads(sender.stdout.readline())
            time.sleep(0.2)
            status = daemon.sure_status()
            heard, heard_bare = list(keyboard.heard), list(bare.heard)
            daemon.stop()
        plan = played(recorded(folder))
    ours = deviations(plan, heard)
    theirs = deviations([Planned(deadline, deadline, (0, pitch)) for deadline, pitch in deadlines], heard_bare)
    conditions.draw("jitter", {"duet": np.abs(ours).tolist(), "bare sender": np.abs(theirs).tolist()})
    _, p99 = quantiles_ms(np.abs(ours).tolist())
    _, bare_p99 = quantiles_ms(np.abs(theirs).tolist())
    return Result(
        "jitter",
        (
            Figure("p99 above the bare sender", p99 - bare_p99, bar=BAR),
            Figure("duet, p99", p99),
            Figure("duet, largest", 1000 * float(np.abs(ours).max())),
            Figure("bare sender, p99", bare_p99),
            Figure("bare sender, largest", 1000 * float(np.abs(theirs).max())),
            Figure("notes that left and never arrived", len(plan) - len(ours), "", bar=0),
            Figure("notes dropped for lateness", int(status["late"]), "", bar=0),
            Figure("notes and plans too late from the model", int(status["missed"]), ""),
        ),
        f"{len(ours)} notes of a duet and {len(theirs)} of the bare sender in {seconds:g} s; "
        f"model step {status['step_ms']} ms",
    )


def deviations(plan: Sequence[Planned], heard: Sequence[HeardMessage]) -> npt.NDArray[np.float64]:
    """Seconds from planned onset to arrival less their median, float64 [notes that arrived].

    Raises BenchError where nothing arrived.
    """
    delays = np.asarray([heard - note.onset for note, heard in matched(plan, heard)])
    return delays - float(np.median(delays))
