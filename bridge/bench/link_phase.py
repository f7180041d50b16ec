"""A duet in an Ableton Link session: its onsets against the session's beat, and how soon it has a new tempo."""

from __future__ import annotations

import tempfile
import time
from typing import Final

import numpy as np

from bridge.bench.arrivals import matched, onsets_heard, played, recorded
from bridge.bench.grid import GRID, QUANTIZE
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, keep_busy, quiet
from bridge.bench.link_peers import Peer, somebody
from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError, Conditions, Figure, Result
from bridge.vocabulary.events import LinkState

BPM: Final = 110.0
NEW_BPM: Final = 140.0
BAR: Final = 3.0
_MEETS_WITHIN: Final = 30.0


def measure(conditions: Conditions) -> Result:
    """A minute (10 s where quick) with a peer that sets the tempo; the last quarter (6 s) of it is measured."""
    seconds, measured = (10.0, 6.0) if conditions.quick else (60.0, 15.0)
    # An untrained model, as tests have it, plays little.
    least = 1 if conditions.quick else 4
    options = ("--clock", "link", "--mode", "duet", "--human-voice", "lead", "--seed", "1", "--provider", "cpu")
    with (
        JackServer() as server,
        tempfile.TemporaryDirectory() as folder,
        somebody() as peer,
        LiveDaemon("--model", conditions.model, *options, *QUANTIZE, "--record", folder) as daemon,
        Keyboard("bench") as keyboard,
    ):
        daemon.wait_for_midi()
        keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
        _meet(peer, daemon)
        lines = _play(peer, keyboard, seconds - measured, measured, conditions)
        followed = _change_tempo(peer, daemon)
        daemon.stop()
        onsets, latency = onsets_heard(matched(played(recorded(folder)), keyboard.heard))
    onsets = [onset for onset in onsets if lines[0].time < onset < lines[-1].time]
    if len(onsets) < least:
        raise BenchError(f"only {len(onsets)} notes came in time to be measured")
    beats = np.asarray([_beat_at(lines, onset) for onset in onsets])
    off = 1000 * (beats - np.round(beats / GRID) * GRID) * 60 / BPM
    return Result(
        "link",
        (
            Figure("beat phase, mean distance", abs(float(off.mean())), bar=BAR),
            Figure("beat phase, standard deviation", float(off.std())),
            Figure("beat phase, largest distance", float(np.abs(off).max())),
            Figure("new tempo, followed after", followed * NEW_BPM / 60, "beats", bar=1.0),
        ),
        f"with {peer.name}; {len(onsets)} onsets on eighths in the last {measured:.0f} of {seconds:.0f} s"
        f" at {BPM:g} BPM; "
        f"{1000 * latency:.1f} ms on the way from port to port taken out",
    )


def _meet(peer: Peer, daemon: LiveDaemon) -> None:
    deadline = time.perf_counter() + _MEETS_WITHIN
    while peer.state().peers == 0 or daemon.sure_status()["link_peers"] == 0:
        if time.perf_counter() > deadline:
            raise BenchError("no Link peer was found: is multicast allowed on this machine's network?")
        time.sleep(0.05)
    peer.ask_tempo(BPM)


def _play(peer: Peer, keyboard: Keyboard, before: float, measured: float, conditions: Conditions) -> list[LinkState]:
    """Play with the machine for `before` and `measured` seconds; the session as the peer sees it in the latter."""
    with quiet():
        keep_busy(keyboard, before, lambda part: conditions.progress(part * before / (before + measured)))
        lines = [peer.state()]
        while lines[-1].time - lines[0].time < measured:
            keep_busy(keyboard, 0.5)
            lines.append(peer.state())
    return lines


def _beat_at(lines: list[LinkState], time: float) -> float:
    line = min(lines, key=lambda state: abs(state.time - time))
    return line.beat + (time - line.time) * line.bpm / 60.0


def _change_tempo(peer: Peer, daemon: LiveDaemon) -> float:
    """Seconds from a change of the session's tempo until the daemon says it has it."""
    began = peer.ask_tempo(NEW_BPM)
    while abs(float(daemon.sure_status()["tempo"]) - NEW_BPM) > 0.1:
        if time.perf_counter() - began > _MEETS_WITHIN:
            raise BenchError("the daemon did not follow the session's new tempo")
    return time.perf_counter() - began
