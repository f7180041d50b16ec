"""The picture of a note and its causes."""

from __future__ import annotations

from explained_cases import case

from bridge.evaluation.page import png
from bridge.explanation.causes import Cause
from bridge.explanation.explain import Explanation, Field
from bridge.explanation.picture import arcs


def test_an_arc_for_each_cause_that_speaks_for_it() -> None:
    fields = tuple(
        Field(name, "so", 0.5, 1, 9, 0.5, 1.0, ()) for name in ("dt", "voice", "pitch", "velocity", "duration")
    )
    causes = (Cause(3, 2.0), Cause(1, 0.5), Cause(2, -0.5))
    figure = arcs(Explanation(case([60, 62, 64, 65, 67]), fields, causes, None), "a note")
    axes = figure.axes[0]
    assert len(axes.patches) >= 2 and [text.get_text() for text in axes.texts] == ["2", "0.5"]
    assert axes.get_title(loc="left") == "a note"
    assert png(figure).startswith(b"\x89PNG")
