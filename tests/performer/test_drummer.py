"""The drums keep a groove, vary it, and end a phrase."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

from bridge.performer.band_part import Moment
from bridge.performer.drummer import MOST_AT_ONCE, Drummer, Opinion, no_opinion
from bridge.performer.groove_pattern import CRASH, DRUM_KEYS, KICK
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
