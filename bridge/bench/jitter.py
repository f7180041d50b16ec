"""When notes arrive against when they were planned for, while the machine is busy making more."""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.bench.jack_server import PrivateJack
from bridge.bench.keyboard import Heard, Keyboard, keep_busy, quiet, starts_note
from bridge.bench.live import LiveDaemon
from bridge.bench.peers import peer
from bridge.bench.result import BenchError, Conditions, Figure, Result, quantiles_ms
from bridge.events import PlayNote, Sounded
from bridge.session import SessionLog, read_log

BAR: Final = 1.0
# A message that arrives this much later than it left, in seconds, is another one.
_ON_ITS_WAY: Final = 0.2


def measure(conditions: Conditions) -> Result:
    """A duet over JACK beside a bare timed sender; jitter is the distance from the plan, its median taken out."""
    seconds = 8.0 if conditions.quick else 40.0
    with tempfile.TemporaryDirectory() as folder:
        # With a voice of its own the human leaves the keys and the bass to the machine, which then plays the most.
        options = ("--mode", "duet", "--record", folder, "--seed", "1", "--human-voice", "lead", "--provider", "cpu")
        with (
            PrivateJack() as server,
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
        logs = sorted(Path(folder).glob("*/session.jsonl"))
        if not logs:
            raise BenchError(f"the daemon recorded nothing: {daemon.words}")
        plan = _played(read_log(logs[0]))
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
        ),
        f"{len(ours)} notes of a duet and {len(theirs)} of the bare sender in {seconds:g} s; "
        f"model step {status['step_ms']} ms",
    )


class Planned(NamedTuple):
    """A note that left: its planned onset and when it was sent, in seconds; its key (status channel 0-15, pitch)."""

    onset: float
    left: float
    key: tuple[int, int]


def deviations(plan: Sequence[Planned], heard: Sequence[Heard]) -> npt.NDArray[np.float64]:
    """Seconds from planned onset to arrival less their median, float64 [notes that arrived].

    The first note-on of a key that arrives after a note of that key left is that note. Raises BenchError where
    nothing arrived.
    """
    arrivals: dict[tuple[int, int], deque[float]] = defaultdict(deque)
    for time_heard, data in heard:
        if starts_note(data):
            arrivals[data[0] & 0x0F, data[1]].append(time_heard)
    delays = []
    for note in sorted(plan, key=lambda note: note.left):
        waiting = arrivals[note.key]
        while waiting and waiting[0] < note.left:
            waiting.popleft()
        if waiting and waiting[0] < note.left + _ON_ITS_WAY:
            delays.append(waiting.popleft() - note.onset)
    if not delays:
        raise BenchError(f"none of {len(plan)} notes arrived")
    return np.asarray(delays) - float(np.median(delays))


def _played(log: SessionLog) -> list[Planned]:
    """The machine's notes that left, from its own log."""
    planned = {item.note_id: item for _, item in log.outputs() if isinstance(item, PlayNote)}
    played = []
    for _, item in log.inputs():
        if isinstance(item, Sounded) and item.note_id in planned:
            note = planned[item.note_id]
            played.append(Planned(note.onset, item.time, (note.channel - 1, note.pitch)))
    return played
