"""Bars of drummers, as they are written down and chosen."""

from __future__ import annotations

import pytest

from bridge.performer.groove_pattern import (
    BACKBONE,
    CYMBALS,
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


def bar(bpm: float, strokes: int, *, metre: str = "4/4") -> Groove:
    """A bar with so many strokes of the kick."""
    steps = [(Stroke(KICK, 90),) if step < strokes else () for step in range(16)]
    return Groove("rock", metre, False, bpm, tuple(steps))


def test_a_groove_weighs_as_much_less_at_half_its_tempo_as_at_twice_its_tempo() -> None:
    at = [fitting([bar(bpm, 8)], 120.0, 2.0)[0] for bpm in (60.0, 90.0, 120.0, 160.0, 240.0)]
    assert at[0] == pytest.approx(at[4]) and at[1] == pytest.approx(at[3])
    assert at[0] < at[1] < at[2] > at[3] > at[4] > 0.0


def test_a_groove_whose_tempo_nobody_knows_fits_every_tempo() -> None:
    assert fitting([bar(0.0, 8)], 60.0, 2.0) == fitting([bar(0.0, 8)], 200.0, 2.0) == fitting([bar(90.0, 8)], 90.0, 2.0)


def test_the_busier_the_human_the_busier_the_groove_that_fits_within_reason() -> None:
    grooves = [bar(100.0, count) for count in range(0, 17, 2)]

    def best(busy: float) -> int:
        weights = fitting(grooves, 100.0, busy)
        return weights.index(max(weights))

    assert best(0.5) < best(1.5) <= best(4.0)
    assert best(0.0) == best(0.5) and best(4.0) == best(40.0)
    assert all(weight > 0.0 for weight in fitting(grooves, 100.0, 0.0)), "an empty bar too"


@pytest.mark.parametrize("swung", [False, True])
def test_fills_are_of_the_feel_that_is_asked_for(swung: bool) -> None:
    assert all(fill.swung == swung for fill in fills(swung))
    assert not set(fills(False)) & set(fills(True))


@pytest.mark.parametrize("signature", ["4/4", "2/2", "3/4", "6/8", "5/4", "7/8"])
@pytest.mark.parametrize("swung", [False, True])
def test_grooves_are_of_the_metre_and_of_the_feel_where_there_are_any(signature: str, swung: bool) -> None:
    found = suitable(signature, swung)
    metre = "4/4" if signature == "2/2" else signature
    assert found and {groove.metre for groove in found} <= {metre, signature}
    played = [groove for groove in library() if groove.metre == metre and groove.swung == swung]
    assert {groove for groove in found if groove.kind != "built"} == set(played) or not played
    if played:
        assert all(groove.swung == swung for groove in found)
    assert ("built" in {groove.kind for groove in found}) == (metre != "4/4"), "of others than 4/4 one by rule as well"


@pytest.mark.parametrize("signature", ["3/4", "4/4", "6/8", "5/4", "7/8", "9/8"])
def test_a_bar_by_rule_has_kicks_and_answers_at_places_of_their_own_and_hats_on_every_eighth(signature: str) -> None:
    made = built(signature, swung=False)
    kicks = {
        step for step, strokes in enumerate(made.strokes) if any(s.pitch == KICK and s.share == 1 for s in strokes)
    }
    answers = {
        step
        for step, strokes in enumerate(made.strokes)
        if any(s.pitch in (SNARE, 37) and s.share == 1 for s in strokes)
    }
    hats = {step for step, strokes in enumerate(made.strokes) if any(s.pitch in CYMBALS for s in strokes)}
    assert 0 in kicks and answers and not kicks & answers
    assert hats == set(range(0, len(made.strokes), 2))
    loud = {s.velocity for strokes in made.strokes for s in strokes if s.share == 1}
    soft = {s.velocity for strokes in made.strokes for s in strokes if s.share < 1}
    assert all(1 <= velocity <= 127 for velocity in loud | soft) and max(soft) < min(loud)
    every = 4 * sum(len(strokes) for strokes in made.strokes) / len(made.strokes)
    assert made.density < every, "what comes now and then is not counted"


def test_a_bar_keeps_time_by_the_cymbal_that_is_struck_most() -> None:
    def kept(*names: str) -> int | None:
        strokes = tuple((Stroke(DRUM_KEYS[name], 80),) for name in names)
        return Groove("rock", "4/4", False, 100.0, (*strokes, (Stroke(DRUM_KEYS["open"], 80, 0.5),) * 9)).cymbal

    assert kept("ride", "ride", "closed", "kick", "kick", "kick") == DRUM_KEYS["ride"]
    assert kept("closed", "open") == kept("open", "closed") == DRUM_KEYS["closed"], "of two the lower key"
    assert kept("kick", "snare") is None, "what comes now and then keeps no time"


def test_beyond_the_bar_nothing_is_struck() -> None:
    march = Groove.read(TWO_FOUR)
    assert march.at(2.0) == march.at(5.5) == ()
