"""The drums keep a groove, vary it, and end a phrase."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

from bridge.performer.band_part import Cue, Moment, Weight
from bridge.performer.drummer import MOST_AT_ONCE, Drummer, Opinion, no_opinion
from bridge.performer.groove_pattern import CRASH, CYMBALS, DRUM_KEYS, KICK, Groove, is_backbone
from bridge.timing.accents import Accents

Bar = set[tuple[float, int]]


def played(signature: str, bars: int, seed: int = 0, busy: float = 1.0) -> list[Bar]:
    """What it plays: (beats after the bar line, key), bar by bar."""
    drummer = Drummer(random.Random(seed).random)
    metre = Accents.of(signature)
    found: list[Bar] = []
    for bar in range(bars):
        found.append(set())
        for step in range(round(metre.bar * 4)):
            drummer.settle(signature, False, 100.0, busy, bar)
            moment = Moment(bar * metre.bar + step / 4, step / 4, bar, 0.25, metre, None)
            cues = drummer.cues(moment)
            assert len(cues) <= MOST_AT_ONCE and all(cue.softest < cue.loudest for cue in cues)
            found[-1] |= {(step / 4, key) for cue in cues for key in cue.pitches[0]}
    return found


@pytest.mark.parametrize("seed", range(8))
def test_it_keeps_kick_and_backbeat_and_varies_the_rest(seed: int) -> None:
    bars = played("4/4", 16, seed)
    assert all((0.0, KICK) in bar for bar in bars)
    backbeats = [
        any((place, DRUM_KEYS[name]) in bar for name in ("snare", "stick")) for bar in bars for place in (1.0, 3.0)
    ]
    assert sum(backbeats) >= 0.8 * len(backbeats)
    alike = [len(one & other) / len(one | other) for one, other in itertools.pairwise(bars)]
    assert 0.5 < sum(alike) / len(alike) < 0.95


def test_a_phrase_of_eight_bars_ends_with_a_fill_and_the_next_begins_with_a_crash() -> None:
    bars = played("4/4", 17)
    toms = [DRUM_KEYS[name] for name in ("high_tom", "mid_tom", "low_tom")]
    assert any(key in toms for bar in (bars[7], bars[15]) for _, key in bar)
    assert not any(key in toms for bar in bars[:3] for _, key in bar)
    assert (0.0, CRASH) in bars[8] and (0.0, CRASH) in bars[16]
    assert not any(key == CRASH for _, key in bars[1])


@pytest.mark.parametrize("signature", ["3/4", "6/8", "5/4", "7/8"])
def test_it_plays_in_other_metres(signature: str) -> None:
    bars = played(signature, 8)
    assert all((0.0, KICK) in bar for bar in bars)
    assert all(len(bar) >= 3 for bar in bars)


def test_a_section_keeps_its_groove_until_the_human_plays_otherwise() -> None:
    drummer = Drummer(random.Random(1).random)
    first = drummer.settle("4/4", False, 100.0, 0.5, 0)
    assert all(drummer.settle("4/4", False, 100.0, 4.0, bar) is first for bar in range(1, 16))
    assert drummer.settle("3/4", False, 100.0, 0.5, 17).metre == "3/4"


@pytest.mark.parametrize("favourite", ["ride", "closed"])
def test_of_grooves_that_fit_the_likelier_are_those_whose_cymbal_the_model_likes(favourite: str) -> None:
    def opinion(drums: Sequence[int]) -> list[float]:
        return [0.9 if drum == DRUM_KEYS[favourite] else 0.01 for drum in drums]

    def cymbals(asked: Opinion) -> list[int | None]:
        return [
            Drummer(random.Random(seed).random).settle("4/4", False, 110.0, 1.0, 0, asked).cymbal for seed in range(60)
        ]

    liked = cymbals(opinion).count(DRUM_KEYS[favourite])
    assert liked > cymbals(no_opinion).count(DRUM_KEYS[favourite]) and liked > 30


def test_what_a_drummer_added_now_and_then_the_model_may_leave() -> None:
    drummer, metre = Drummer(random.Random(0).random), Accents.of("4/4")
    offered = []
    for bar, step in itertools.product(range(16), range(16)):
        groove = drummer.settle("4/4", False, 100.0, 1.0, bar)
        moment = Moment(4.0 * bar + step / 4, step / 4, bar, 0.25, metre, None)
        belongs = {stroke.pitch for stroke in groove.at(step / 4) if stroke.share == 1.0}
        for cue in drummer.cues(moment):
            if not cue.must:
                offered.append(cue)
                assert not belongs & set(cue.pitches[0])
    assert offered


FOUR = Accents.of("4/4")
PLACES = [step / 4 for step in range(16)]


def moment(bar: int, place: float, loudness: float = 1.0) -> Moment:
    return Moment(4.0 * bar + place, place, bar, 0.25, FOUR, None, loudness=loudness)


def bars_with(draw: float, count: int) -> tuple[Groove, list[dict[float, list[Cue]]]]:
    """The groove and, bar by bar, the cues at each place, where every chance comes out as `draw`."""
    drummer = Drummer(lambda: draw)
    bars = []
    for bar in range(count):
        groove = drummer.settle("4/4", False, 100.0, 1.0, bar)
        bars.append({place: drummer.cues(moment(bar, place)) for place in PLACES})
    return groove, bars


def keys(cues: Sequence[Cue]) -> set[int]:
    return {key for cue in cues for key in cue.pitches[0]}


def test_before_it_has_a_groove_it_is_silent() -> None:
    assert Drummer(lambda: 0.5).cues(moment(0, 0.0)) == []


def test_what_belongs_to_the_groove_is_struck_and_what_comes_now_and_then_only_by_chance() -> None:
    groove, (bar, *_) = bars_with(0.99, 1)
    for place, cues in bar.items():
        belongs = {stroke.pitch for stroke in groove.at(place) if stroke.share == 1.0}
        assert keys(cues) <= belongs and len(keys(cues)) == min(len(belongs), MOST_AT_ONCE)
        assert all(cue.must for cue in cues)


def test_strokes_between_the_beats_may_be_left_out_and_never_the_backbone_or_those_on_the_beat() -> None:
    groove, (bar, *_) = bars_with(0.0, 1)
    for place, cues in bar.items():
        must = {cue.pitches[0][0] for cue in cues if cue.must}  # type: ignore[index]
        belongs = [stroke for stroke in groove.at(place) if stroke.share == 1.0]
        kept = {stroke.pitch for stroke in belongs if is_backbone(stroke) or FOUR.is_pulse(place)}
        assert must <= kept and len(must) == min(len(kept), len(cues))


@pytest.mark.parametrize(("draw", "phrase"), [(0.0, 4), (0.99, 8)])
def test_phrases_of_four_or_eight_bars_end_with_a_fill_and_open_with_a_crash_in_place_of_the_ride(
    draw: float, phrase: int
) -> None:
    _, bars = bars_with(draw, 17)
    opened = [bar for bar, cues in enumerate(bars) if CRASH in keys(cues[0.0])]
    assert opened == list(range(phrase, 17, phrase))
    assert not any(CRASH in keys(cues[place]) for cues in bars for place in PLACES[1:])
    assert not any(DRUM_KEYS["ride"] in keys(bars[bar][0.0]) for bar in opened)
    usual = {place: keys(bars[0][place]) for place in PLACES}
    other = [bar for bar, cues in enumerate(bars) if any(keys(cues[place]) != usual[place] for place in PLACES[8:])]
    assert other == list(range(phrase - 1, 17, phrase))
    for bar in other:
        changed = [place for place in PLACES if keys(bars[bar][place]) != usual[place]]
        assert 2.0 <= min(changed) < 3.0 if bar % 8 == 7 else min(changed) >= 3.0, "two beats, or one where it is short"


def test_the_kick_of_the_groove_goes_on_under_a_fill() -> None:
    groove, bars = bars_with(0.99, 8)
    for place in PLACES:
        if any(stroke.pitch == KICK and is_backbone(stroke) for stroke in groove.at(place)):
            assert KICK in keys(bars[7][place])


def test_where_the_hands_are_full_the_beat_comes_first() -> None:
    for draw in (0.0, 0.5, 0.99):
        _, bars = bars_with(draw, 3)
        for bar in bars:
            for cues in bar.values():
                assert [cue.weight for cue in cues] == sorted(cue.weight for cue in cues)
                assert all(cue.strict and cue.voice == 3 and len(cue.pitches) == 1 for cue in cues)


def test_strokes_are_about_as_loud_as_the_drummer_s_and_follow_the_human_within_midi() -> None:
    drummer = Drummer(lambda: 0.99)
    groove = drummer.settle("4/4", False, 100.0, 1.0, 0)
    loud = {stroke.pitch: stroke.velocity for stroke in groove.at(0.0)}
    for loudness in (0.01, 0.5, 1.0, 1.5, 4.0):
        for cue in drummer.cues(moment(0, 0.0, loudness)):
            wanted = min(max(round(loud[next(iter(cue.pitches[0]))] * loudness), 8), 127)
            assert 1 <= cue.softest < cue.loudest <= 127
            assert cue.softest - 16 <= wanted <= cue.loudest + 1
            assert 0.0 < cue.shortest < cue.longest <= 0.5


def test_it_ends_with_kick_and_crash() -> None:
    cues = Drummer(lambda: 0.5).last(moment(3, 0.0))
    assert keys(cues) == {KICK, CRASH} and all(cue.must and cue.weight == Weight.BEAT for cue in cues)


def grooves(busy_later: float, at: int) -> list[bool]:
    """Of forty drummers, which have another groove when the human plays so busily from bar `at` on."""
    found = []
    for seed in range(40):
        drummer = Drummer(random.Random(seed).random)
        first = drummer.settle("4/4", False, 110.0, 1.0, 0)
        for bar in range(1, at):
            drummer.settle("4/4", False, 110.0, 1.0, bar)
        then = drummer.settle("4/4", False, 110.0, busy_later, at)
        assert drummer.settle("4/4", False, 110.0, busy_later, at) is then, "asked again in the same bar"
        found.append(then is not first)
    return found


def test_after_a_section_another_groove_comes_only_where_the_human_plays_otherwise() -> None:
    assert sum(grooves(4.0, 16)) > 10
    assert sum(grooves(1.2, 16)) == sum(grooves(4.0, 15)) == sum(grooves(4.0, 17)) == 0


def test_where_the_feel_changes_so_does_the_groove_as_far_as_there_is_one() -> None:
    drummer = Drummer(random.Random(3).random)
    straight = drummer.settle("4/4", False, 100.0, 1.0, 1)
    swung = drummer.settle("4/4", True, 100.0, 1.0, 2)
    assert not straight.swung and swung.swung
    assert all(drummer.settle("4/4", True, 100.0, 1.0, bar) is swung for bar in range(3, 9))
    odd = Drummer(random.Random(3).random)
    first = odd.settle("7/8", True, 100.0, 1.0, 1)
    assert all(odd.settle("7/8", True, 100.0, 1.0, bar) is first for bar in range(2, 9))


def test_a_model_that_likes_no_cymbal_at_all_decides_nothing() -> None:
    for seed in range(10):
        one, other = (Drummer(random.Random(seed).random) for _ in range(2))
        asked = one.settle("4/4", False, 110.0, 1.0, 0, lambda drums: [0.0] * len(drums))
        assert asked is other.settle("4/4", False, 110.0, 1.0, 0)


def test_a_groove_whose_cymbal_the_model_would_never_strike_is_rare_and_not_lost() -> None:
    def opinion(drums: Sequence[int]) -> list[float]:
        return [0.0 if drum == DRUM_KEYS["closed"] else 1.0 for drum in drums]

    found = [
        Drummer(random.Random(seed).random).settle("4/4", False, 110.0, 1.0, 0, opinion).cymbal for seed in range(300)
    ]
    assert 0 < found.count(DRUM_KEYS["closed"]) < 150


def test_where_there_is_no_room_ornaments_go_first_then_cymbals_between_the_beats_and_the_backbone_last() -> None:
    weights: dict[str, set[Weight]] = {"backbone": set(), "on the beat": set(), "between": set(), "now and then": set()}
    for seed in range(30):
        drummer = Drummer(random.Random(seed).random)
        groove = drummer.settle("4/4", False, 110.0, 1.0, 0)
        for place in PLACES:
            strokes = {stroke.pitch: stroke for stroke in groove.at(place)}
            for cue in drummer.cues(moment(0, place)):
                stroke = strokes[next(iter(cue.pitches[0]))]
                if is_backbone(stroke):
                    weights["backbone"].add(cue.weight)
                elif stroke.share < 1.0:
                    weights["now and then"].add(cue.weight)
                elif FOUR.is_pulse(place):
                    weights["on the beat"].add(cue.weight)
                elif stroke.pitch in CYMBALS:
                    weights["between"].add(cue.weight)
    assert list(weights.values()) == [{Weight.BEAT}, {Weight.CHORD}, {Weight.COLOUR}, {Weight.ORNAMENT}]


@pytest.mark.parametrize("signature", ["3/4", "6/8", "5/4", "7/8"])
def test_a_fill_takes_no_more_than_half_of_a_short_bar(signature: str) -> None:
    metre = Accents.of(signature)
    for seed in range(10):
        drummer = Drummer(random.Random(seed).random)
        for bar in range(8):
            groove = drummer.settle(signature, False, 100.0, 1.0, bar)
        belongs = {stroke.pitch for strokes in groove.strokes for stroke in strokes}
        for step in range(round(metre.bar * 2)):
            place = step / 4
            if place < metre.bar / 2:
                now = Moment(7 * metre.bar + place, place, 7, 0.25, metre, None)
                assert keys(drummer.cues(now)) <= belongs
