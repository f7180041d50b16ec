"""A MIDI clock's transport: which ticks are the song's."""

from __future__ import annotations

import random

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


def test_a_start_between_two_ticks_puts_the_beat_on_the_first_tick_after_it() -> None:
    clock = MidiClock()
    begun = ticks(clock, 0.0, 100) + 0.4 * TICK
    clock.start()
    clock.tick(begun)
    assert clock.beat_at(begun) == pytest.approx(0.0, abs=2e-3)
    assert clock.bpm == pytest.approx(120.0, rel=0.01)
    ticks(clock, begun + TICK, 47)
    assert clock.beat_at(begun + 1.0) == pytest.approx(2.0, abs=2e-3)


@pytest.mark.parametrize("silence", [6.3, 17.77, 300.4])
def test_a_start_after_a_pause_keeps_the_tempo_and_nothing_of_the_phase(silence: float) -> None:
    clock = MidiClock()
    clock.start()
    now = ticks(clock, 0.0, 96)
    clock.stop()
    begun = now + silence * TICK
    clock.start()
    clock.tick(begun)
    assert clock.locked
    assert clock.bpm == pytest.approx(120.0, rel=1e-3)
    assert clock.beat_at(begun) == pytest.approx(0.0, abs=1e-6)
    ticks(clock, begun + TICK, 24)
    assert clock.beat_at(begun + 0.5) == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("begin", ["start", "go_on"])
def test_a_clock_that_was_never_stopped_begins_at_beat_0(begin: str) -> None:
    clock = MidiClock()
    now = ticks(clock, 0.0, 30)
    getattr(clock, begin)()
    assert clock.running
    assert clock.beat_at(now) is None, "no tick of the song was heard yet"
    ticks(clock, now, 24)
    assert clock.beat_at(now) == pytest.approx(0.0, abs=1e-3)


def test_a_fast_clock_is_not_called_silent_before_half_a_second() -> None:
    clock = MidiClock()
    for number in range(100):
        clock.tick(number / (24 * 5))  # 300 BPM: two beats take 0.4 s
    assert clock.silent_from == pytest.approx(99 / 120 + 0.5)


def test_a_clock_that_fell_silent_and_ticks_again_has_no_bars_until_it_starts() -> None:
    clock = MidiClock()
    clock.start()
    ticks(clock, 0.0, 48)
    clock.fall_silent()
    now = ticks(clock, 20.0, 48)
    assert clock.alive and clock.locked
    assert clock.beat_at(now) is None
    clock.go_on()
    ticks(clock, now, 24)
    assert clock.beat_at(now) == pytest.approx(2.0, abs=1e-3), "it goes on where it was as it fell silent"


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_transport_does_the_song_is_where_its_ticks_counted_say(seed: int) -> None:
    """Beside a counter: a song tick is counted with each tick while the song runs."""
    draw = random.Random(seed)
    clock, running, count = MidiClock(), False, 0
    for number in range(600):
        now = number * TICK
        # Before the first ticks, all things at once, and several between two ticks.
        while draw.random() < 0.08:
            match draw.choice(["start", "stop", "go_on", "locate"]):
                case "start":
                    clock.start()
                    running, count = True, 0
                case "stop":
                    clock.stop()
                    running = False
                case "go_on":
                    clock.go_on()
                    running = True
                case _:
                    sixteenths = draw.randrange(100)
                    clock.locate(sixteenths)
                    count = 6 * sixteenths
        clock.tick(now)
        beat = clock.beat_at(now)
        assert clock.running is running
        assert (beat is not None) is (running and number > 0)
        if beat is not None:
            assert beat == pytest.approx(count / 24, abs=2e-3)
        count += running
