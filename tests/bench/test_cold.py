"""Cold steps and candidates are timed in turns with what they are compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from engine_models import write_model
from small_networks import export_small, load

from bridge.bench import cold
from bridge.bench.result import Conditions
from bridge.bench.step import random_music


def test_cold_steps_stand_beside_the_floor_and_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, other = load(export_small(tmp_path, "transformer")), write_model(tmp_path / "other")
    model.feed(random_music(20), np.zeros((20, 29), dtype=np.float32))
    slept: list[float] = []
    monkeypatch.setattr("bridge.bench.cold.time.sleep", slept.append)
    figures = cold.cold_figures(model, random_music(20), Conditions(quick=True, beside=str(other)))
    by_name = {figure.name: figure for figure in figures}
    assert {"median 20 ms apart, asleep", "median 50 ms apart, asleep", "median 200 ms apart, asleep"} <= set(by_name)
    assert set(slept) == {*cold.APART, cold.NEAR}
    assert len([s for s in slept if s != cold.NEAR]) == 20 * (2 * len(cold.APART) + 1)  # the other model once
    assert "processor time of that" in by_name
    step, beside = by_name["median 50 ms apart, asleep"], by_name[f"other of {other}, 50 ms apart"]
    ratio = by_name["median 50 ms apart / that one's"]
    assert ratio.bar == 0.5 and ratio.value == pytest.approx(step.value / beside.value)
    alone = cold.cold_figures(model, random_music(20), Conditions(quick=True))
    assert len(alone) == len(figures) - 2


def test_candidates_are_timed_beside_one(tmp_path: Path) -> None:
    model = load(export_small(tmp_path, "gru"))
    model.feed(random_music(20), np.zeros((20, 29), dtype=np.float32))
    figures = cold.candidate_figures(model, Conditions(quick=True))
    assert [figure.unit for figure in figures] == ["ms", "×"] and figures[1].bar == 3.0
    assert model.position == 20


def test_a_folder_that_makes_one_candidate_at_a_time_is_asked_for_no_more(tmp_path: Path) -> None:
    from engine_models import load as load_folder

    model = load_folder(write_model(tmp_path / "old"))
    assert cold.candidate_figures(model, Conditions(quick=True)) == []
