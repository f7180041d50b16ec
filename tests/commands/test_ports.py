"""`antiphon ports`: what there is, and what there is not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.midi.port import PortInfo


def test_ports_are_listed_with_the_option_they_are_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [PortInfo("synth", False, "jack"), PortInfo("keys", True, "alsa")]
    monkeypatch.setattr("bridge.midi.client.list_ports", lambda: ports)
    lines = CliRunner().invoke(main, ["ports"]).output.splitlines()
    assert any("keys" in line and "--in" in line and "alsa" in line for line in lines)
    assert any("synth" in line and "--out" in line for line in lines)


def test_no_ports_is_no_riddle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.midi.client.list_ports", lambda: [])
    result = CliRunner().invoke(main, ["ports"])
    assert result.exit_code == 0 and "antiphon doctor" in result.output


def test_a_midi_system_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang() -> list[PortInfo]:
        raise TimeoutError("the MIDI system did not list its ports")

    monkeypatch.setattr("bridge.midi.client.list_ports", hang)
    result = CliRunner().invoke(main, ["ports"])
    assert result.exit_code == 1 and "did not list" in result.output
