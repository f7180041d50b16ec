from __future__ import annotations

import math

import pytest

from bridge.performer.overload import FAST_STEP, HOLD_FOR, PATIENCE, PROBE_EVERY, REST_FOR, KeepingUp, Rung


def climbed_down(to: Rung, latest: float = 0.2) -> tuple[KeepingUp, float]:
    """One that went down to that rung by a miss a second, and when it last did."""
    one, now = KeepingUp(), 10.0
    one.stepped(0.1, latest, now)
    while one.rung < to:
        now += 0.5
        one.miss(now)
    return one, now


def test_misses_lead_down_a_rung_at_a_time_and_no_further_than_hold() -> None:
    one, rungs = KeepingUp(), []
    for half in range(9):
        one.miss(10.0 + half / 2)
        rungs.append(one.rung.label)
    assert rungs == ["shorter plans"] * 2 + ["fewer voices"] * 4 + ["hold"] * 3
    assert one.missed == 9


def test_a_miss_now_and_then_costs_no_voice() -> None:
    one = KeepingUp()
    for miss in range(20):
        one.miss(10.0 + 2.5 * miss)
        one.watch(12.4 + 2.5 * miss)
    assert one.rung <= Rung.SHORTER_PLANS


def test_a_step_that_no_plan_could_hold_is_a_miss() -> None:
    one = KeepingUp()
    one.stepped(0.39, 0.39, 10.0)
    assert one.missed == 0
    one.stepped(0.41, 0.41, 11.0)
    assert (one.missed, one.rung) == (1, Rung.SHORTER_PLANS)


def test_many_misses_of_one_cause_are_one_step_down() -> None:
    one = KeepingUp()
    for hundredth in range(50):
        one.miss(10.0 + hundredth / 100)
    assert (one.rung, one.missed) == (Rung.SHORTER_PLANS, 50)


def test_it_climbs_after_a_stretch_without_a_miss() -> None:
    one, now = climbed_down(Rung.FEWER_VOICES)
    assert one.wakeup() == now + PATIENCE
    assert not one.watch(now + PATIENCE - 0.1)
    assert one.watch(now + PATIENCE) and one.rung is Rung.SHORTER_PLANS
    assert one.watch(now + 2 * PATIENCE) and one.rung is Rung.FULL
    assert one.wakeup() == math.inf and not one.watch(now + 100.0)


def test_a_rung_climbed_too_early_is_tried_again_after_twice_as_long() -> None:
    one, now = climbed_down(Rung.SHORTER_PLANS)
    waits = []
    for _ in range(5):
        up = one.wakeup()
        waits.append(up - now)
        assert one.watch(up)
        now = up + 1.0
        one.miss(now)
    assert waits == [2.0, 4.0, 8.0, 16.0, 16.0]


def test_long_after_a_climb_it_is_as_patient_as_at_first() -> None:
    one, _ = climbed_down(Rung.SHORTER_PLANS)
    assert one.watch(one.wakeup())
    one.miss(100.0)
    assert one.wakeup() == 100.0 + PATIENCE


def test_hold_gives_way_to_rest_while_steps_are_slow_and_to_playing_when_they_are_fast() -> None:
    slow, now = climbed_down(Rung.HOLD)
    for step in range(20):
        slow.stepped(0.2, 0.15, now + step * PROBE_EVERY)  # more than half of what led down
    assert slow.rung is Rung.REST
    fast, now = climbed_down(Rung.HOLD)
    for step in range(20):
        fast.stepped(0.2, 0.05, now + step * PROBE_EVERY)
        fast.watch(now + step * PROBE_EVERY)
    assert fast.rung < Rung.HOLD


def test_from_rest_it_comes_back_through_every_rung() -> None:
    one, now = climbed_down(Rung.HOLD)
    one.stepped(0.2, 0.2, now + 5.0)
    rungs = [one.rung.label]
    while (up := one.wakeup()) < math.inf:
        if one.probe(up):
            one.stepped(0.2, FAST_STEP, up)
        if one.watch(up):
            rungs.append(one.rung.label)
    assert rungs == ["rest", "hold", "fewer voices", "shorter plans", "full"]


def test_after_a_long_rest_it_tries_again_however_slow_steps_are() -> None:
    one, now = climbed_down(Rung.HOLD)
    begun = now
    while not one.watch(now):
        now += PROBE_EVERY
        one.stepped(0.2, 0.2, now)
    assert one.rung is Rung.FEWER_VOICES
    assert now - begun == HOLD_FOR + REST_FOR


def test_steps_are_taken_for_their_own_sake_only_where_nothing_is_drawn() -> None:
    one, now = climbed_down(Rung.FEWER_VOICES)
    assert not one.probe(now + 0.4)
    for miss in (0.5, 0.6, 0.7, 0.8):
        one.miss(now + miss)
    assert one.rung is Rung.HOLD
    assert [one.probe(now + 0.8 + tenth / 10) for tenth in range(7)] == [False, False, False, True, False, False, True]


@pytest.mark.parametrize(
    ("p99", "full", "short"),
    [(0.001, 0.05, 0.05), (0.02, 0.165, 0.085), (0.05, 0.405, 0.205), (1.0, 0.5, 0.5)],
)
def test_the_lookahead_is_what_slow_steps_take(p99: float, full: float, short: float) -> None:
    one = KeepingUp()
    one.stepped(p99, 0.01, 0.0)
    assert one.lookahead(0.0) == pytest.approx(full)
    assert one.lookahead(0.01) == pytest.approx(short), "no wish makes every note late"
    assert one.lookahead(2.0) == 2.0
    one.miss(10.0)
    assert one.lookahead(2.0) == one.lookahead(0.0) == pytest.approx(short)


def test_with_fewer_voices_those_go_on_that_are_needed() -> None:
    one, _ = climbed_down(Rung.SHORTER_PLANS)
    assert one.voices([0, 1, 2, 3], needed=(2, 3)) == [0, 1, 2, 3]
    for miss in (100.0, 101.0):
        one.miss(miss)
    assert one.voices([0, 1, 2, 3], needed=(2, 3)) == [2, 3]
    assert one.voices([0, 1], needed=(2, 3)) == [0]
    assert one.voices([], needed=()) == []
    for miss in (102.0, 102.5, 103.0, 103.5):
        one.miss(miss)
    assert one.rung is Rung.HOLD and one.voices([0, 1, 2, 3], needed=(2, 3)) == []
