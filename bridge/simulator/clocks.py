"""Those who beat time in a simulated set: a MIDI clock, a Link session, somebody's transport, each with its mishaps."""

from __future__ import annotations

from typing import Final

from bridge.live.link import TELL_EVERY
from bridge.simulator.happenings import Happenings, Random, Room, Wait, chance, pause
from bridge.timing.clock import FASTEST_BPM, SLOWEST_BPM
from bridge.vocabulary.events import (
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    LinkState,
    SetTempo,
    SetTransport,
    SongPosition,
)

TICKS_PER_BEAT: Final = 24
SLOW: Final = 55.0
FAST: Final = 180.0
# How likely something happens to a clock at any one beat.
MISHAP: Final = 0.02
# Ticks are held up in lumps of this many seconds (a buffer of some driver's), where they are.
LUMP: Final = 0.0107


def midi_clock(draw: Random, room: Room, begin: float) -> Happenings:
    """A MIDI clock: ticks with jitter or in lumps, a tempo that drifts; drop-outs, doubling, halving, jumps, stops."""
    bpm, jitter = float(draw.uniform(SLOW, FAST)), float(draw.choice([0.0, 0.0005, 0.002, 0.004]))
    lumpy, number, true, last = chance(draw, 0.3), 0, begin, begin
    yield ClockStart(begin)
    while True:
        true += 60.0 / (bpm * TICKS_PER_BEAT)
        arrives = true + abs(float(draw.normal(0.0, jitter)))
        if lumpy:
            arrives = (arrives // LUMP + 1.0) * LUMP
        last = max(arrives, last)
        yield ClockTick(last)
        number += 1
        if number % TICKS_PER_BEAT:
            continue
        bpm = min(max(bpm * float(draw.normal(1.0, 0.003)), SLOW), FAST)
        if not chance(draw, MISHAP):
            continue
        match int(draw.integers(6)):
            case 0:  # some ticks are lost
                true += int(draw.integers(1, 60)) * 60.0 / (bpm * TICKS_PER_BEAT)
            case 1:  # the clock dies for a while
                true += pause(draw, 6.0)
            case 2:
                bpm *= float(draw.choice([0.5, 2.0]))
            case 3:
                bpm = float(draw.uniform(SLOW, FAST))
            case 4:
                yield ClockStop(last)
                true += pause(draw, 3.0)
                last = max(true, last)
                if chance(draw, 0.5):
                    yield SongPosition(last, int(draw.integers(0, 400)))
                yield ClockContinue(last)
            case _:
                yield ClockStart(last)


def link_session(draw: Random, room: Room, begin: float) -> Happenings:
    """A Link session: somebody joins, sets the tempo, moves the beat, leaves; it obeys what the machine asks."""
    bpm, peers, running = float(draw.uniform(SLOW, FAST)), 0, False
    time, beat = begin, float(draw.uniform(0.0, 64.0))
    while True:
        yield LinkState(time, beat, bpm, running, peers)
        gap = TELL_EVERY if chance(draw, 0.8) else pause(draw, 0.2, 0.01)
        time, beat = time + gap, beat + gap * bpm / 60.0
        yield Wait(time)
        if room.link_bpm is not None:
            bpm, room.link_bpm = min(max(room.link_bpm, SLOWEST_BPM), FASTEST_BPM), None
        if room.link_playing is not None:
            running, room.link_playing = room.link_playing, None
        match int(draw.integers(60)):
            case 0 | 1 | 2 if peers == 0:
                peers = 1
            case 3:
                peers = int(draw.integers(0, 3))
            case 4:
                bpm = float(draw.uniform(SLOW, FAST))
            case 5:
                beat += float(draw.uniform(-8.0, 8.0))
            case 6:
                running = not running
            case 7:
                time += pause(draw, 5.0)  # the network is gone for a while


def osc_transport(draw: Random, room: Room, begin: float) -> Happenings:
    """Somebody's transport over OSC: it tells each bar where it is, stops, jumps, and sets the tempo now and then."""
    time, beat, bpm = begin, 0.0, float(draw.uniform(SLOW, FAST))
    while True:
        yield SetTempo(time, bpm)
        for _ in range(int(draw.integers(1, 40))):
            yield SetTransport(time, True, beat)
            beat += 4.0
            time += 4.0 * 60.0 / bpm + float(draw.normal(0.0, 0.002))
        match int(draw.integers(4)):
            case 0:
                yield SetTransport(time, False, beat)
                time += pause(draw, 10.0)
            case 1:
                beat = float(draw.uniform(0.0, 200.0))
            case 2:
                bpm = float(draw.uniform(SLOW, FAST))
            case _:
                time += pause(draw, 10.0)


def no_clock(draw: Random, room: Room, begin: float) -> Happenings:
    """Nobody, but for somebody who sets a tempo, or takes it away again, from time to time."""
    time = begin
    while True:
        time += pause(draw, 90.0)
        yield SetTempo(time, 0.0 if chance(draw, 0.3) else float(draw.uniform(SLOW, FAST)))


CLOCKS: Final = {"internal": no_clock, "midi": midi_clock, "link": link_session, "osc": osc_transport}
