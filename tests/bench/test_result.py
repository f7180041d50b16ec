"""What is concluded from what was measured."""

from __future__ import annotations

import json

import pytest

from bridge.bench.result import BenchError, Figure, Result, above, quantiles_ms


@pytest.mark.parametrize(("value", "bar", "met"), [(3.0, 3.0, True), (3.1, 3.0, False), (3.1, None, None)])
def test_a_figure_is_met_up_to_its_bar(value: float, bar: float | None, met: bool | None) -> None:
    assert Figure("median", value, bar=bar).met is met


def test_a_result_is_met_when_every_bar_is() -> None:
    met, missed, plain = Figure("a", 1, bar=2), Figure("b", 3, bar=2), Figure("c", 9)
    assert Result("x", (met, plain)).met is True
    assert Result("x", (met, missed)).met is False
    assert Result("x", (plain,)).met is None
    assert Result("x", skipped="no jackd").met is None
    assert Result("x", failed="it hung").met is False


def test_a_result_as_json_carries_its_verdicts() -> None:
    told = Result("x", (Figure("a", 1.0, bar=2.0),), "how").as_json()
    assert json.loads(json.dumps(told)) == {
        "name": "x",
        "met": True,
        "figures": [{"name": "a", "value": 1.0, "unit": "ms", "bar": 2.0, "met": True}],
        "detail": "how",
        "skipped": "",
        "failed": "",
    }


def test_quantiles_are_in_milliseconds() -> None:
    assert quantiles_ms([0.001] * 99 + [0.101]) == pytest.approx((1.0, 2.0))
    with pytest.raises(BenchError, match="no sample"):
        quantiles_ms([])


def test_latency_is_told_above_the_echo() -> None:
    figures = {figure.name: figure for figure in above("answer", [0.006] * 50, [0.002] * 50, (3.0, 5.0))}
    assert figures["answer, median above echo"].value == pytest.approx(4.0)
    assert figures["answer, median above echo"].met is False
    assert figures["answer, p99 above echo"].met is True
    assert figures["echo, median"].value == pytest.approx(2.0)
