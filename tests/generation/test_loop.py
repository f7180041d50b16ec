"""A note that will not do is drawn again, on another pitch."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.engine.constraints import Constraints
from bridge.engine.model import Draw, Sample
from bridge.generation.loop import MOST_REDRAWS, Request, Struck, answered, asking, chances, insists, wait_of
from bridge.vocabulary.codec import DRUMS, DT_TICKS, TICKS_PER_BEAT, Event


def lowest(draw: Draw) -> Sample:
    """The lowest pitch that keys may play."""
    return Sample(Event(3, 0, int(draw.constraints.pitch[0].argmax()), 20, 20), (), (), ())


def request(low: int = 0, high: int = 127) -> Request:
    constraints = Constraints()
    constraints.pitch_range(low, high)
    return Request(constraints, 48, 0.9, 1.0, None)


def drawn(low: int = 0, high: int = 127, unwanted: int = 0) -> int:
    """The pitch drawn where those below `unwanted` are."""
    asked = asking(
        request(low, high), chances(np.random.default_rng(0)), lambda s: s.event, lambda e: e.pitch < unwanted
    )
    return answered(asked, lowest).pitch


def test_its_pitch_is_forbidden_until_one_will_do() -> None:
    assert drawn(unwanted=3) == 3


def test_so_often_at_most() -> None:
    assert drawn(unwanted=128) == MOST_REDRAWS


def test_the_only_pitch_there_is_stays() -> None:
    assert drawn(60, 60, unwanted=128) == 60


def test_a_request_is_what_it_was_whatever_comes_of_it() -> None:
    asked = request(60, 62)
    narrower = asked.without(Event(3, 0, 60, 20, 20))
    assert narrower is not None and not narrower.constraints.pitch[0, 60]
    assert asked.constraints.pitch[0, 60] and narrower.since == asked.since
    for one in (asked, narrower):
        with pytest.raises(ValueError, match="read-only"):
            one.constraints.velocity_between(60, 70)
        with pytest.raises(AttributeError):
            one.since = 0  # type: ignore[misc]


def test_each_draw_has_chances_of_its_own_in_a_fixed_order() -> None:
    said = [chances(np.random.default_rng(3)) for _ in range(2)]
    first, other = ([one() for _ in range(2)] for one in said)
    assert np.array_equal(first, other) and not np.array_equal(*first)


def test_two_may_be_asked_for_side_by_side() -> None:
    """Neither knows of the other, in whatever order they are answered."""
    alone = [drawn(low, unwanted=low + 2) for low in (40, 70)]
    asked = [
        asking(request(low), chances(np.random.default_rng(0)), lambda s: s.event, lambda e, low=low: e.pitch < low + 2)
        for low in (40, 70)
    ]
    wanted, together = [next(one) for one in asked], [0, 0]
    while not all(together):
        for place in [place for place in (1, 0) if not together[place]]:
            try:
                wanted[place] = asked[place].send(lowest(wanted[place]))
            except StopIteration as end:
                together[place] = end.value.pitch
    assert together == alone == [42, 72]


def test_beats_are_counted_from_where_the_request_says() -> None:
    assert request().beat_of(Event(3, 0, 60, 20, 20)) == (48 + int(DT_TICKS[3])) / TICKS_PER_BEAT
    assert wait_of(-5) == 0 and wait_of(int(DT_TICKS[-1]) + 1000) == int(DT_TICKS[-1])


def played(*chords: tuple[int, ...]) -> list[Struck]:
    """Chords of a voice and their pitches, a beat apart, the last note first."""
    notes = [
        Struck(voice, pitch, float(beat))
        for beat, (voice, *pitches) in enumerate(chords, start=-len(chords))
        for pitch in pitches
    ]
    return notes[::-1]


AGAIN = Struck(1, 40, 0.0)


def test_a_voice_that_sits_on_one_pitch_insists() -> None:
    assert insists(AGAIN, played((1, 40), (1, 40), (1, 40)), most=3)
    assert not insists(AGAIN, played((1, 40), (1, 40), (1, 40)), most=4)
    assert insists(AGAIN, played((1, 40), (0, 60), (1, 40), (0, 64), (1, 40)), most=3), "others play in between"


def test_one_that_left_it_does_not() -> None:
    assert not insists(AGAIN, played((1, 40), (1, 40), (1, 43), (1, 40)), most=2)
    assert not insists(AGAIN, [], most=1)


def test_a_voice_that_sits_on_one_chord_insists() -> None:
    chords = played((1, 40, 44, 47), (1, 40, 44, 47), (1, 40, 44, 47))
    begun = [Struck(1, 44, 0.0), Struck(1, 40, 0.0)]
    last = Struck(1, 47, 0.01)
    assert insists(last, [*begun, *chords], most=3), "this note would make it that chord again"
    assert not insists(last, [*begun, *chords], most=4)
    assert not insists(Struck(1, 48, 0.0), [*begun, *chords], most=3), "another chord"
    assert not insists(AGAIN, chords, most=3), "as yet it is none"


def test_a_drum_may() -> None:
    assert not insists(Struck(DRUMS, 42, 0.0), played(*[(DRUMS, 42)] * 20), most=2)
