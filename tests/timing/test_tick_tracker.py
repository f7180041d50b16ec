"""A MIDI clock's ticks, as bad as they come, against the grid they stand for."""

from __future__ import annotations

import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterable

import pytest

from bridge.timing.tick_tracker import LOCK_TICKS, TICKS_PER_BEAT, TickFollower

BEATS_PER_BAR = 4


def grid(bpm_at: Callable[[float], float], beats: int) -> list[float]:
    """The seconds of every tick, where the tempo is `bpm_at(beat)`."""
    times, time = [], 0.0
    for tick in range(beats * TICKS_PER_BEAT + 1):
        times.append(time)
        time += 60.0 / (TICKS_PER_BEAT * bpm_at(tick / TICKS_PER_BEAT))
    return times


def jittered(times: Iterable[float], jitter: float, seed: int) -> list[float]:
    draw = random.Random(seed)
    return sorted(time + draw.uniform(-jitter, jitter) for time in times)


def errors(true: list[float], heard: list[float], after: int) -> list[float]:
    """Beats that the followed line is off by as each tick arrives, but for the first `after`."""
    follower, off = TickFollower(), []
    for number, time in enumerate(heard):
        follower.hear(time)
        line = follower.line
        if line is None or number < after:
            continue
        tick = min(max(bisect_right(true, time) - 1, 0), len(true) - 2)
        truth = tick + (time - true[tick]) / (true[tick + 1] - true[tick])
        off.append((line.tick_at(time) - truth) / TICKS_PER_BEAT)
    return off


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("bpm", [60.0, 120.0, 180.0])
def test_jitter_is_smoothed_and_nothing_drifts_over_64_bars(bpm: float, seed: int) -> None:
    true = grid(lambda beat: bpm, 64 * BEATS_PER_BAR)
    heard = jittered(true, 0.014, seed)
    off = [1000 * error * 60 / bpm for error in errors(true, heard, after=2 * TICKS_PER_BEAT)]
    raw = [1000 * (time - tick) for time, tick in zip(heard, true, strict=True)]
    assert abs(statistics.mean(off)) <= 2.0
    assert statistics.pstdev(off) <= min(5.0, statistics.pstdev(raw) / 2)
    last_bars = off[-8 * BEATS_PER_BAR * TICKS_PER_BEAT :]
    assert abs(statistics.mean(last_bars)) <= 2.0


@pytest.mark.parametrize("seed", range(4))
def test_it_locks_within_two_beats(seed: int) -> None:
    true = grid(lambda beat: 120.0, 4)
    follower = TickFollower()
    for number, time in enumerate(jittered(true, 0.014, seed)):
        follower.hear(time)
        if number == 2 * TICKS_PER_BEAT - 1:
            break
    assert follower.locked
    assert follower.line is not None
    assert follower.line.bpm == pytest.approx(120.0, rel=0.05)
    assert abs(errors(true, jittered(true, 0.014, seed), after=2 * TICKS_PER_BEAT)[0]) * 500 < 8.0


def test_one_beat_is_not_enough_to_lock() -> None:
    follower = TickFollower()
    for tick in range(LOCK_TICKS - 1):
        follower.hear(tick / 48)
    assert not follower.locked


@pytest.mark.parametrize("jitter", [0.0, 0.004, 0.014])
def test_a_ramp_is_followed_within_a_64th(jitter: float) -> None:
    true = grid(lambda beat: 90 + 60 * min(beat / 64, 1.0), 80)
    off = errors(true, jittered(true, jitter, 1), after=BEATS_PER_BAR * TICKS_PER_BEAT)
    assert max(map(abs, off)) < 1 / 16


@pytest.mark.parametrize("jitter", [0.0, 0.0005, 0.001])
def test_lost_ticks_of_an_even_clock_are_counted_through(jitter: float) -> None:
    true = grid(lambda beat: 120.0, 128)
    lost = {*range(400, 410), 900, 1200, 1201, *range(1800, 1848)}
    draw = random.Random(5)
    lost.update(draw.sample(range(2000, 3000), 8))
    heard = [time for tick, time in enumerate(jittered(true, jitter, 2)) if tick not in lost]
    off = errors(true, heard, after=2 * TICKS_PER_BEAT)
    assert max(map(abs, off)) < 1 / 24
    assert max(map(abs, off[-TICKS_PER_BEAT:])) < 0.01


def test_a_dropped_tick_does_not_slip_the_beat() -> None:
    follower = TickFollower()
    for tick in [*range(300), *range(301, 500)]:  # 120 BPM
        follower.hear(tick / 48)
    assert follower.line is not None
    assert follower.line.tick_at(498.0 / 48) == pytest.approx(498.0, abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_a_clock_that_stands_still_for_a_moment_has_lost_no_tick(seed: int) -> None:
    # As Ardour's, where the processor is busy: lumps of 256 frames, and some stops of 15 to 60 ms a minute.
    draw, period = random.Random(seed), 256 / 48000
    heard, stopped = [], 0.0
    for time in grid(lambda beat: 120.0, 240):
        if draw.random() < 1 / 250:
            stopped += draw.uniform(0.015, 0.06)
        heard.append(math.ceil(time / period) * period + stopped + draw.uniform(0.0, 0.003))
    follower, off = TickFollower(), []
    for number, time in enumerate(heard):
        follower.hear(time)
        line = follower.line
        if line is not None and number > 96:
            off.append(line.tick_at(time) - number)
    assert stopped > 0.5
    assert statistics.quantiles(map(abs, off), n=20)[-1] < 1.5
    assert abs(statistics.median(off[-24:])) < 0.5, "in the end every tick was counted, and none that was not there"


@pytest.mark.parametrize("seed", range(3))
def test_ticks_held_up_and_let_go_at_once_are_all_counted(seed: int) -> None:
    true = grid(lambda beat: 120.0, 64)
    heard = [10.4 if 10.0 < time < 10.4 else time for time in jittered(true, 0.006, seed)]
    assert max(map(abs, errors(true, heard, after=2 * TICKS_PER_BEAT))) < 0.025


def test_lumps_of_an_audio_period_are_smoothed() -> None:
    period = 256 / 48000
    true = grid(lambda beat: 120.0, 64)
    heard = [math.ceil(time / period) * period for time in true]
    off = [error * 500 for error in errors(true, heard, after=2 * TICKS_PER_BEAT)]
    assert statistics.pstdev(off) < 0.5
    assert -period * 1000 < statistics.mean(off) < 0  # ticks that are late on the average are a line that is late


@pytest.mark.parametrize(("before", "after"), [(120, 140), (120, 240), (120, 60), (90, 70)])
@pytest.mark.parametrize("jitter", [0.0, 0.003, 0.008])
def test_another_tempo_is_followed_within_a_beat_or_so(before: float, after: float, jitter: float) -> None:
    true = grid(lambda beat: before if beat < 16 else after, 48)
    heard = jittered(true, jitter, 3)
    follower = TickFollower()
    for number, time in enumerate(heard):
        follower.hear(time)
        if number == (16 + 2) * TICKS_PER_BEAT:
            line = follower.line
            assert line is not None
            assert line.bpm == pytest.approx(after, rel=0.03)
    off = errors(true, heard, after=20 * TICKS_PER_BEAT)
    assert max(map(abs, off)) < 1 / 24


def test_after_a_pause_the_tempo_is_known_and_the_phase_new() -> None:
    follower = TickFollower()
    for tick in range(100):
        follower.hear(tick / 48)
    follower.pause()
    follower.hear(10.0)
    assert follower.locked
    assert follower.line is not None
    assert follower.line.tick_at(10.0) == 0.0
    assert follower.line.bpm == pytest.approx(120.0)


@pytest.mark.parametrize("seed", range(4))
def test_noise_breaks_nothing(seed: int) -> None:
    draw = random.Random(seed)
    follower, time = TickFollower(), 0.0
    for _ in range(1000):
        time += draw.choice([0.0, 0.0005, 0.01, 0.02, 0.02, 0.02, 0.7, 5.0])
        follower.hear(time)
        line = follower.line
        assert line is None or (math.isfinite(line.tick_at(time)) and line.period > 0)


def held_up(times: Iterable[float], seed: int) -> list[float]:
    """Ticks of a machine so busy that now and then nothing gets through for up to 80 ms, often in rows."""
    draw = random.Random(seed)
    heard, free_at = [], 0.0
    for time in times:
        if draw.random() < (0.4 if time < free_at else 0.03):
            free_at = max(time, free_at) + draw.expovariate(1 / 0.025)
        free_at = min(free_at, time + 0.08)
        heard.append(max(time + draw.uniform(0.0, 0.002), free_at, heard[-1] if heard else 0.0))
    return heard


@pytest.mark.parametrize("seed", range(4))
def test_on_a_busy_machine_ticks_are_late_and_none_is_miscounted(seed: int) -> None:
    true = grid(lambda beat: 90 + 60 * min(beat / 64, 1.0), 80)
    heard = held_up(true, seed)
    assert max(late - time for late, time in zip(heard, true, strict=True)) > 0.05
    off = errors(true, heard, after=BEATS_PER_BAR * TICKS_PER_BEAT)
    assert max(map(abs, off)) < 1 / 16


def even(follower: TickFollower, start: float, count: int, bpm: float = 120.0) -> float:
    """`count` even ticks from `start` on; when the next would come."""
    for tick in range(count):
        follower.hear(start + tick * 60 / (24 * bpm))
    return start + count * 60 / (24 * bpm)


def test_there_is_a_line_from_the_second_tick_on() -> None:
    follower = TickFollower()
    assert follower.line is None
    follower.hear(3.0)
    assert follower.line is None
    follower.hear(3.0 + 1 / 48)
    line = follower.line
    assert line is not None and line.bpm == pytest.approx(120.0)
    assert line.tick_at(3.0) == pytest.approx(0.0) and line.tick_at(3.0 + 2.5 / 48) == pytest.approx(2.5)


def test_a_restart_forgets_the_ticks_and_keeps_the_tempo_as_a_first_guess() -> None:
    follower = TickFollower()
    even(follower, 0.0, 100, 97.0)
    follower.restart()
    assert follower.line is None and not follower.locked
    follower.hear(50.0)
    assert follower.line is not None and follower.line.bpm == pytest.approx(97.0, rel=1e-3)
    even(follower, 50.0 + 60 / (24 * 97.0), LOCK_TICKS, 97.0)
    assert follower.locked


def test_a_pause_before_anything_is_known_leaves_nothing_to_guess_by() -> None:
    follower = TickFollower()
    even(follower, 0.0, 5)
    follower.pause()
    follower.hear(9.0)
    assert follower.line is None and not follower.locked


def test_another_phase_is_taken_at_once_where_it_was_announced_and_the_tempo_goes_on() -> None:
    follower = TickFollower()
    follower.rephase()
    assert follower.line is None, "nothing was heard yet"
    now = even(follower, 0.0, 200) + 0.5 / 48
    follower.rephase()
    follower.hear(now)
    line = follower.line
    assert line is not None and line.bpm == pytest.approx(120.0, rel=0.01)
    assert line.tick_at(now) == pytest.approx(200.0, abs=0.05)


@pytest.mark.parametrize(("spread", "least", "most"), [(0.0, 0.0, 0.005), (0.012, 0.004, 0.012), (0.1, 0.005, 0.012)])
def test_jitter_is_told_within_its_bounds(spread: float, least: float, most: float) -> None:
    follower = TickFollower()
    for time in jittered([tick / 48 for tick in range(400)], spread, 4):
        follower.hear(time)
    assert least <= follower.jitter <= most


def test_ticks_that_are_nobodys_tempo_are_never_locked_to() -> None:
    follower = TickFollower()
    for tick in range(200):
        follower.hear(tick * 0.0005)  # 5,000 beats a minute
    assert not follower.locked
