"""The report of an evaluation of playing."""

from __future__ import annotations

import json
from pathlib import Path

from bridge.evaluation.playing import report
from bridge.evaluation.playing.bars import bar_of
from bridge.evaluation.playing.parts import MACHINE, Findings


def test_the_report_says_what_is_missed(findings: Findings, tmp_path: Path) -> None:
    (part,) = findings.parts
    bar, figure = bar_of("respond", "two hands", "in_key"), part.figure(MACHINE, "in_key")
    assert bar is not None and figure is not None
    assert ("in_key" in part.missed()) == (figure.value < 0.92)
    html, text, figures = report.write(findings, tmp_path)
    assert "≥ 0.92" in text.read_text(encoding="utf-8") and "<table>" in html.read_text(encoding="utf-8")
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["parts"][0]["measures"]["human"]["in_key"]["value"] is not None
