"""Other people's clocks on real ports: MIDI clock over JACK in and out, and two Link peers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from osc_jam import IN, OUT, PATIENCE, Jam
from places import ROOT
from player import Messages, Player
from required import missing

from bridge.bench.jack_server import JackServer

pytestmark = pytest.mark.live

TICK, START, STOP = [0xF8], [0xFA], [0xFC]


def clock(bpm: float, beats: int) -> Messages:
    return [(0.0, START), *((tick * 60 / (24 * bpm), TICK) for tick in range(24 * beats))]


def wait_until(jam: Jam, what: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """The first status that is as wanted."""
    deadline = time.monotonic() + PATIENCE
    status = None
    while time.monotonic() < deadline:
        status = jam.status(1.0)
        if status is not None and what(status):
            return status
    pytest.fail(f"never as it should be: {status}")


def test_a_midi_clock_is_followed_and_its_silence_noticed(jam: Callable[..., Jam], jack: JackServer) -> None:
    running = jam("--clock", "auto", "--mode", "duet")
    with Player(jack.env, IN, None, clock(96.0, 12), seconds=9.0):
        status = wait_until(running, lambda status: status["clock_locked"] is True and status["clock"] == "midi")
        assert status["running"] is True and status["bar"] is not None
        wait_until(running, lambda status: abs(float(str(status["tempo"])) - 96.0) < 5.0)
        status = wait_until(running, lambda status: status["clock"] == "internal")
    assert status["running"] is False
    assert float(str(status["tempo"])) > 0, "the tempo goes on"


def kinds_of(received: Messages) -> list[int]:
    return [data[0] for _, data in received]


def test_midi_clock_goes_out(jam: Callable[..., Jam], jack: JackServer) -> None:
    running = jam("--clock-out", "--mode", "off")
    with Player(jack.env, None, OUT, seconds=90.0) as listener:
        running.send("/antiphon/tempo", 120.0)
        listener.until(lambda received: kinds_of(received).count(0xF8) > 24)
        running.send("/antiphon/tempo", 0.0)
        listener.until(lambda received: kinds_of(received)[-1] == 0xFC)
        _, received = listener.finish()
    kinds = kinds_of(received)
    assert kinds[0] in (0xFA, 0xF2) and kinds[-1] == 0xFC
    began = next(index for index, kind in enumerate(kinds) if kind in (0xFA, 0xFB))
    assert 0xF8 not in kinds[:began]


PEER = """
import json, sys, time
from bridge.live.link import LinkPeer

heard = []
peer = LinkPeer(heard.append, float(sys.argv[1]))
peer.start()
deadline = time.monotonic() + 20
while peer.state().peers == 0 and time.monotonic() < deadline:
    time.sleep(0.02)
if sys.argv[2] == "leads":
    time.sleep(0.5)
    peer.set_tempo(133.0)
    peer.set_playing(True)
while not (heard[-1].running and abs(heard[-1].bpm - 133.0) < 0.01) and time.monotonic() < deadline:
    time.sleep(0.02)
time.sleep(1.0)
state = peer.state()
print(json.dumps([state.time, state.beat, state.bpm, state.running, state.peers]), flush=True)
time.sleep(3.0)  # for the other one to have looked
peer.close()
"""


def test_two_link_peers_share_tempo_phase_and_start() -> None:
    pytest.importorskip("link")
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        missing("needs unshare and ip (apt-get install util-linux iproute2) for a network of its own")
    both = 'ip link set lo up; ip link set lo multicast on; "$@" 100 leads & "$@" 140 follows; wait'
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", both, "sh", sys.executable, "-c", PEER],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "Operation not permitted" in done.stderr:
        missing("a network namespace is not allowed here")
    states = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(states) == 2, done.stderr
    for _, _, bpm, running, peers in states:
        assert (bpm, running, peers) == (pytest.approx(133.0, abs=0.01), True, 1)
    (time_one, beat_one, *_), (time_two, beat_two, *_) = states
    apart = beat_two - beat_one - (time_two - time_one) * 133.0 / 60
    assert apart - 4 * round(apart / 4) == pytest.approx(0.0, abs=0.02)
