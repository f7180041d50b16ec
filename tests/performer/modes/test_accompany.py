"""A band under the human: on the clock, from bar line to bar line, never silent for good and never a clutter."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from itertools import groupby

import numpy as np
import pytest
from performing import PHRASE, codes, offs, ons, phrase, plans, retold, settle, simulation, turns

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.performer.modes.accompany import WAITS
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import (
    Input,
    NoteOff,
    NoteOn,
    Panic,
    Respond,
    SetParameter,
    SetTempo,
    SetTransport,
    SetVoice,
    Stop,
)
from bridge.vocabulary.parameters import NO_END

BAND = {"drums": (True, 10), "bass": (True, 2), "guitar": (True, 3)}
UNIFORM = np.full(5, 0.4, dtype=np.float32)


class Soloist(FakeModel):
    """Expects the human to play, late, and nobody else, unless it is told otherwise."""

    def sample(self, constraints, *given, **named):  # type: ignore[no-untyped-def]
        constraints = constraints.copy()
        keys = VOICES.index("keys")
        if constraints.voice[keys]:
            constraints.only_voices([keys])
        last = np.flatnonzero(constraints.dt)[-1:]
        constraints.dt[:] = False
        constraints.dt[last] = True
        return super().sample(constraints, *given, **named)


def band(model: FakeModel | None = None, step: float = 0.002, tempo: float = 120.0, **values: object) -> Simulation:
    return simulation("accompany", model=model, step=step, tempo=tempo, voices=BAND, values=values)


def beats(sim: Simulation, bpm: float = 120.0) -> list[float]:
    return [time * bpm / 60.0 for time, _, _ in ons(sim)]


def off_the_grid(sim: Simulation, parts: int, since: float = 0.0, bpm: float = 120.0, offset: float = 0.0) -> float:
    """The furthest that a note lies from a line, in lines; bass and chords may come up to WAITS after it."""
    found = [0.0]
    for time, channel, _ in ons(sim):
        line = ((time - since) * bpm / 60.0 + offset) * parts
        waits = 0.0 if channel == 10 else WAITS * bpm / 60.0 * parts
        late = line - round(line - waits / 2)
        found += [max(-late, late - waits, 0.0)] if time >= since else []
    return max(found)


def test_it_comes_in_on_the_bar_line_and_keeps_to_sixteenths() -> None:
    sim = band()
    sim.play(phrase(pitches=PHRASE * 10), until=14.0)
    played = beats(sim)
    assert played[0] == pytest.approx(4.0, abs=0.005)
    assert len(played) > 40
    assert off_the_grid(sim, 4) < 0.02
    assert {channel for _, channel, _ in ons(sim)} == {2, 3, 10}


def test_triplets_where_they_are_asked_for() -> None:
    sim = band(quantize=12.0)
    sim.play(phrase(pitches=PHRASE * 10), until=14.0)
    played = beats(sim)
    assert played and off_the_grid(sim, 3) < 0.02
    assert any(abs(beat * 4 - round(beat * 4)) > 0.2 for beat in played)


def test_clicks_are_given_out_no_further_ahead_than_the_lookahead() -> None:
    sim = band(tempo=40.0, count_in=2.0, lookahead=0.1)
    just_after_the_bar_line = 6.05
    sim.play([NoteOn(just_after_the_bar_line, 60, 80), NoteOff(6.2, 60)], until=16.0)
    ahead = [plan.onset - time for time, plan in plans(sim)]
    assert len(ahead) > 5
    assert max(ahead) <= 0.1 + 0.005


def test_the_last_chord_is_given_out_no_further_ahead_than_the_lookahead() -> None:
    sim = band(quantize=1.0, lookahead=0.1)
    sim.play(phrase(pitches=PHRASE * 3), until=7.0)
    sim.play([Stop(7.0)], until=14.0)
    assert beats(sim)[-1] == pytest.approx(20.0, abs=0.02)
    assert max(plan.onset - time for time, plan in plans(sim)) <= 0.1 + 0.005


def test_it_counts_in() -> None:
    sim = band(count_in=2.0)
    sim.play([NoteOn(1.0, 60, 80), NoteOff(1.2, 60)], until=9.0)
    clicks = [(time, data) for time, data in sim.sent if data[:2] == b"\x99\x25" and time < 5.9]
    assert [time * 2 for time, _ in clicks] == pytest.approx([4, 5, 6, 7, 8, 9, 10, 11], abs=0.005)
    assert [data[2] for _, data in clicks] == [104, 80, 80, 80] * 2
    assert [time for time, _, _ in ons(sim)][8] == pytest.approx(6.0, abs=0.005)


def test_asked_with_nothing_heard_it_counts_in_a_bar_and_plays() -> None:
    sim = band()
    sim.play([Respond(1.5)], until=9.0)
    assert beats(sim)[:4] == pytest.approx([4.0, 5.0, 6.0, 7.0], abs=0.005)
    assert len(ons(sim)) > 10


def test_it_is_never_silent_for_more_than_a_bar_whoever_the_model_expects() -> None:
    sim = band(model=Soloist())
    sim.play([NoteOn(1.0, 60, 80), NoteOff(1.2, 60)], until=60.0)
    assert np.diff(beats(sim)).max() <= 4.0 + 0.02


def test_it_is_no_clutter() -> None:
    sim = band(polyphony=32.0, lookahead=2.0)
    sim.play(phrase(pitches=PHRASE * 10), until=30.0)
    played = [(round(time * 8), channel) for time, channel, _ in ons(sim)]  # sixteenths, by voice
    assert max(Counter(played).values()) <= 4
    assert max(Counter(entry for entry in played if entry[1] == 2).values()) == 1
    assert max(Counter(entry for entry in played if entry[1] == 10).values()) <= 3
    assert max(Counter(line // 4 for line, _ in played).values()) <= 12  # a groove, a bass line and a chord or two


def test_stopped_it_ends_on_the_bar_line_with_a_last_note_of_every_voice() -> None:
    sim = band()
    sim.play([*phrase(pitches=PHRASE * 4), Stop(8.5)], until=30.0)  # beat 17: the line is beat 20
    last = [(channel, pitch) for time, channel, pitch in ons(sim) if time > 9.99]
    assert beats(sim)[-1] == pytest.approx(20.0, abs=0.005)
    assert {channel for channel, _ in last} == {2, 3, 10}
    assert [pitch % 12 for channel, pitch in last if channel == 2] == [0], "no root under the last chord"
    assert max(time for time, _, _ in offs(sim)) <= 10.5 + 0.005
    assert turns(sim)[-1] == (pytest.approx(10.5, abs=0.01), "human")


def test_stopped_twice_it_is_silent_at_once() -> None:
    sim = band()
    sim.play([*phrase(pitches=PHRASE * 4), Stop(8.5), Stop(8.6)], until=20.0)
    assert max(time for time, _ in sim.sent) <= 8.6


def test_stopped_it_stays_out_until_the_human_begins_again() -> None:
    sim = band()
    playing_on = phrase(start=1.0, pitches=PHRASE * 12)  # until 16 s
    sim.play(sorted([*playing_on, Stop(8.5)], key=lambda item: item.time), until=19.0)
    assert beats(sim)[-1] == pytest.approx(20.0, abs=0.005)
    sim.play([NoteOn(19.1, 60, 80), NoteOff(19.3, 60)], until=24.0)
    assert next(beat for beat in beats(sim) if beat > 21) == pytest.approx(40.0, abs=0.005)


def test_without_a_clock_it_keeps_its_own_time_and_says_so_once() -> None:
    sim = simulation("accompany", voices=BAND)
    sim.play(phrase(start=1.0, pitches=PHRASE * 4), until=12.0)
    assert codes(sim) == ["own-tempo"]
    assert len(ons(sim)) > 10
    assert (ons(sim)[0][0] - 1.0) * 2 == pytest.approx(round((ons(sim)[0][0] - 1.0) * 2), abs=0.05)


def test_when_the_transport_stops_it_is_silent_and_waits() -> None:
    sim = simulation("accompany", voices=BAND)
    script: list[Input] = [SetTransport(0.5, True, 0.0), *phrase(pitches=PHRASE * 4), SetTransport(7.1, False, 13.0)]
    sim.play(script, until=20.0)
    assert ons(sim) and max(time for time, _ in sim.sent) <= 7.11
    assert not codes(sim)


def test_a_change_of_tempo_moves_the_band() -> None:
    sim = band(step=0.001)
    sim.play([*phrase(pitches=PHRASE * 2), SetTempo(6.0, 90.0)], until=14.0)
    assert len([time for time, _, _ in ons(sim) if time > 6.2]) > 10
    assert off_the_grid(sim, 4, since=6.2, bpm=90.0, offset=12.3) < 0.03


def test_the_humans_notes_do_not_disturb_the_plan_and_are_told_before_it() -> None:
    model = FakeModel()
    sim = band(model=model, lookahead=1.0)
    sim.play([NoteOn(1.0, 60, 80), NoteOff(1.2, 60)], until=5.05)
    planned = sim.port._outbox.planned
    assert planned
    sim.play([NoteOn(5.05, 72, 80)], until=5.05)
    settle(sim)
    assert sim.port._outbox.planned == planned
    told = [note.beat for note in sim.session.performer.stage.memory.notes]
    assert told == sorted(told)
    sim.play([Panic(5.051)], until=5.051)
    settle(sim)
    assert not sim.port.sounding and not sim.port._outbox.planned
    draws = [each.sample(Constraints(), UNIFORM, 1.0, 1.0) for each in (model, retold(sim, FakeModel()))]
    assert draws[0] == draws[1]


def test_voices_come_in_and_go_out_on_the_beat() -> None:
    sim = simulation("accompany", tempo=120.0, voices={"bass": (True, 2), "drums": (False, 10)})
    script: list[Input] = [
        *phrase(pitches=PHRASE * 4),
        SetVoice(6.1, "drums", True, 10),  # in at beat 13
        SetVoice(8.1, "bass", False, 2),  # out at beat 17
    ]
    sim.play(script, until=14.0)
    drums, bass = ([time for time, channel, _ in ons(sim) if channel == wanted] for wanted in (10, 2))
    assert min(drums) >= 6.5 - 0.001 and max(bass) <= 8.5
    assert max(time for time, channel, _ in offs(sim) if channel == 2) <= 8.5 + 0.005


def test_with_no_voice_of_its_own_it_says_so() -> None:
    sim = simulation("accompany", tempo=120.0, voices={"bass": (False, 2), "drums": (False, 10)})
    sim.play(phrase(), until=6.0)
    assert codes(sim) == ["no-voice"] and not ons(sim)


@pytest.mark.parametrize(("alone", "ends_by"), [("keep", None), ("stop", 12.01), ("thin", 24.0)])
def test_alone_it_goes_on_stops_or_thins_out(alone: str, ends_by: float | None) -> None:
    sim = band(alone=alone, alone_beats=8.0)
    sim.play(phrase(pitches=PHRASE * 4), until=40.0)  # the last key comes up at 5.95 s
    last = max(time for time, _, _ in ons(sim))
    if ends_by is None:
        assert last > 39.0
        return
    assert last <= ends_by and (last / 2.0) == pytest.approx(round(last / 2.0), abs=0.01), "not on a bar line"
    spans = [(6.0, 10.0), (12.0, 16.0), (16.0, 20.0)]
    counts = [sum(begin <= time < end for time, _, _ in ons(sim)) for begin, end in spans]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[2]


def test_a_parameter_may_change_the_grid_while_it_plays() -> None:
    sim = band()
    sim.play([*phrase(pitches=PHRASE * 4), SetParameter(7.0, "quantize", 4.0)], until=14.0)
    assert off_the_grid(sim, 1, since=7.5, offset=15.0) < 0.02


class Stubborn(FakeModel):
    """Plays the lowest pitch that each voice may."""

    def sample(self, constraints, *given, **named):  # type: ignore[no-untyped-def]
        lowest = deepcopy(constraints)
        for row in lowest.pitch:
            row[np.flatnonzero(row)[1:]] = False
        return super().sample(lowest, *given, **named)


@pytest.mark.parametrize("repeats", [12, 3, NO_END])
def test_no_voice_sits_on_one_pitch(repeats: int) -> None:
    sim = band(model=Stubborn(), repeats=float(repeats))
    sim.play(phrase(pitches=PHRASE * 10), until=30.0)
    longest = {}
    for channel in (2, 3):
        pitches = [pitch for _, other, pitch in ons(sim) if other == channel]
        longest[channel] = max(len(list(same)) for _, same in groupby(pitches))
    # A chord's notes take turns, so only the bass could sit on one for long.
    assert longest[2] == repeats if repeats < NO_END else longest[2] > 12
    assert longest[3] <= repeats


def held_chord(pitches: tuple[int, ...] = (60, 64, 67), bars: int = 6) -> list[Input]:
    script: list[Input] = []
    for beat in range(4 * bars):
        onset = 0.5 * beat + 0.5
        script += [NoteOn(onset, pitch, 80) for pitch in pitches] + [NoteOff(onset + 0.4, pitch) for pitch in pitches]
    return script


@pytest.mark.parametrize(("chord", "voices"), [("off", ()), ("bass", (2,)), ("on", (2, 3))])
def test_who_keeps_to_the_humans_chord(chord: str, voices: tuple[int, ...]) -> None:
    sim = band(**{} if chord == "bass" else {"chord": chord})
    sim.play(held_chord(), until=12.0)
    tones = {channel: {pitch % 12 for _, other, pitch in ons(sim) if other == channel} for channel in (2, 3)}
    if chord == "bass":
        # But for steps into the strong beats, an eighth before them.
        led = [(beat, pitch) for (_, channel, pitch), beat in zip(ons(sim), beats(sim), strict=True) if channel == 2]
        tones[2] = {pitch % 12 for beat, pitch in led if abs(beat % 2.0 - 1.5) > 0.05}
    assert min(len(played) for played in tones.values()) > 1
    for channel, played in tones.items():
        assert (played <= {0, 4, 7}) == (channel in voices)


def test_a_bass_without_a_tone_of_the_chord_in_its_range_plays_on() -> None:
    sim = simulation("accompany", tempo=120.0, voices=BAND, ranges={"bass": (37, 38)})
    sim.play(held_chord(), until=12.0)
    assert {pitch for _, channel, pitch in ons(sim) if channel == 2} == {37, 38}


def triads(roots: tuple[int, ...] = (60, 57, 65, 67), bars: int = 4, late: float = 0.0) -> list[Input]:
    """Whole notes at 120 BPM from the first bar line on, `late` seconds behind it."""
    script: list[Input] = []
    for bar in range(bars):
        onset = 2.0 * bar + late
        chord = [roots[bar % len(roots)] + step for step in (0, 4 if roots[bar % len(roots)] != 57 else 3, 7)]
        script += [NoteOn(onset, pitch, 80) for pitch in chord] + [NoteOff(onset + 1.9, pitch) for pitch in chord]
    return sorted(script, key=lambda item: item.time)


@pytest.mark.parametrize("seed", range(6))
def test_every_voice_plays_with_the_first_key_where_that_is_the_downbeat(seed: int) -> None:
    sim = simulation("accompany", tempo=120.0, voices=BAND, seed=seed)
    sim.play(triads(), until=8.0)
    first = {channel: min(time for time, other, _ in ons(sim) if other == channel) for channel in (2, 3, 10)}
    assert max(first.values()) <= 0.03
    assert {pitch % 12 for time, channel, pitch in ons(sim) if channel == 2 and time < 0.1} == {0}


@pytest.mark.parametrize("late", [-0.03, 0.0, 0.015, 0.05])
def test_the_bass_is_on_the_humans_chord_however_exactly_that_comes(late: float) -> None:
    sim = band()
    sim.play([item for item in triads(bars=6, late=late) if item.time >= 0], until=12.0)
    for bar, root in ((1, 9), (2, 5), (3, 7), (4, 0), (5, 9)):
        line = 2.0 * bar
        bass = [(time, pitch) for time, channel, pitch in ons(sim) if channel == 2 and line - 0.05 <= time < line + 0.3]
        assert bass[-1][1] % 12 == root, (bar, bass)
        assert bass[-1][0] <= line + max(late, 0.0) + 0.035


def test_drums_are_not_disturbed_by_a_chord() -> None:
    sim = band()
    sim.play(triads(bars=6, late=0.02), until=12.0)
    kicks = [time for time, channel, pitch in ons(sim) if channel == 10 and pitch == 36]
    assert all(any(abs(time - 2.0 * bar) < 0.005 for time in kicks) for bar in range(1, 6))


def test_a_band_has_drums_and_bass_unless_they_are_turned_off() -> None:
    for voices, channels in (({}, {2, 10}), ({"drums": (False, 10)}, {2}), ({"bass": (False, 2)}, {10})):
        sim = simulation("accompany", tempo=120.0, voices=voices)
        sim.play(triads(bars=2), until=4.0)
        assert {channel for _, channel, _ in ons(sim)} == channels


def test_the_bass_stays_from_e1_to_g3_unless_it_is_told_otherwise() -> None:
    sim = band()
    sim.play(triads(bars=6), until=12.0)
    assert all(28 <= pitch <= 55 for _, channel, pitch in ons(sim) if channel == 2)


@pytest.mark.parametrize(("signature", "length"), [("3/4", 3.0), ("6/8", 3.0), ("5/4", 5.0), ("7/8", 3.5)])
def test_the_bar_begins_with_kick_and_root_in_every_metre(signature: str, length: float) -> None:
    sim = simulation("accompany", tempo=120.0, voices=BAND, values={"signature": signature})
    sim.play([NoteOn(0.0, 60, 80), NoteOn(0.0, 64, 80), NoteOn(0.0, 67, 80)], until=12.0)
    begun = {channel: [time * 2 for time, other, pitch in ons(sim) if other == channel] for channel in (2, 10)}
    for bar in range(1, int(20 / length)):
        assert all(min(abs(beat - bar * length) for beat in begun[channel]) < 0.05 for channel in (2, 10))


def test_told_to_play_elsewhere_the_bass_has_its_roots_there() -> None:
    sim = simulation("accompany", tempo=120.0, voices=BAND, ranges={"bass": (60, 76)})
    sim.play(triads(bars=4), until=8.0)
    for bar, root in ((1, 9), (2, 5), (3, 7)):
        line = 2.0 * bar
        struck = [pitch for time, channel, pitch in ons(sim) if channel == 2 and line - 0.05 < time < line + 0.1]
        assert struck and struck[-1] % 12 == root and 60 <= struck[-1] <= 76
