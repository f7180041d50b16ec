"""Where notes find room, by literal books."""

from __future__ import annotations

import math

import pytest

from bridge.performer.headroom import Headroom
from bridge.performer.ledger import Ledger
from bridge.timing.clock import SessionClock
from bridge.timing.placing import Placing
from bridge.vocabulary.parameters import Values


def headroom(*notes: tuple[float, float], polyphony: int = 8, most: int = 64, **values: object) -> Headroom:
    """Room beside notes that sound from the one second to the other, at 120 beats a minute."""
    ledger, clock = Ledger(), SessionClock(metered=True)
    for place, (begin, end) in enumerate(notes):
        ledger.plan(begin, end, 60 + place, 80, 1, 0, beat=clock.beat_at(begin), length=2.0 * (end - begin))
    return Headroom(ledger, Placing.of(clock, Values().changed(values)), polyphony, most)


def test_a_note_waits_until_one_of_as_many_as_may_sound_has_ended() -> None:
    two = ((1.0, 2.0), (1.0, 3.0))
    assert headroom(*two, polyphony=3).room_from(1.5) == 1.5
    assert headroom(*two, polyphony=2).room_from(1.5) == pytest.approx(2.0)
    assert headroom(*two, polyphony=1).room_from(1.5) == pytest.approx(3.0)


def test_most_counts_what_begins_within_a_beat() -> None:
    three = ((1.0, 1.1), (1.1, 1.2), (1.2, 1.3))
    assert headroom(*three, most=4).uncrowded_from(1.3) == 1.3
    assert headroom(*three, most=3).uncrowded_from(1.3) == pytest.approx(1.5)


def test_a_note_that_is_held_for_ever_leaves_no_room() -> None:
    room = headroom(polyphony=1)
    room.ledger.plan(1.0, None, 60, 80, 1, 0, beat=2.0, length=None)
    assert room.room_from(1.5) == math.inf


def test_a_note_leaves_its_place_by_the_first_deviation_that_breaks_nothing() -> None:
    room = headroom((1.0, 2.0), polyphony=1)
    assert room.placed(6.0, 1.0, (0.02, 0.0), 0.0) == pytest.approx(3.02)
    assert room.placed(4.0, 1.0, (-0.02, 0.0), 0.0) == pytest.approx(2.0), "it would overlap: straight, then"
    assert room.placed(3.0, 1.0, (0.02, 0.0), 0.0) == pytest.approx(2.0), "even there: it waits"
    assert room.placed(6.0, 1.0, (0.0,), 3.5) == 3.5, "and never before"
