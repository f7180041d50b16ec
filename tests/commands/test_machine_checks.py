"""What `antiphon doctor` and `antiphon ports` say, with and without what playing needs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from places import only_models_in

from bridge.bench.live import LiveDaemon, free_port
from bridge.commands import machine_checks
from bridge.commands.doctor import text_histogram
from bridge.live.diagnosis import Finding, Verdict
from bridge.midi.port import PortInfo


def test_warnings_do_not_keep_one_from_playing() -> None:
    ok, warn, fail = (Finding(verdict, "x", "y") for verdict in Verdict)
    assert machine_checks.playing_possible([ok, warn])
    assert not machine_checks.playing_possible([ok, fail])


def test_the_last_line_says_what_can_be_done() -> None:
    fine = Finding(Verdict.OK, "ALSA sequencer", "opens")
    silent = Finding(Verdict.WARN, machine_checks.NO_MIDI, "no backend: notes come and go by OSC only")
    broken = Finding(Verdict.FAIL, "ONNX Runtime", "cannot be loaded")
    assert machine_checks.how_to_play([fine]) == "You can play: antiphon jam"
    assert machine_checks.how_to_play([silent]) == "You can play by OSC only, until MIDI opens: antiphon jam --no-midi"
    assert machine_checks.how_to_play([fine, silent, broken]) == "Playing is not possible yet."


def test_windows_needs_ports_of_somebody_else_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "platform_apis", lambda: {"winmm": "API_WINDOWS_MM"})
    assert "--in NAME --out NAME" in machine_checks.how_to_play([])


# --- models --------------------------------------------------------------------------------------


def test_no_model_is_a_failure_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_models_in(tmp_path, monkeypatch)
    (finding,) = machine_checks.check_models()
    assert finding.verdict is Verdict.FAIL
    assert "antiphon export" in finding.advice and "--dry" in finding.advice


def test_a_broken_model_beside_a_good_one_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    from engine_models import write_model

    write_model(tmp_path / "small")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{}")
    only_models_in(tmp_path, monkeypatch)
    findings = {finding.subject: finding for finding in machine_checks.check_models()}
    assert findings["model small"].verdict is Verdict.OK
    assert "transformer, float32, window 16" in findings["model small"].text
    assert findings["model broken"].verdict is Verdict.WARN and "contract" in findings["model broken"].text
    assert "models" not in findings


def test_a_changed_graph_is_found_by_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    from engine_models import write_model

    graph = write_model(tmp_path / "small") / "sample.onnx"
    graph.write_bytes(graph.read_bytes() + b"x")
    only_models_in(tmp_path, monkeypatch)
    broken, none = machine_checks.check_models()
    assert "sha256" in broken.text and none.verdict is Verdict.FAIL


def test_the_runtime_is_told_with_its_providers() -> None:
    findings = {finding.subject: finding for finding in machine_checks.check_runtime()}
    assert findings["ONNX Runtime"].verdict is Verdict.OK and "CPU" in findings["ONNX Runtime"].text
    assert findings["CUDA"].verdict is Verdict.OK


def test_a_runtime_too_old_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.__version__", "1.23.4")
    finding = next(machine_checks.check_runtime())
    assert finding.verdict is Verdict.FAIL and ">=1.24" in finding.advice


# --- OSC -----------------------------------------------------------------------------------------


def test_a_free_osc_port() -> None:
    assert machine_checks.check_osc(free_port()).verdict is Verdict.OK


def test_an_osc_port_held_by_a_stranger() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        finding = machine_checks.check_osc(stranger.getsockname()[1])
    assert finding.verdict is Verdict.FAIL and "--osc-port" in finding.advice


def test_an_osc_port_held_by_ourselves() -> None:
    with LiveDaemon("--dry") as daemon:
        finding = machine_checks.check_osc(daemon.port)
    assert finding.verdict is Verdict.WARN and "antiphon jam is running" in finding.text


# --- MIDI and the machine ------------------------------------------------------------------------


def test_no_midi_backend_is_a_warning_with_a_way_out(no_midi: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "platform_apis", lambda: {"jack": "API_UNIX_JACK"})
    backend, midi = machine_checks.check_midi()
    assert backend.verdict is Verdict.WARN and backend.text.startswith("does not open: ")
    assert "still trying" not in backend.text
    assert midi.verdict is Verdict.WARN and "OSC" in midi.text and midi.advice


def test_a_backend_that_is_not_needed_is_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "platform_apis", lambda: {"alsa": "", "jack": ""})
    monkeypatch.setattr(
        machine_checks, "_try_backend", lambda backend: (backend == "jack", "" if backend == "jack" else "no")
    )
    monkeypatch.setattr(
        machine_checks, "list_ports", lambda: [PortInfo("a", True, "jack"), PortInfo("b", False, "jack")]
    )
    findings = list(machine_checks.check_midi())
    assert {finding.verdict for finding in findings} == {Verdict.OK}
    assert findings[-1].text.startswith("1 to listen to, 1 to play to")


def test_the_machine_is_told() -> None:
    subjects = [finding.subject for finding in machine_checks.check_system()]
    assert "processor" in subjects


# --- the commands --------------------------------------------------------------------------------


def test_the_histogram_counts_every_time() -> None:
    lines = text_histogram([0.001] * 10 + [0.002] * 5 + [0.5], rows=4, width=10)
    assert len(lines) == 4
    assert sum(int(line.split()[-1]) for line in lines) == 16
    assert lines[0].count("█") == 10 and "+" in lines[-1]
    assert len(text_histogram([0.001])) == 12
