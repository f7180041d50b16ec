"""What is to be reached, and what is missed."""

from __future__ import annotations

from bridge.evaluation.playing.bars import Bar


def test_bars() -> None:
    assert Bar(0.15, 0.4).reached(0.15) and not Bar(high=0.4).reached(0.41)
    assert [str(bar) for bar in (Bar(high=0.4), Bar(low=0.9), Bar(0.5, 3.0))] == ["≤ 0.4", "≥ 0.9", "0.5 to 3"]
