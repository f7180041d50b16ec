"""The tempo of a human who plays, or taps, without a clock."""

from __future__ import annotations

import numpy as np
import pytest
from performing import codes, phrase, simulation

from bridge.timing.conductor import Conductor
from bridge.timing.human_tempo import HumanTempo, pulse
from bridge.vocabulary.events import NoteOff, NoteOn, SetTempo, Tap

# Onsets of two bars of four beats each, in beats.
RHYTHMS = {
    "quarters": (0, 1, 2, 3, 4, 5, 6, 7),
    "eighths": tuple(np.arange(0, 8, 0.5)),
    "a tune": (0, 1, 1.5, 2, 3, 4, 5, 5.5, 6),
    "dotted": (0, 1.5, 2, 3, 3.5, 4, 5.5, 6, 7),
    "offbeats": (0, 0.5, 1.5, 2, 3, 3.5, 4, 4.5, 5.5, 6, 7, 7.5),
    "sixteenths": (0, 0.25, 0.5, 1, 1.5, 2, 2.25, 2.5, 3, 4, 4.25, 4.5, 5, 6, 7),
}
TEMPI = (70, 84, 96, 108, 120, 132, 144, 160)


def right(found: float | None, bpm: float, within: float = 0.04) -> bool:
    """Whether a tempo is this one, or exactly its half or double."""
    return found is not None and any(abs(found / bpm / factor - 1) < within for factor in (0.5, 1.0, 2.0))


def test_two_bars_are_enough_for_nine_players_in_ten() -> None:
    random = np.random.default_rng(5)
    hits = []
    for beats in RHYTHMS.values():
        for bpm in TEMPI:
            for _ in range(4):
                tempo = HumanTempo()
                for onset in np.sort(3.0 + np.array(beats) * 60 / bpm + random.normal(0, 0.015, len(beats))):
                    tempo.hear(float(onset))
                hits.append(right(tempo.bpm, bpm))
    assert np.mean(hits) >= 0.9


def test_a_player_who_slows_down_is_followed() -> None:
    random = np.random.default_rng(2)
    tempo, time, period = HumanTempo(), 1.0, 0.5
    for _ in range(96):
        tempo.hear(time + float(random.normal(0, 0.01)))
        time += period / 2
        period *= 1.002
    assert right(tempo.bpm, 60 / period, 0.03)


def test_a_syncopation_pulls_nobody_away() -> None:
    tempo = HumanTempo()
    for beat in range(8):
        tempo.hear(1.0 + 0.6 * beat)
    before = tempo.period
    tempo.hear(1.0 + 0.6 * 8.21)
    assert tempo.period == before


def test_little_says_nothing() -> None:
    assert pulse(np.array([1.0, 1.5, 2.0])) is None
    assert HumanTempo().bpm is None


@pytest.mark.parametrize("bpm", [66, 92, 140])
def test_taps_are_a_tempo_and_their_first_a_downbeat(bpm: int) -> None:
    conductor = Conductor()
    for count in range(4):
        time = 5.0 + count * 60 / bpm
        conductor.receive(Tap(time), time)
    assert conductor.clock.bpm == pytest.approx(bpm, rel=1e-3)
    later = 5.0 + 8 * 60 / bpm
    assert conductor.clock.bar_beat_at(later) == pytest.approx(8.0, abs=0.02)


def test_a_tempo_that_is_set_is_kept() -> None:
    conductor = Conductor()
    conductor.receive(SetTempo(0.0, 100.0), 0.0)
    for beat in range(16):
        time = 1.0 + 0.5 * beat
        assert not conductor.hear(time, time)
    assert conductor.clock.bpm == 100.0


@pytest.mark.parametrize("bpm", [72.0, 96.0, 138.0])
def test_a_band_plays_at_the_tempo_of_who_plays(bpm: float) -> None:
    sim = simulation("accompany", voices={"bass": (True, 2), "drums": (True, 10), "keys": (False, 1)})
    step = 60 / bpm / 2
    script = [
        item
        for index in range(64)
        for item in (
            NoteOn(1.0 + step * index, 60 + index % 8, 80),
            NoteOff(1.0 + step * (index + 0.8), 60 + index % 8),
        )
    ]
    sim.play(script, 1.0 + 60 * step)
    assert codes(sim) == ["own-tempo"]
    clock = sim.session.performer.conductor.clock
    assert right(clock.bpm, bpm, 0.01)
    beat = clock.bar_beat_at(1.0 + 32 * step)
    assert beat is not None and abs(beat - round(beat)) < 0.06


def test_phrases_in_free_time_stay_free() -> None:
    sim = simulation()
    sim.play(phrase(), 6.0)
    assert not sim.session.performer.stage.clock.metered


@pytest.mark.parametrize(
    ("onsets", "why"),
    [
        ([0.0, 0.5, 1.0, 1.5], "four are too few"),
        ([0.0, 0.3, 0.6, 0.9, 1.2], "no bar of anything lasted that short"),
        ([0.0, 5.0, 10.0, 15.0, 20.0], "nothing of it is near anything else"),
    ],
)
def test_what_says_too_little_is_no_tempo(onsets: list[float], why: str) -> None:
    assert pulse(np.array(onsets)) is None, why


@pytest.mark.parametrize("bpm", [62.0, 90.0, 105.0, 150.0])
@pytest.mark.parametrize("start", [0.0, 1000.37])
def test_even_beats_are_their_own_tempo_wherever_they_begin(bpm: float, start: float) -> None:
    found = pulse(start + np.arange(9) * 60 / bpm)
    assert found is not None
    period, beat = found
    assert right(60 / period, bpm, 0.005)
    place = (beat - start) / period
    assert abs(place - round(place)) < 0.02, "a beat is where one was"


def test_a_chord_is_one_onset_and_a_long_silence_a_new_beginning() -> None:
    tempo = HumanTempo()
    for beat in range(6):
        for late in (0.0, 0.01, 0.03):
            tempo.hear(2.0 + 0.6 * beat + late)
    assert right(tempo.bpm, 100.0, 0.02)
    assert not tempo.hear(20.0) and tempo.bpm is None
    assert tempo.beat is None


def test_who_is_not_to_look_for_a_tempo_only_remembers_until_it_is_asked() -> None:
    tempo = HumanTempo()
    assert not any(tempo.hear(1.0 + 0.5 * beat, look=False) for beat in range(8))
    assert tempo.bpm is None
    tempo.look(4.6)
    assert right(tempo.bpm, 120.0, 0.01)
    tempo.clear()
    tempo.look(4.6)
    assert tempo.bpm is None


def test_only_what_was_played_of_late_says_the_tempo() -> None:
    tempo = HumanTempo()
    for beat in range(12):
        tempo.hear(1.0 + 0.6 * beat, look=False)
    tempo.look(30.0)
    assert tempo.bpm is None


@pytest.mark.parametrize("steps", [[0.5, 0.52, 0.48, 0.5], [0.5, 0.5, 0.9, 0.5, 0.5]])
def test_taps_make_a_tempo_that_one_bad_tap_does_not_throw_over(steps: list[float]) -> None:
    tempo, now = HumanTempo(), 3.0
    assert not tempo.tap(now) and tempo.taps == 1
    for step in steps:
        now += step
        assert tempo.tap(now)
    assert tempo.bpm == pytest.approx(120.0, rel=0.01) and tempo.beat == now
    assert tempo.taps == len(steps) + 1


@pytest.mark.parametrize("gap", [2.1, 0.0, -1.0])
def test_a_tap_long_after_the_last_or_before_it_begins_a_new_count(gap: float) -> None:
    tempo = HumanTempo()
    for tap in range(3):
        tempo.tap(1.0 + 0.5 * tap)
    assert not tempo.tap(2.0 + gap) and tempo.taps == 1
    assert tempo.bpm == 120.0, "until the next tap the old tempo holds"


def test_of_many_taps_the_last_eight_count() -> None:
    tempo, now = HumanTempo(), 0.0
    for period in [0.5] * 20 + [0.75] * 7:
        tempo.tap(now)
        now += period
    tempo.tap(now)
    assert tempo.taps == 8 and tempo.bpm == pytest.approx(80.0)


@pytest.mark.parametrize("late", [0.02, -0.02])
def test_a_note_beside_the_beat_moves_it_a_part_of_the_way(late: float) -> None:
    tempo = HumanTempo()
    for beat in range(10):
        tempo.hear(1.0 + 0.6 * beat)
    tempo.hear(1.0 + 0.6 * 10 + late)
    assert tempo.beat is not None and tempo.period is not None
    moved = tempo.beat - (1.0 + 0.6 * 10)
    assert 0.0 < moved / late < 1.0 and (tempo.period - 0.6) * late > 0
