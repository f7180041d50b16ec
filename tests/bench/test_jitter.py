"""How far from their planned times notes leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from measuring import measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench.arrivals import Planned
from bridge.bench.jitter import deviations
from bridge.bench.keyboard import HeardMessage
from bridge.bench.result import BenchError


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("jitter", tmp_path)


def test_deviations_are_from_the_plan_not_from_when_it_left() -> None:
    plan = [Planned(1.0, 1.0, (0, 60)), Planned(2.0, 2.001, (0, 60)), Planned(3.0, 3.0, (1, 60)), Planned(4, 4, (0, 9))]
    heard = [
        HeardMessage(1.002, b"\x90\x3c\x50"),
        HeardMessage(2.005, b"\x90\x3c\x50"),
        HeardMessage(3.002, b"\x91\x3c\x50"),
    ]
    assert deviations(plan, heard) == pytest.approx([0.0, 0.003, 0.0])
    with pytest.raises(BenchError, match="none of 4"):
        deviations(plan, [])
