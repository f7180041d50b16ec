"""Who beats time: each source, and from one to the other without a jump."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest

from bridge.timing.clock import STEEPEST_SLEW
from bridge.timing.clock_source import ClockInput, Conductor
from bridge.vocabulary.events import (
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    ErrorReport,
    LinkState,
    Output,
    SetClock,
    SetLinkPlaying,
    SetLinkTempo,
    SetTempo,
    SetTransport,
    SongPosition,
)


def hear(conductor: Conductor, *items: ClockInput) -> list[Output]:
    """Take these inputs at their own times, watching for silence before each; what was said."""
    said: list[Output] = []
    for item in items:
        while conductor.wakeup() <= item.time:
            conductor.watch(conductor.wakeup())
        conductor.receive(item, item.time)
        said += conductor.take_outputs()
    return said


def ticks(start: float, bpm: float, beats: float) -> list[ClockInput]:
    return [ClockTick(start + number * 60 / (24 * bpm)) for number in range(round(24 * beats))]


def link(
    time: float, bpm: float = 120.0, beat: float | None = None, *, playing: bool = False, peers: int = 1
) -> LinkState:
    return LinkState(time, time * bpm / 60 if beat is None else beat, bpm, playing, peers)


def codes(said: Iterable[Output]) -> list[str]:
    return [item.code for item in said if isinstance(item, ErrorReport)]


# --- internal and OSC ------------------------------------------------------------------------------------


def test_the_internal_tempo_is_a_line_with_bars() -> None:
    conductor = Conductor(bpm=90.0)
    assert conductor.clock.bar_beat_at(2.0) == pytest.approx(3.0)
    hear(conductor, SetTempo(2.0, 60.0))
    assert conductor.clock.bar_beat_at(3.0) == pytest.approx(4.0)
    status = conductor.status(3.0)
    assert (status["clock"], status["tempo"], status["bar"], status["beat"]) == ("internal", 60.0, 2, 1.0)
    hear(conductor, SetTempo(4.0, 0.0))
    assert (conductor.status(5.0)["tempo"], conductor.status(5.0)["bar"]) == (0.0, None)


def test_a_transport_over_osc_moves_the_bars_also_back_and_is_let_go_when_it_stops() -> None:
    conductor = Conductor()
    hear(conductor, SetTempo(0.0, 120.0), SetTransport(1.0, True, 32.0))
    assert conductor.source == "osc" and conductor.running
    assert conductor.clock.bar_beat_at(3.0) == pytest.approx(36.0)
    beat = conductor.clock.beat_at(3.0)
    hear(conductor, SetTransport(3.0, True, 4.0))
    assert conductor.clock.beat_at(3.0) == beat
    assert conductor.clock.bar_beat_at(5.0) == pytest.approx(8.0)
    hear(conductor, SetTransport(5.0, False, 8.0))
    assert conductor.source == "internal"
    assert conductor.clock.bar_beat_at(6.0) is None


def test_a_transport_told_again_a_little_late_is_steered_not_jumped() -> None:
    conductor = Conductor()
    hear(conductor, SetTempo(0.0, 120.0), SetTransport(1.0, True, 0.0), SetTransport(2.005, True, 2.0))
    assert conductor.clock.bar_beat_at(2.005) == pytest.approx(2.01)
    assert conductor.clock.bar_beat_at(4.005) == pytest.approx(6.0)


def test_a_transport_is_not_taken_where_another_clock_was_chosen() -> None:
    conductor = Conductor("internal", bpm=120.0)
    assert codes(hear(conductor, SetTransport(1.0, True, 99.0))) == ["transport-ignored"]
    assert conductor.clock.bar_beat_at(1.0) == pytest.approx(2.0)


def test_an_unknown_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="auto, internal, midi, link, osc"):
        Conductor("sundial")
    conductor = Conductor()
    with pytest.raises(ValueError, match="sundial"):
        conductor.receive(SetClock(0.0, "sundial"), 0.0)
    assert conductor.choice == "auto"


# --- MIDI clock --------------------------------------------------------------------------------------------


def test_auto_takes_a_midi_clock_and_its_bars() -> None:
    conductor = Conductor()
    assert not hear(conductor, ClockStart(10.0), *ticks(10.0, 100.0, 8))
    assert conductor.source == "midi" and conductor.locked and conductor.running
    now = 10.0 + 8 * 0.6
    assert conductor.clock.bpm == pytest.approx(100.0, rel=0.002)
    assert conductor.clock.bar_beat_at(now) == pytest.approx(8.0, abs=0.002)
    assert conductor.status(now)["bar"] == 3


def test_ticks_without_a_start_give_a_tempo_and_no_bars() -> None:
    conductor = Conductor()
    hear(conductor, *ticks(0.0, 100.0, 4))
    status = conductor.status(2.4)
    assert status["tempo"] == pytest.approx(100.0, rel=0.002)
    assert status["bar"] is None and not conductor.clock.metered


def test_stop_loses_the_bars_and_continue_finds_them_again() -> None:
    conductor = Conductor()
    hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8), ClockStop(4.0))
    assert not conductor.clock.metered and conductor.clock.bpm == pytest.approx(120.0, rel=0.002)
    hear(conductor, SongPosition(4.4, 64), ClockContinue(4.5), *ticks(4.5, 120.0, 2))
    assert conductor.clock.bar_beat_at(5.5) == pytest.approx(18.0, abs=0.02)


def test_a_clock_that_falls_silent_counts_as_stopped_and_its_tempo_goes_on() -> None:
    conductor = Conductor()
    hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8))
    last = 4.0 - 60 / (24 * 120)
    assert conductor.wakeup() == pytest.approx(last + 1.0, abs=0.01)
    assert not conductor.watch(last + 0.9)
    assert conductor.running, "it is held for two beats"
    assert conductor.watch(last + 1.01)
    assert codes(conductor.take_outputs()) == ["clock-silent"]
    assert conductor.source == "internal" and not conductor.running
    assert conductor.clock.bpm == pytest.approx(120.0, rel=0.002)
    assert conductor.status(9.0)["tempo"] == pytest.approx(120.0, rel=0.002)


def test_a_clock_that_was_stopped_may_fall_silent_without_a_word() -> None:
    conductor = Conductor()
    hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8), ClockStop(4.0))
    assert conductor.watch(6.0)
    assert not conductor.take_outputs()
    assert conductor.source == "internal"


@pytest.mark.parametrize(("bpm", "code"), [(240.0, "clock-doubled"), (60.0, "clock-halved")])
def test_a_clock_that_doubles_or_halves_is_followed_with_a_warning(bpm: float, code: str) -> None:
    conductor = Conductor()
    said = hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8), *ticks(4.0, bpm, 8))
    assert codes(said) == [code]
    assert conductor.clock.bpm == pytest.approx(bpm, rel=0.01)
    assert conductor.clock.bar_beat_at(4.0 + 8 * 60 / bpm) == pytest.approx(16.0, abs=0.1)


def test_a_ramp_is_no_doubling() -> None:
    time, script = 0.0, [ClockStart(0.0)]
    for tick in range(24 * 64):
        script.append(ClockTick(time))  # type: ignore[arg-type]
        time += 60 / (24 * (90 + 60 * tick / (24 * 64)))
    assert not hear(Conductor(), *script)


@pytest.mark.parametrize("started", [True, False])
def test_our_own_clock_come_back_is_not_followed_and_that_is_said_once(started: bool) -> None:
    conductor = Conductor(bpm=120.0, beats_time=True)
    echo = [ClockStart(0.003)] if started else []
    said = hear(conductor, *echo, *ticks(0.004, 120.0, 16))
    assert codes(said) == ["clock-loop"]
    assert conductor.source == "internal"
    assert (conductor.clock.bpm, conductor.clock.bar_beat_at(8.0)) == (120.0, 16.0)


def test_somebody_elses_clock_is_followed_while_ours_goes_out() -> None:
    for start, bpm in ((4.3, 120.0), (0.004, 126.0)):
        conductor = Conductor(bpm=120.0, beats_time=True)
        hear(conductor, ClockStart(start), *ticks(start, bpm, 16))
        assert conductor.source == "midi"
        assert conductor.clock.bpm == pytest.approx(bpm, rel=0.01)


def test_a_clock_at_1000_bpm_is_refused_once_and_the_tempo_held() -> None:
    conductor = Conductor()
    said = hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8), *ticks(4.0, 1010.0, 40))
    assert codes(said) == ["clock-refused"]
    assert conductor.clock.bpm == pytest.approx(120.0, rel=0.1)


def test_the_tempo_is_the_midi_clocks_while_there_is_one() -> None:
    conductor = Conductor()
    hear(conductor, *ticks(0.0, 120.0, 4))
    assert codes(hear(conductor, SetTempo(2.0, 90.0))) == ["tempo-followed"]
    assert conductor.clock.bpm == pytest.approx(120.0, rel=0.002)


# --- Link ----------------------------------------------------------------------------------------------------


def test_link_gives_tempo_beat_and_transport() -> None:
    conductor = Conductor()
    hear(conductor, link(1.0, 110.0, 7.25, playing=True))
    assert conductor.source == "link" and conductor.running
    assert conductor.clock.bpm == 110.0
    assert conductor.clock.bar_beat_at(3.0) == pytest.approx(7.25 + 2 * 110 / 60)


def test_the_line_is_steered_to_link_and_its_tempo_is_followed_at_once() -> None:
    conductor = Conductor()
    hear(conductor, link(1.0, 120.0, 2.0), link(2.0, 120.0, 4.02), link(3.0, 140.0, 6.02))
    assert conductor.clock.bar_beat_at(3.0) == pytest.approx(6.02, abs=1e-3)
    assert conductor.clock.bpm == 140.0


def test_without_a_peer_link_is_not_followed_and_when_the_last_one_goes_the_tempo_goes_on() -> None:
    conductor = Conductor()
    assert not hear(conductor, link(1.0, 110.0, peers=0))
    assert conductor.source == "internal"
    hear(conductor, link(2.0, 110.0, peers=1))
    assert codes(hear(conductor, link(3.0, 110.0, peers=0))) == ["link-alone"]
    assert conductor.source == "internal"
    assert conductor.status(4.0)["tempo"] == 110.0
    assert conductor.clock.bar_beat_at(4.0) == pytest.approx(4.0 * 110 / 60, abs=0.02)


def test_who_follows_link_sets_its_tempo_and_transport() -> None:
    conductor = Conductor("link")
    hear(conductor, link(1.0, peers=0))
    assert hear(conductor, SetTempo(2.0, 99.0)) == [SetLinkTempo(99.0)]
    assert hear(conductor, SetTransport(2.0, True, 0.0)) == [SetLinkPlaying(True)]
    assert conductor.clock.bpm == 120.0, "until Link says so"


# --- from one to the other -----------------------------------------------------------------------------------


def test_the_first_that_speaks_keeps_the_clock() -> None:
    conductor = Conductor()
    hear(conductor, link(0.0), ClockStart(0.1), *ticks(0.1, 90.0, 4))
    assert conductor.source == "link" and conductor.clock.bpm == 120.0
    hear(conductor, SetClock(2.8, "midi"), *ticks(0.1 + 4 * 60 / 90, 90.0, 1))
    assert conductor.source == "midi"
    assert conductor.clock.bpm == pytest.approx(90.0, rel=0.002)


def test_when_the_source_goes_who_else_speaks_is_next() -> None:
    conductor = Conductor()
    hear(conductor, ClockStart(0.0), *ticks(0.0, 90.0, 4), link(2.0), ClockTick(4 * 60 / 90))
    assert conductor.source == "midi"
    conductor.watch(conductor.wakeup())
    assert conductor.source == "link"


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_sources_do_beats_neither_jump_nor_run_backwards(seed: int) -> None:
    draw = random.Random(seed)
    conductor, now = Conductor(), 0.0
    before = conductor.clock
    for _ in range(300):
        now += draw.choice([0.0, 0.004, 0.02, 0.02, 0.021, 0.3])
        item: ClockInput = draw.choice(
            [
                *([ClockTick(now)] * 20),
                ClockStart(now),
                ClockStop(now),
                ClockContinue(now),
                SongPosition(now, draw.randrange(200)),
                link(now, draw.choice([60.0, 120.0, 174.0]), draw.uniform(0, 100), peers=draw.randrange(2)),
                SetTempo(now, draw.choice([0.0, 60.0, 133.0])),
                SetTransport(now, draw.random() < 0.5, draw.uniform(0, 100)),
                SetClock(now, draw.choice(["auto", "internal", "midi", "link", "osc"])),
            ]
        )
        conductor.receive(item, now)
        conductor.watch(now)
        clock = conductor.clock
        assert clock.beat_at(now) == pytest.approx(before.beat_at(now), abs=1e-6)
        beats = [clock.beat_at(now + step / 10) for step in range(40)]
        steepest = (1 + STEEPEST_SLEW) * clock.bpm / 600 + 1e-6
        assert all(0 < after - first <= steepest for first, after in itertools.pairwise(beats))
        before = clock


def test_bars_count_from_the_beginning_of_the_set() -> None:
    conductor = Conductor("internal", 120.0)
    conductor.count_from(5000.3)
    assert (conductor.status(5000.3)["bar"], conductor.status(5000.3)["beat"]) == (1, 1.0)
    assert (conductor.status(5004.8)["bar"], conductor.status(5004.8)["beat"]) == (3, 2.0)


def test_links_bars_count_from_where_it_was_joined() -> None:
    conductor = Conductor("link")
    conductor.receive(LinkState(100.0, 9001.0, 120.0, True, 2), 100.0)
    assert conductor.status(100.0)["bar"] == 1
    conductor.receive(LinkState(104.0, 9009.0, 120.0, True, 2), 104.0)
    assert conductor.status(104.0)["bar"] == 3
    conductor.receive(LinkState(105.0, 2.0, 120.0, True, 3), 105.0)
    assert conductor.status(105.0)["bar"] == 1
