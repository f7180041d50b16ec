"""A MIDI clock's transport: which ticks are the song's."""

from __future__ import annotations

import pytest

from bridge.timing.midi_clock import MidiClock

TICK = 1 / 48  # 120 BPM


def ticks(clock: MidiClock, start: float, count: int) -> float:
    """`count` ticks from `start` on; when the next would come."""
    for number in range(count):
        clock.tick(start + number * TICK)
    return start + count * TICK


def test_the_first_tick_after_start_is_beat_0() -> None:
    clock = MidiClock()
    now = ticks(clock, 0.0, 100)
    assert clock.locked and not clock.running and clock.beat_at(now) is None
    clock.start()
    begun = now
    ticks(clock, now, 48)
    assert clock.beat_at(begun) == pytest.approx(0.0, abs=1e-3)
    assert clock.beat_at(begun + 3.0) == pytest.approx(6.0, abs=1e-3)


def test_a_clock_that_ticks_only_while_it_runs() -> None:
    clock = MidiClock()
    clock.start()
    ticks(clock, 5.0, 48)
    assert clock.locked
    assert clock.beat_at(6.0) == pytest.approx(2.0, abs=1e-3)


def test_stop_and_continue_go_on_where_it_stopped() -> None:
    clock = MidiClock()
    clock.start()
    ticks(clock, 0.0, 60)
    clock.stop()
    assert clock.beat_at(2.0) is None
    clock.go_on()
    ticks(clock, 9.3, 1)
    assert clock.locked, "the tempo is known after a pause"
    ticks(clock, 9.3 + TICK, 30)
    assert clock.beat_at(9.3) == pytest.approx(60 / 24, abs=0.01)


def test_ticks_while_stopped_are_not_the_songs() -> None:
    clock = MidiClock()
    clock.start()
    now = ticks(clock, 0.0, 60)
    clock.stop()
    now = ticks(clock, now, 100)
    clock.go_on()
    ticks(clock, now, 30)
    assert clock.beat_at(now) == pytest.approx(60 / 24, abs=1e-3)


def test_song_position_stopped_and_running() -> None:
    clock = MidiClock()
    clock.locate(64)
    clock.go_on()
    now = ticks(clock, 0.0, 48)
    assert clock.beat_at(0.0) == pytest.approx(16.0, abs=1e-3)
    clock.locate(8)  # jumps back while it runs
    ticks(clock, now, 10)
    assert clock.beat_at(now) == pytest.approx(2.0, abs=1e-3)


def test_a_second_start_begins_again_and_a_second_continue_does_nothing() -> None:
    clock = MidiClock()
    clock.start()
    now = ticks(clock, 0.0, 48)
    clock.go_on()
    now = ticks(clock, now, 24)
    assert clock.beat_at(now) == pytest.approx(3.0, abs=1e-3)
    clock.start()
    ticks(clock, now, 24)
    assert clock.beat_at(now) == pytest.approx(0.0, abs=1e-3)


def test_silence_is_two_beats_without_a_tick() -> None:
    clock = MidiClock()
    assert not clock.alive and clock.silent_from == float("inf")
    clock.start()
    last = ticks(clock, 0.0, 48) - TICK
    assert clock.silent_from == pytest.approx(last + 1.0)
    clock.fall_silent()
    assert not clock.alive and not clock.running and not clock.locked
    assert clock.silent_from == float("inf")


def test_one_tick_alone_is_silent_after_a_second() -> None:
    clock = MidiClock()
    clock.tick(3.0)
    assert clock.bpm is None
    assert clock.silent_from == 4.0
