"""The evaluation's page: figures as people read them, and names that are anybody's."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from evaluation_music import chunk_of, random_events

from bridge.evaluation import report
from bridge.evaluation.bits import Bits
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.evaluation import EvaluationFindings, EvaluationSettings


def bits_of(nats: float, pieces: int = 4) -> Bits:
    """Every field of every note costs so many nats, a little more in each further piece."""
    bits = Bits()
    for number in range(pieces):
        events = random_events(30, number)
        events[:, 3] = 10  # velocities are known
        chunk = chunk_of(events, f"piece{number}", "<b>songs")
        bits.add(chunk, np.full((29, 5), nats + 0.01 * number))
    return bits


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(1.23456, 1.0, 1.5), "1.23 <small>1 to 1.5</small>"),
        (Interval(1.23456, math.nan, math.nan), "1.23"),
        (Interval(math.nan, math.nan, math.nan), "–"),
        ({"value": 0.5, "low": 0.25, "high": 0.75}, "0.5 <small>0.25 to 0.75</small>"),
    ],
)
def test_an_interval_has_bounds_where_they_are_known(interval: Interval | dict[str, float], text: str) -> None:
    assert report._interval(interval) == text


@pytest.mark.parametrize(
    ("bounds", "apart"),
    [((0.1, 0.4), "yes"), ((-0.4, -0.1), "yes"), ((-0.1, 0.4), "no"), ((None, None), "unknown: too few pieces")],
)
def test_two_are_apart_where_no_difference_is_outside_the_bounds(
    bounds: tuple[float | None, float | None], apart: str
) -> None:
    low, high = bounds
    assert report._apart({"value": 0.2, "low": low, "high": high})[1] == apart


def test_a_page_and_all_figures_are_written_and_only_what_was_measured_is_in_it(tmp_path: Path) -> None:
    findings = EvaluationFindings(EvaluationSettings(split="test", seed=7), pieces=4)
    findings.bits = {"<i>mine": bits_of(0.2), "markov": bits_of(0.4)}
    page, figures = report.write(findings, tmp_path / "new" / "folder")
    text = page.read_text(encoding="utf-8")
    assert "4 pieces of the test split, seed 7" in text and "Bits per note" in text
    assert "continuations" not in text and "Controls" not in text
    assert "&lt;i&gt;mine" in text and "<i>mine" not in text and "<b>songs" not in text
    # Half as many nats in five fields, in bits, and the difference is the same in every resample.
    everything = json.loads(figures.read_text())["bits"]["<i>mine"]["all"]
    assert everything["total"]["value"] == pytest.approx(5 * 0.215 / math.log(2), rel=0.01)
    assert "<td>yes</td>" in text and "<td>no</td>" not in text


def test_one_predictor_alone_differs_from_nobody() -> None:
    findings = EvaluationFindings(EvaluationSettings(), pieces=4)
    findings.bits = {"mine": bits_of(0.2)}
    assert "difference" not in report.as_html(findings)
