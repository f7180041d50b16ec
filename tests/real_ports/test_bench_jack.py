"""The live measurements, briefly, with a small model: that they measure, not what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from required import missing

from bridge.bench import jack_server
from bridge.bench.ardour import find_ardour
from bridge.bench.registry import MEASUREMENTS
from bridge.bench.result import Conditions

pytestmark = pytest.mark.live

# Ardour is big and slow to start on a busy machine: what needs it is asked for by ANTIPHON_LIVE_DAW.
WITH_A_DAW = ("midi-clock",)
# What a library offers is measured with a model that has an ear for it.
WITH_AN_EAR = ("recommend",)
LIVE = [
    name
    for name, measurement in MEASUREMENTS.items()
    if measurement.needs_jack and name not in WITH_A_DAW + WITH_AN_EAR
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from engine_models import write_model

    return write_model(tmp_path_factory.mktemp("models") / "small")


@pytest.mark.parametrize("name", WITH_A_DAW)
def test_it_measures_beside_a_daw(name: str, model: Path) -> None:
    if not os.environ.get("ANTIPHON_LIVE_DAW") or find_ardour() is None:
        pytest.skip("needs Ardour, and ANTIPHON_LIVE_DAW set to ask for it")
    test_it_measures(name, model)


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


@pytest.mark.parametrize("name", WITH_AN_EAR)
def test_it_measures_with_a_library(name: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from library_ear import model_with_ear

    test_it_measures(name, model_with_ear(tmp_path))
