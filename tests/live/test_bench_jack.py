"""The live measurements, briefly, with a small model: that they measure, not what."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import missing

from bridge.bench import jack_server
from bridge.bench.registry import MEASUREMENTS
from bridge.bench.result import Conditions

pytestmark = pytest.mark.live

LIVE = [name for name, measurement in MEASUREMENTS.items() if measurement.needs_jack]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from engine_models import write_model

    return write_model(tmp_path_factory.mktemp("models") / "small")


@pytest.mark.parametrize("name", LIVE)
def test_it_measures(name: str, model: Path) -> None:
    if jack_server.missing():
        missing(jack_server.missing())
    told: list[float] = []
    result = MEASUREMENTS[name].run(Conditions(str(model), quick=True, progress=told.append))
    assert not (result.skipped or result.failed), result
    assert told and 0 < told[-1] <= 1
    # What may be lost, hang or sound on is asserted; how long anything took is not.
    counts = [figure for figure in result.figures if not figure.unit and figure.bar is not None]
    assert [figure for figure in counts if not figure.met] == []
