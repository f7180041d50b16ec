"""The picture of a note and its causes."""

from __future__ import annotations

from explained_cases import HALF, KEYS, SHORT, case, events

from bridge.explanation.case import Case
from bridge.explanation.causes import Cause
from bridge.explanation.explain import Explanation, Field
from bridge.explanation.picture import arcs
from bridge.reports.page import png
from bridge.vocabulary.codec import DRUMS, Event, dt_class


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


FIELDS = tuple(Field(name, "so", 0.5, 1, 9, 0.5, 1.0, ()) for name in ("dt", "voice", "pitch", "velocity", "duration"))


def test_what_lies_far_back_and_drums_have_no_arc() -> None:
    before = events((HALF, 60, SHORT), (dt_class(1500), 62, SHORT), (HALF, 36, SHORT), (HALF, 64, SHORT))
    before[2, 1] = DRUMS
    one = Case(before, case([60] * 5).context, Event(HALF, KEYS, 67, 20, SHORT), ())
    axes = arcs(Explanation(one, FIELDS, tuple(Cause(place, 1.0 + place) for place in range(4)), None), "").axes[0]
    assert [text.get_text() for text in axes.texts] == ["2", "4"]
    shown = axes.get_xlim()
    assert shown[0] > 25 and shown[1] > 32.7, "the picture begins with what is near"


def test_of_many_causes_the_first_five_have_arcs_and_of_attention_alone_too() -> None:
    one = case(list(range(60, 70)))
    causes = tuple(Cause(place, float("nan"), 0.5 - place / 20) for place in range(8))
    axes = arcs(Explanation(one, FIELDS, causes, None), "", machine=False).axes[0]
    assert [text.get_text() for text in axes.texts] == ["0.5", "0.45", "0.4", "0.35", "0.3"]
