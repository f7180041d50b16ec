"""The doctor and the list of ports beside a real JACK server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.bench.jack_server import JackServer
from bridge.bench.live import free_port
from bridge.bench.loopback import measure_loopback
from bridge.bench.peers import peer
from bridge.cli import main
from bridge.commands import machine_checks
from bridge.live.diagnosis import Verdict

pytestmark = pytest.mark.live


def test_notes_go_round_and_none_is_lost(jack: JackServer) -> None:
    loop = measure_loopback("jack", notes=40)
    assert loop.backend == "jack" and loop.lost == 0
    assert len(loop.latencies) == len(loop.lateness) == 40
    assert min(loop.latencies) > 0


def test_jack_is_found(jack: JackServer) -> None:
    findings = {finding.subject: finding for finding in machine_checks.check_midi()}
    assert findings["JACK"].verdict is Verdict.OK and findings["JACK"].text.startswith("opens")
    assert "MIDI" not in findings


def test_the_loop_back_is_told_and_drawn(jack: JackServer, tmp_path: Path) -> None:
    picture = tmp_path / "loop.png"
    result = CliRunner().invoke(main, ["doctor", "--osc-port", str(free_port()), "--picture", str(picture)])
    assert "loop-back: JACK: median" in result.output and "█" in result.output
    assert picture.stat().st_size > 0


def test_json_holds_every_latency(jack: JackServer) -> None:
    result = CliRunner().invoke(main, ["doctor", "--json", "--osc-port", str(free_port())])
    report = json.loads(result.output)
    assert len(report["loopback_ms"]) > 100


def test_ports_of_others_are_listed(jack: JackServer) -> None:
    with peer("player", "synth"):
        lines = CliRunner().invoke(main, ["ports"]).output.splitlines()
    assert any("synth-in" in line and "--out" in line for line in lines)
    assert any("synth-out" in line and "--in" in line for line in lines)
