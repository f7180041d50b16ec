"""What `antiphon bench` concludes from what it measures; the live ones are in tests/real_ports."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bridge.bench import jack_server
from bridge.bench.live import LiveDaemon, free_port
from bridge.bench.peers import python_environment
from bridge.bench.registry import MEASUREMENTS, Measurement
from bridge.bench.result import BenchError, Conditions
from bridge.bench.step import random_music
from bridge.engine.checks import check_events
from bridge.vocabulary.codec import SIZES


def small_model(folder: Path) -> Path:
    pytest.importorskip("onnx")
    from engine_models import write_model

    return write_model(folder / "small")


# --- measurements --------------------------------------------------------------------------------


def test_every_measurement_can_be_imported_and_says_what_it_asks() -> None:
    for name, measurement in MEASUREMENTS.items():
        assert measurement.name == name and measurement.question
        if measurement.needs_jack:
            pytest.importorskip("jack", exc_type=ImportError)
        module = __import__(f"bridge.bench.{measurement.module}", fromlist=["measure"])
        assert callable(module.measure)


def test_what_stands_in_the_way_is_told_not_raised(tmp_path: Path) -> None:
    result = MEASUREMENTS["step"].run(Conditions(model=str(tmp_path)))
    assert "manifest.json" in result.failed and result.met is False
    assert Measurement("no", "no_such_module", "?").run(Conditions()).skipped


def test_live_measurements_are_skipped_without_jackd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = MEASUREMENTS["harmonize"].run(Conditions())
    assert "jackd" in result.skipped and "install" in result.skipped
    with pytest.raises(BenchError, match="jackd"):
        jack_server.JackServer().start()


def test_random_music_is_of_classes_that_exist() -> None:
    events = random_music(500)
    check_events(events, np.zeros((500, 29), dtype=np.float32))
    assert all(len(np.unique(events[:, field])) > size // 2 for field, size in enumerate(SIZES))


def test_notes_are_matched_with_their_arrivals() -> None:
    pytest.importorskip("jack", exc_type=ImportError)
    from bridge.bench.arrivals import Planned
    from bridge.bench.jitter import deviations
    from bridge.bench.keyboard import HeardMessage

    plan = [Planned(1.0, 1.0, (0, 60)), Planned(2.0, 2.001, (0, 60)), Planned(3.0, 3.0, (1, 60)), Planned(4, 4, (0, 9))]
    heard = [
        HeardMessage(0.5, b"\x90\x3c\x50"),  # before any note of that key left
        HeardMessage(1.002, b"\x90\x3c\x50"),
        HeardMessage(1.5, b"\x80\x3c\x00"),
        HeardMessage(2.005, b"\x90\x3c\x50"),
        HeardMessage(3.002, b"\x91\x3c\x50"),
        HeardMessage(9.0, b"\x90\x09\x50"),  # far too late to be the fourth
    ]
    assert deviations(plan, heard) == pytest.approx([0.0, 0.003, 0.0])
    with pytest.raises(BenchError, match="none of 4"):
        deviations(plan, [])


def test_streaming_finds_a_model_that_rewinds_exactly(tmp_path: Path) -> None:
    result = MEASUREMENTS["streaming"].run(Conditions(str(small_model(tmp_path)), quick=True))
    assert result.met is True, result


def test_streaming_finds_a_model_that_forgets_a_rewind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_model(tmp_path)
    from bridge.engine.streaming import StreamingModel

    rewind = StreamingModel.rewind
    monkeypatch.setattr(StreamingModel, "rewind", lambda model, count: rewind(model, count - 1))
    assert MEASUREMENTS["streaming"].run(Conditions(str(folder), quick=True)).met is False


def test_a_simulated_set_tells_its_size_chunk_by_chunk() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge.bench.memory", str(120 / 3600), "-", "0", "60"],
        capture_output=True,
        text=True,
        env=python_environment(),
        check=True,
    )
    sizes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [size[0] for size in sizes] == pytest.approx([60 / 3600, 120 / 3600])
    assert all(size[1] > 1 for size in sizes) and sizes[0][3] > 100


def test_a_live_daemon_answers_and_ends() -> None:
    with LiveDaemon("--dry") as daemon:
        status = daemon.status()
        assert status is not None and status["mode"] == "respond"
        assert daemon.ready_after > 0
        assert daemon.stop()[0] == 0


def test_a_daemon_that_does_not_start_says_why() -> None:
    with pytest.raises(BenchError, match="no-such-model"), LiveDaemon("--model", "no-such-model"):
        pass


def test_replay_of_a_live_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_model(tmp_path)
    result = MEASUREMENTS["replay"].run(Conditions(str(folder), quick=True))
    assert result.met is True, result


# --- the command ---------------------------------------------------------------------------------


def test_free_ports_are_free() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", free_port()))


def test_a_program_that_is_measured_imports_this_package_from_anywhere(tmp_path: Path) -> None:
    asked = [sys.executable, "-P", "-c", "import bridge.bench.result, os; print(os.environ.get('HOME'))"]
    done = subprocess.run(asked, capture_output=True, text=True, env=python_environment(), cwd=tmp_path, check=True)
    assert done.stdout.strip() == str(os.environ.get("HOME"))


def test_a_machine_without_notochord_skips_it_and_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_NOTOCHORD", sys.executable)
    result = MEASUREMENTS["notochord"].run(Conditions())
    assert result.met is None
    assert "no notochord in" in result.skipped and "ANTIPHON_NOTOCHORD" in result.skipped
