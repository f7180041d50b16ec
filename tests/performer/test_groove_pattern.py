"""Bars of drummers, as they are written down and chosen."""

from __future__ import annotations

import pytest

from bridge.performer.groove_pattern import (
    BACKBONE,
    DRUM_KEYS,
    KICK,
    Groove,
    Stroke,
    built,
    fills,
    fitting,
    is_backbone,
    library,
    step_of,
    suitable,
)

TWO_FOUR = """march 2/4 straight 110 somebody
kick  9...5... ........
snare ....8... .......3
"""
SNARE = DRUM_KEYS["snare"]


def test_a_bar_is_read_as_it_is_written() -> None:
    groove = Groove.read(TWO_FOUR)
    assert (groove.kind, groove.metre, groove.swung, groove.bpm) == ("march", "2/4", False, 110.0)
    assert groove.at(0.0) == (Stroke(KICK, 126),)
    assert groove.at(1.0) == (Stroke(KICK, 70), Stroke(SNARE, 112))
    assert groove.at(1.75) == (Stroke(SNARE, 56, 0.3),)
    assert groove.at(0.5) == groove.at(1.1) == ()
    assert groove.kicks(0.0) and not groove.kicks(1.75)
    assert groove.density == 3 / 2


@pytest.mark.parametrize(
    ("place", "swung", "step"), [(0.5, False, 2), (1 / 3, False, None), (1 / 3, True, 1), (5 / 3, True, 6)]
)
def test_thirds_of_a_beat_are_known_to_swung_bars(place: float, swung: bool, step: int | None) -> None:
    assert step_of(place, swung) == step


def test_every_groove_of_the_library_has_a_beat() -> None:
    for groove in library():
        assert any(stroke.pitch == KICK for stroke in groove.at(0.0)), groove.kind
        if groove.metre == "4/4" and groove.kind != "swing":
            for backbeat in (1.0, 3.0):
                assert any(stroke.pitch in (SNARE, 37) for stroke in groove.at(backbeat)), groove.kind
    assert all(len(fill.strokes) == 8 for swung in (False, True) for fill in fills(swung))


@pytest.mark.parametrize("signature", ["4/4", "3/4", "6/8", "5/4", "7/8", "9/8", "12/8", "5/8", "2/2"])
@pytest.mark.parametrize("swung", [False, True])
def test_there_is_a_groove_for_every_metre(signature: str, swung: bool) -> None:
    for groove in suitable(signature, swung):
        belongs = {stroke.pitch for step in groove.strokes for stroke in step if stroke.share == 1.0}
        assert belongs & BACKBONE and belongs - BACKBONE, groove.kind


def test_soft_strokes_and_what_comes_now_and_then_are_no_backbone() -> None:
    assert is_backbone(Stroke(KICK, 70))
    assert not is_backbone(Stroke(KICK, 42))
    assert not is_backbone(Stroke(KICK, 70, 0.5))
    assert not is_backbone(Stroke(DRUM_KEYS["closed"], 100))


def test_a_metre_that_nobody_played_is_built_by_rule() -> None:
    seven = built("7/8", swung=False)
    assert [place / 4 for place in range(14) if seven.kicks(place / 4)] == [0.0, 2.0]
    assert any(stroke.pitch == SNARE for stroke in seven.at(1.0))


def test_a_groove_of_the_tempo_weighs_more() -> None:
    slow, fast = (Groove("rock", "4/4", False, bpm, ((Stroke(KICK, 90),) * 2,) * 16) for bpm in (70.0, 140.0))
    weights = fitting([slow, fast], bpm=140.0, busy=2.0)
    assert weights[1] > 4 * weights[0]
