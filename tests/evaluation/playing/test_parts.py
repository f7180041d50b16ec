"""What a report of playing is made of."""

from __future__ import annotations

import json

import pytest

from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing.bars import LISTENER, SECOND, bar_of
from bridge.evaluation.playing.parts import MACHINE, STYLES, Part, Question, over_pieces, style_of


def interval(value: float) -> Interval:
    return Interval(value, value - 0.1, value + 0.1)


def test_styles_are_found_by_name_and_asked_for_by_name() -> None:
    assert style_of("respond", "two hands").voices == ("keys",)
    with pytest.raises(KeyError):
        style_of("duet", "two hands")
    assert [style.name for style in Question(styles=("tune",)).styles_of("duet")] == ["tune"]
    assert Question(styles=("tune",)).styles_of("respond") == []
    assert len(Question().styles_of("respond")) == len(STYLES["respond"])


def test_a_measure_is_missed_where_its_bar_is_not_reached() -> None:
    bar = bar_of("respond", "two hands", "in_key")
    assert bar is not None
    part = Part("respond", "two hands", {"in_key": "notes in the key"})
    for value, missed in ((1.0, []), (0.0, ["in_key"])):
        part.figures = {MACHINE: {"in_key": interval(value)}}
        assert part.missed() == missed


def test_what_is_not_known_is_none_and_not_missed() -> None:
    part = Part("respond", "two hands", {"in_key": ""})
    assert [part.figure(MACHINE, name) for name in ("in_key", LISTENER, SECOND)] == [None] * 3
    assert part.missed() == []
    part.hearings = {MACHINE: None}
    assert part.figure(MACHINE, LISTENER) is None
    part.second = {MACHINE: interval(0.6)}
    assert part.figure(MACHINE, SECOND) == interval(0.6)


def test_all_of_it_is_json() -> None:
    part = Part("respond", "two hands", {"in_key": ""}, figures={MACHINE: {"in_key": interval(0.9)}})
    part.hearings, part.telling = {MACHINE: None}, [("leap", 0.7, 1.0, 2.0)]
    told = json.loads(json.dumps(part.as_json()))
    assert told["measures"][MACHINE]["in_key"]["value"] == 0.9
    assert told["telling_alone"][0]["feature"] == "leap" and told["listener"] == {MACHINE: None}


def test_values_are_averaged_over_notes_and_bounded_over_pieces() -> None:
    alone = over_pieces([0.5, 1.0], ["a", "a"])
    assert alone.value == 0.75
    assert over_pieces([1.0, float("nan"), 0.0], ["a", "b", "c"]).value == 0.5
