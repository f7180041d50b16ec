"""What `antiphon bench` can measure, and what becomes of what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.bench import jack_server
from bridge.bench.registry import MEASUREMENTS, Measurement
from bridge.bench.result import BenchError, Conditions


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
    assert "no_such_module" in Measurement("no", "no_such_module", "?").run(Conditions()).skipped


def test_live_measurements_are_skipped_without_jackd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = MEASUREMENTS["harmonize"].run(Conditions())
    assert "jackd" in result.skipped and "install" in result.skipped
    with pytest.raises(BenchError, match="jackd"):
        jack_server.JackServer().start()
