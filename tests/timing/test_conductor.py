"""Who beats time: each source, and from one to the other without a jump."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest

from bridge.timing.clock import STEEPEST_SLEW
from bridge.timing.conductor import ClockInput, Conductor
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
    Tap,
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


# --- the human's own tempo -----------------------------------------------------------------------------------


def keys(conductor: Conductor, start: float, period: float, count: int) -> list[bool]:
    """Hear `count` keys, one each `period` seconds; whether the clock changed with each."""
    return [conductor.hear(start + number * period, start + number * period) for number in range(count)]


def test_who_begins_without_a_tempo_begins_at_the_clocks_own_with_a_downbeat_and_a_word() -> None:
    conductor = Conductor()
    conductor.set_bars(3.0)
    assert conductor.begin(4.0)
    (said,) = conductor.take_outputs()
    assert isinstance(said, ErrorReport) and said.code == "own-tempo"
    assert "beginning at 120 bpm" in said.text and "/antiphon/tempo" in said.text
    assert conductor.tempo == 120.0 and conductor.locked and conductor.running
    assert conductor.clock.bar_beat_at(4.0) == pytest.approx(0.0)
    assert (conductor.status(5.5)["bar"], conductor.status(5.5)["beat"]) == (2, 1.0)
    assert not conductor.begin(9.0), "it has a tempo now"
    assert conductor.clock.bar_beat_at(4.5) == pytest.approx(1.0)


def test_who_begins_after_playing_for_a_while_begins_at_the_tempo_that_was_heard() -> None:
    conductor = Conductor()
    assert not any(keys(conductor, 1.0, 0.6, 9)), "nobody has asked for a beat yet"
    assert conductor.tempo == 0.0 and not conductor.clock.metered
    assert conductor.begin(1.0 + 8 * 0.6)
    assert "beginning at 100 bpm" in "".join(
        item.text for item in conductor.take_outputs() if isinstance(item, ErrorReport)
    )
    assert conductor.clock.bpm == pytest.approx(100.0, rel=1e-3)
    assert conductor.clock.bar_beat_at(1.0 + 12 * 0.6) == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize("conductor", [Conductor("midi"), Conductor("link"), Conductor("osc"), Conductor(bpm=90.0)])
def test_nobody_begins_where_a_clock_was_chosen_or_a_tempo_set(conductor: Conductor) -> None:
    before = conductor.clock
    assert not conductor.begin(3.0)
    assert conductor.clock == before and not conductor.take_outputs()


@pytest.mark.parametrize("period", [0.4, 0.55, 0.8])
def test_once_the_humans_tempo_is_heard_the_first_key_was_the_downbeat(period: float) -> None:
    conductor = Conductor()
    conductor.begin(2.0)
    changed = keys(conductor, 2.0, period, 17)
    assert sum(changed) == 1, "a player who keeps the tempo moves the clock once"
    assert conductor.clock.bpm == pytest.approx(60 / period, rel=2e-3)
    assert conductor.clock.bar_beat_at(2.0 + 16 * period) == pytest.approx(16.0, abs=0.02)


def test_a_player_who_pushes_takes_the_clock_along() -> None:
    conductor = Conductor()
    conductor.begin(0.0)
    now = 0.0
    for number in range(64):
        conductor.hear(now, now)
        now += 0.6 * 0.997**number
    assert conductor.clock.bpm == pytest.approx(100 / 0.997**63, rel=0.02)
    beat = conductor.clock.bar_beat_at(now)
    assert beat is not None and abs(beat - round(beat)) < 0.05


def test_a_player_beside_another_clock_or_a_set_tempo_moves_nothing() -> None:
    conductor = Conductor()
    conductor.begin(0.0)
    keys(conductor, 0.0, 0.5, 10)
    hear(conductor, SetTempo(5.0, 90.0))
    assert not any(keys(conductor, 6.0, 0.5, 20))
    assert conductor.clock.bpm == 90.0
    conductor = Conductor()
    conductor.begin(0.0)
    hear(conductor, link(1.0, 77.0))
    assert not any(keys(conductor, 2.0, 0.5, 20))
    assert conductor.clock.bpm == 77.0


# --- taps ----------------------------------------------------------------------------------------------------


def test_the_first_of_a_new_count_of_taps_is_a_downbeat_and_those_after_it_go_on_counting() -> None:
    conductor = Conductor(bpm=120.0)
    hear(conductor, Tap(1.3))
    assert conductor.clock.bar_beat_at(1.3) == pytest.approx(2.6), "one tap says nothing"
    hear(conductor, Tap(1.9))
    assert conductor.clock.bpm == pytest.approx(100.0)
    assert conductor.clock.bar_beat_at(2.5) == pytest.approx(2.0, abs=0.02)
    hear(conductor, Tap(2.5), Tap(3.1))
    assert conductor.clock.bar_beat_at(3.7) == pytest.approx(4.0, abs=0.02)
    hear(conductor, Tap(20.2), Tap(20.8))
    assert conductor.clock.bar_beat_at(21.4) == pytest.approx(2.0, abs=0.02)


def test_a_tap_that_is_told_late_counts_from_when_it_was() -> None:
    conductor = Conductor()
    for count in range(3):
        conductor.receive(Tap(1.0 + 0.5 * count), 1.07 + 0.5 * count)
    assert conductor.clock.bar_beat_at(3.0) == pytest.approx(4.0, abs=0.02)


def test_taps_too_fast_for_a_tempo_are_not_taken() -> None:
    conductor = Conductor()
    hear(conductor, Tap(1.0), Tap(1.05), Tap(1.1))
    assert conductor.tempo == 0.0 and not conductor.clock.metered


@pytest.mark.parametrize("choice", ["midi", "link", "osc"])
def test_a_tap_beside_another_clock_is_refused_with_the_way_out(choice: str) -> None:
    conductor = Conductor(choice)
    (said,) = hear(conductor, Tap(1.0))
    assert isinstance(said, ErrorReport) and said.code == "tempo-followed"
    assert f"the clock is {choice}" in said.text and "/antiphon/clock" in said.text


# --- how things stand ----------------------------------------------------------------------------------------


def test_the_status_of_a_set_in_free_time() -> None:
    assert Conductor().status(3.0) == {
        "clock": "internal",
        "clock_choice": "auto",
        "clock_locked": False,
        "clock_jitter_ms": None,
        "link_peers": 0,
        "tempo": 0.0,
        "running": False,
        "bar": None,
        "beat": None,
        "beats_per_bar": 4.0,
    }


def test_the_status_of_a_set_that_follows_link_and_one_that_follows_a_midi_clock() -> None:
    conductor = Conductor()
    hear(conductor, link(0.0, 110.123, 8.0, playing=True, peers=3))
    status = conductor.status(1.0)
    assert (status["clock"], status["link_peers"], status["clock_locked"], status["running"]) == ("link", 3, True, True)
    assert status["tempo"] == 110.12 and status["beat"] == 2.84
    hear(conductor, link(1.5, 110.123))
    assert not conductor.running, "Link's transport was stopped"
    conductor = Conductor()
    hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 4))
    jitter = conductor.status(2.0)["clock_jitter_ms"]
    # In milliseconds, to the hundredth.
    assert isinstance(jitter, float) and 1.0 < jitter < 10.0 and round(jitter, 2) == jitter


@pytest.mark.parametrize("choice", ["midi", "link", "osc"])
def test_a_clock_that_was_chosen_and_has_not_spoken_is_neither_locked_nor_running(choice: str) -> None:
    conductor = Conductor(choice)
    assert conductor.source == choice
    assert not conductor.locked and not conductor.running
    assert conductor.status(1.0)["bar"] is None


def test_bars_of_another_length_count_on_from_where_the_song_is() -> None:
    conductor = Conductor(bpm=60.0)
    conductor.set_bars(3.5)
    assert (conductor.status(7.5)["bar"], conductor.status(7.5)["beat"]) == (3, 1.5)
    assert conductor.status(7.5)["beats_per_bar"] == 3.5


# --- what was chosen -----------------------------------------------------------------------------------------


def test_who_chooses_a_clock_that_speaks_already_is_led_by_it_at_once() -> None:
    conductor = Conductor("internal", 120.0)
    hear(conductor, link(0.0, 80.0, 3.0), ClockStart(0.1), *ticks(0.1, 150.0, 4))
    assert conductor.clock.bpm == 120.0
    hear(conductor, SetClock(1.8, "link"))
    assert conductor.clock.bpm == 80.0
    assert conductor.clock.bar_beat_at(3.0) == pytest.approx(7.0)
    hear(conductor, SetClock(3.0, "midi"))
    # The MIDI clock fell silent meanwhile, and has nothing to say.
    assert conductor.clock.bpm == 80.0 and not conductor.locked


def test_back_in_auto_whoever_speaks_leads_or_the_tempo_goes_on() -> None:
    conductor = Conductor("internal", 120.0)
    hear(conductor, *ticks(0.1, 150.0, 4), SetClock(1.68, "auto"))
    assert conductor.source == "midi"
    conductor = Conductor("internal", 120.0)
    hear(conductor, link(0.0, 80.0), SetClock(1.0, "auto"))
    assert conductor.source == "link"
    conductor = Conductor("internal", 120.0)
    hear(conductor, link(0.0, 80.0, peers=0), SetClock(1.0, "auto"))
    assert (conductor.source, conductor.tempo) == ("internal", 120.0)


def test_a_clock_that_was_chosen_is_kept_when_it_stops() -> None:
    conductor = Conductor("osc")
    hear(conductor, SetTransport(0.0, True, 0.0), SetTransport(2.0, False, 4.0))
    assert conductor.source == "osc" and not conductor.running and conductor.tempo == 120.0
    conductor = Conductor("midi")
    hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 4))
    conductor.watch(conductor.wakeup())
    assert conductor.source == "midi" and not conductor.locked


def test_free_time_is_not_taken_from_who_follows_link() -> None:
    conductor = Conductor("link")
    hear(conductor, link(1.0, 100.0))
    (said,) = hear(conductor, SetTempo(2.0, 0.0))
    assert isinstance(said, ErrorReport) and said.code == "tempo-followed" and "Link has a tempo" in said.text
    assert hear(conductor, SetTransport(2.0, False, 0.0)) == [SetLinkPlaying(False)]


def test_a_clock_out_of_range_is_told_of_again_once_it_was_in_range_between() -> None:
    conductor = Conductor()
    fast, slow = ticks(4.0, 1010.0, 40), ticks(4.0 + 40 * 60 / 1010 + 0.02, 120.0, 24)
    again = ticks(20.0, 1010.0, 40)
    said = hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8), *fast, *slow, ClockStop(19.9), *again)
    refusals = [item for item in said if isinstance(item, ErrorReport) and item.code == "clock-refused"]
    assert len(refusals) == 2
    assert "20 to 999 can be followed" in refusals[0].text and "the tempo goes on at" in refusals[0].text


@pytest.mark.parametrize("beats_time", [True, False])
def test_who_sends_a_clock_is_told_that_a_doubled_one_may_be_its_own(beats_time: bool) -> None:
    conductor = Conductor(beats_time=beats_time)
    said = hear(conductor, ClockStart(0.0), *ticks(0.0, 120.0, 8), *ticks(4.0, 240.0, 8))
    (warning,) = [item for item in said if isinstance(item, ErrorReport)]
    assert "from 120 to 2" in warning.text
    assert ("if our own clock comes back" in warning.text) is beats_time


def test_a_tempo_that_does_not_exist_changes_nothing() -> None:
    conductor = Conductor(bpm=100.0)
    for bpm in (19.9, 1000.0, -5.0, float("nan")):
        with pytest.raises(ValueError, match=r"0 for free time, or 20 to 999 bpm"):
            conductor.receive(SetTempo(1.0, bpm), 1.0)
    assert conductor.tempo == 100.0


def test_taps_are_a_tempo_that_is_kept_whatever_is_played_then() -> None:
    conductor = Conductor()
    conductor.begin(0.0)
    keys(conductor, 0.0, 0.5, 10)
    hear(conductor, Tap(6.0), Tap(6.75))
    assert conductor.tempo == pytest.approx(80.0)
    assert not any(keys(conductor, 8.0, 0.5, 20)) and conductor.tempo == pytest.approx(80.0)
    fresh = Conductor()
    hear(fresh, Tap(1.0), Tap(1.5))
    assert fresh.tempo == pytest.approx(120.0) and fresh.locked and not fresh.begin(2.0)


def test_who_keeps_their_own_time_hears_of_other_clocks_and_is_not_moved_by_them() -> None:
    conductor = Conductor("internal", 120.0)
    hear(conductor, link(0.0, 80.0, 100.0), *ticks(0.1, 150.0, 4))
    assert not hear(conductor, SetTempo(1.7, 90.0)) and conductor.tempo == 90.0
    assert conductor.status(1.7)["bar"] == 1, "bars are our own, and not Link's"
    assert codes(hear(conductor, SetTransport(2.0, True, 0.0))) == ["transport-ignored"]


def test_who_chooses_a_midi_clock_that_ticks_is_led_by_it_before_the_next_tick() -> None:
    conductor = Conductor("internal", 120.0)
    hear(conductor, ClockStart(0.1), *ticks(0.1, 150.0, 4), SetClock(1.69, "midi"))
    assert conductor.tempo == pytest.approx(150.0, rel=0.01)
    assert conductor.clock.bar_beat_at(1.7) == pytest.approx(4.0, abs=0.02)


def test_a_few_ticks_are_no_clock_to_go_over_to() -> None:
    conductor = Conductor("internal", 120.0)
    hear(conductor, *ticks(0.1, 150.0, 0.25), SetClock(0.2, "auto"))
    assert (conductor.source, conductor.tempo) == ("internal", 120.0)


def test_a_transport_that_was_chosen_is_not_passed_on_to_link() -> None:
    conductor = Conductor("osc")
    said = hear(conductor, link(0.0, 80.0), SetTransport(1.0, True, 5.0), SetTempo(1.5, 100.0))
    assert not said and conductor.running and conductor.tempo == 100.0
    assert conductor.clock.bar_beat_at(1.5) == pytest.approx(6.0)


def test_who_chose_link_follows_it_with_nobody_else_there_and_is_not_told_of_it() -> None:
    conductor = Conductor("link")
    assert not hear(conductor, link(1.0, 99.0, peers=0), link(2.0, 99.0, peers=1), link(3.0, 99.0, peers=0))
    assert conductor.source == "link" and conductor.tempo == 99.0
    auto = Conductor()
    assert not hear(auto, link(1.0, 99.0, peers=0), link(2.0, 99.0, peers=0))
    assert (auto.source, auto.tempo) == ("internal", 0.0)


def test_a_clock_as_fast_as_ours_is_followed_by_who_sends_none() -> None:
    conductor = Conductor(bpm=120.0)
    assert not hear(conductor, ClockStart(0.003), *ticks(0.004, 120.0, 4))
    assert conductor.source == "midi"
