"""Percentiles among what is usual, and the file they are kept in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.evaluation.reviewing.review import FIT, MEASURES
from bridge.evaluation.reviewing.scale import Scale, load, quantiles_of, save

SCALE = Scale(101, {"music": quantiles_of([{"key": value / 100, "half": float(value > 50)} for value in range(101)])})


@pytest.mark.parametrize(("value", "percentile"), [(-1.0, 0), (0.0, 0), (0.25, 25), (0.5, 50), (0.77, 77), (2.0, 100)])
def test_percentiles(value: float, percentile: float) -> None:
    assert SCALE.percentile("music", "key", value) == pytest.approx(percentile, abs=0.1)


def test_ties_lie_in_the_middle_of_those_alike() -> None:
    assert SCALE.percentile("music", "half", 0.0) == pytest.approx(25, abs=3)
    assert SCALE.percentile("music", "half", 1.0) == pytest.approx(75, abs=3)


def test_what_is_not_known_has_none() -> None:
    assert SCALE.percentile("music", "groove", 0.5) is None
    assert SCALE.percentile("another model", "key", 0.5) is None
    assert SCALE.percentile("music", "key", np.nan) is None
    assert quantiles_of([{"key": 0.5}]) == {}


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    save(SCALE, tmp_path / "scale.json")
    assert load(tmp_path / "scale.json") == SCALE
    assert load(tmp_path / "missing.json").pieces == 0
    (tmp_path / "scale.json").write_text("{}")
    with pytest.raises(ValueError, match="is no scale of reviews"):
        load(tmp_path / "scale.json")


def test_the_package_knows_every_measure() -> None:
    tables = load().tables
    assert set(FIT) <= {*tables["turns"], "clashes"}
    named = {measure for table in tables.values() for measure in table}
    assert set(MEASURES) <= named
