"""MIDI clock out: what a receiver that counts ticks makes of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.clock_out import ClockOut
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import BeatLine

TICK, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"


@dataclass(slots=True)
class Receiver:
    """A drum machine: where it believes the song is, in ticks, and when it got each of them."""

    position: int = -1
    running: bool = False
    next_position: int = 0
    arrivals: list[tuple[float, int]] = field(default_factory=list)

    def hear(self, messages: list[bytes], now: float) -> None:
        for message in messages:
            match message[0]:
                case 0xFA:
                    self.running, self.next_position = True, 0
                case 0xFB:
                    self.running = True
                case 0xFC:
                    self.running = False
                case 0xF2:
                    assert not self.running, "a song position is for who is stopped"
                    self.next_position = 6 * (message[1] | message[2] << 7)
                case 0xF8:
                    assert self.running
                    self.position, self.next_position = self.next_position, self.next_position + 1
                    self.arrivals.append((now, self.position))


def line(clock: SessionClock) -> BeatLine:
    beat = clock.anchor_beat + clock.song_offset
    return BeatLine(clock.anchor_time, beat, clock.bpm, clock.metered, clock.lag, clock.settled_at)


def play(out: ClockOut, receiver: Receiver, until: float) -> None:
    while (deadline := out.next_deadline()) is not None and deadline <= until:
        receiver.hear(out.due(deadline), deadline)


def test_a_song_from_its_beginning() -> None:
    out = ClockOut()
    out.accept(BeatLine(1.0, 0.0, 120.0, True, 0.0, 0.0), 1.0)
    assert out.next_deadline() == 1.0
    assert out.due(1.0) == [START, TICK]
    assert out.next_deadline() == pytest.approx(1.0 + 1 / 48)
    assert out.due(1.001) == []
    assert out.due(1.0 + 1 / 48) == [TICK]


def test_a_song_already_under_way_goes_on_at_its_next_sixteenth() -> None:
    out = ClockOut()
    out.accept(BeatLine(0.0, 0.0, 120.0, True, 0.0, 0.0), 5.01)
    assert out.due(5.01) == [b"\xf2\x29\x00"]
    assert out.next_deadline() == pytest.approx(5.125)
    assert out.due(5.125) == [CONTINUE, TICK]


def test_no_bar_no_beat() -> None:
    out = ClockOut()
    assert out.next_deadline() is None
    out.accept(BeatLine(0.0, 0.0, 120.0, False, 0.0, 0.0), 0.0)
    assert out.next_deadline() is None and out.due(9.0) == []
    out.accept(BeatLine(0.0, 0.0, 120.0, True, 0.0, 0.0), 0.0)
    out.due(0.0)
    out.accept(BeatLine(0.0, 0.0, 120.0, False, 0.0, 0.0), 0.01)
    assert out.due(0.01) == [STOP]
    assert list(out.close()) == []


def test_closing_stops_the_receiver_once() -> None:
    out = ClockOut()
    out.accept(BeatLine(0.0, 0.0, 120.0, True, 0.0, 0.0), 0.0)
    assert list(out.close()) == [STOP]
    assert list(out.close()) == []


def test_a_steered_line_changes_the_ticks_and_nothing_else() -> None:
    out, receiver = ClockOut(), Receiver()
    clock = SessionClock().with_tempo(120.0, 0.0)
    out.accept(line(clock), 0.0)
    play(out, receiver, 2.0)
    clock = clock.steered(126.0, 0.03, 2.0)
    out.accept(line(clock), 2.0)
    play(out, receiver, 6.0)
    assert [position for _, position in receiver.arrivals] == list(range(len(receiver.arrivals)))
    for time, position in receiver.arrivals:
        if time > 2.0:
            assert clock.beat_at(time) == pytest.approx(position / 24)


def test_a_song_that_jumps_stops_is_put_and_goes_on() -> None:
    out, receiver = ClockOut(), Receiver()
    clock = SessionClock().with_tempo(120.0, 0.0)
    out.accept(line(clock), 0.0)
    play(out, receiver, 2.0)
    jumped = clock.with_transport(True, 64.1, 2.01)
    out.accept(line(jumped), 2.01)
    play(out, receiver, 3.0)
    time, position = receiver.arrivals[-1]
    assert jumped.bar_beat_at(time) == pytest.approx(position / 24)


def test_a_process_held_up_sends_no_burst_and_is_right_again_on_the_next_sixteenth() -> None:
    out, receiver = ClockOut(), Receiver()
    out.accept(BeatLine(0.0, 0.0, 120.0, True, 0.0, 0.0), 0.0)
    play(out, receiver, 1.0)
    messages = out.due(1.4)
    assert messages[0] == STOP and TICK not in messages
    receiver.hear(messages, 1.4)
    play(out, receiver, 2.0)
    time, position = receiver.arrivals[-1]
    assert time == pytest.approx(position / 48)


@given(st.lists(st.floats(0.0, 0.3), max_size=60))
def test_however_it_is_woken_the_receiver_is_never_ahead_and_soon_right(waits: list[float]) -> None:
    out, receiver, now = ClockOut(), Receiver(), 0.0
    out.accept(BeatLine(0.0, 0.0, 120.0, True, 0.0, 0.0), 0.0)
    for wait in waits:
        now += wait
        receiver.hear(out.due(now), now)
        assert receiver.position <= 48 * now + 1e-3
    play(out, receiver, now + 1.0)
    last, position = receiver.arrivals[-1]
    assert last == pytest.approx(position / 48)
    assert all(first <= second for (first, _), (second, _) in itertools.pairwise(receiver.arrivals))


def test_a_song_that_is_hours_old_is_put_where_fourteen_bits_can_say() -> None:
    for sixteenths, said in ((16383, 16383), (16384, 0), (16384 + 5, 5)):
        out = ClockOut()
        out.accept(BeatLine(0.0, sixteenths / 4, 120.0, True, 0.0, 0.0), 0.0)
        assert out.due(0.0) == [bytes((0xF2, said & 0x7F, said >> 7)), CONTINUE, TICK]


def test_a_song_that_is_still_to_begin_starts_at_its_beginning() -> None:
    out = ClockOut()
    out.accept(BeatLine(1.0, -2.0, 120.0, True, 0.0, 0.0), 1.0)
    assert out.next_deadline() == pytest.approx(2.0)
    assert out.due(1.5) == []
    assert out.due(2.0) == [START, TICK]


def test_a_song_taken_up_between_two_sixteenths_goes_on_at_the_next() -> None:
    out = ClockOut()
    out.accept(BeatLine(0.0, 8.1, 120.0, True, 0.0, 0.0), 0.0)
    assert out.next_deadline() == 0.0, "where the song is is said at once"
    assert out.due(0.0) == [bytes((0xF2, 33, 0))]
    assert out.next_deadline() == pytest.approx(0.075)
    assert out.due(0.075) == [CONTINUE, TICK]


def test_no_tick_is_sent_without_bars_and_a_stop_but_once() -> None:
    out = ClockOut()
    out.accept(BeatLine(0.0, 0.0, 120.0, False, 0.0, 0.0), 0.0)
    assert out.next_deadline() is None and out.due(5.0) == []
    out.accept(BeatLine(5.0, 0.0, 120.0, True, 0.0, 0.0), 5.0)
    assert out.due(5.0) == [START, TICK]
    out.accept(BeatLine(5.5, 1.0, 120.0, False, 0.0, 0.0), 5.5)
    out.accept(BeatLine(5.6, 1.0, 120.0, False, 0.0, 0.0), 5.6)
    assert out.next_deadline() == 5.5
    assert out.due(5.6) == [STOP] and out.due(9.0) == []
    assert list(out.close()) == []


@pytest.mark.parametrize("late", [1, 2])
def test_a_tick_or_two_held_up_are_sent_and_more_move_the_song(late: int) -> None:
    out = ClockOut()
    out.accept(BeatLine(0.0, 0.0, 125.0, True, 0.0, 0.0), 0.0)  # a tick each 20 ms
    assert out.due(0.0) == [START, TICK]
    assert out.due(0.02 * late) == [TICK] * late
    held_up = out.due(0.02 * (late + 3))
    assert held_up == [STOP, bytes((0xF2, 1, 0))], "it waits for the next sixteenth, stopped"
    assert out.due(0.12) == [CONTINUE, TICK]
