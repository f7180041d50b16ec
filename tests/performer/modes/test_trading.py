"""Turns by the bar, in session beats."""

from __future__ import annotations

import pytest

from bridge.performer.modes.trading import MachineTurn, Trading
from bridge.timing.clock import SessionClock

CLOCK = SessionClock(metered=True)


@pytest.mark.parametrize(("first", "turn"), [(0.1, (8, 16)), (3.2, (12, 20)), (4.0, (12, 20)), (5.9, (12, 20))])
def test_the_first_note_begins_a_turn_on_the_nearest_bar_line(first: float, turn: tuple[float, float]) -> None:
    trading = Trading()
    trading.heard(first, 2, CLOCK)
    assert trading.machine_turn(first, 2, CLOCK) == MachineTurn(*turn)


def test_turns_alternate_while_the_human_plays_in_theirs() -> None:
    trading = Trading()
    for beat, turn in ((0.0, (8, 16)), (9.0, (8, 16)), (15.6, (24, 32)), (33.0, (40, 48))):
        trading.heard(beat, 2, CLOCK)
        assert trading.machine_turn(beat, 2, CLOCK) == MachineTurn(*turn), f"an upbeat counts: {beat}"


def test_nobody_answers_a_turn_without_a_note() -> None:
    trading = Trading()
    trading.heard(0.0, 1, CLOCK)
    trading.taken(MachineTurn(4, 8))
    assert trading.machine_turn(8.0, 1, CLOCK) is None
    trading.heard(21.0, 1, CLOCK)
    assert trading.machine_turn(21.0, 1, CLOCK) == MachineTurn(24, 28)


def test_a_transport_that_jumps_moves_the_turns_to_its_bars() -> None:
    trading = Trading()
    trading.heard(0.0, 2, CLOCK)
    moved = SessionClock(metered=True, song_offset=1.0)  # bars at 3, 7, 11
    assert trading.machine_turn(2.0, 2, moved) == MachineTurn(7, 15)
