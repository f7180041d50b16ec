"""Plans are held to beats: what a change of tempo, a grid, swing and an offset do to the notes that leave."""

from __future__ import annotations

import random

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import (
    BeatLine,
    ClockStart,
    ClockTick,
    Input,
    MoveNotes,
    NoteOff,
    NoteOn,
    PlayNote,
    Respond,
    SetParameter,
    SetTempo,
    Sounded,
    StepTime,
)


def simulation(mode: str = "duet", **options: object) -> Simulation:
    return Simulation(Session(Performer(FakeModel(), Settings(mode=mode, seed=5, **options))))  # type: ignore[arg-type]


def playing(start: float, end: float, step: float = 0.5) -> list[Input]:
    """A human who keeps a duet going."""
    script: list[Input] = []
    time = start
    while time < end:
        script += [NoteOn(time, 60, 80), NoteOff(time + 0.2, 60)]
        time += step
    return script


def clock_ticks(start: float, bpm: float, end: float, jitter: float = 0.0) -> list[Input]:
    draw = random.Random(1)
    times, time = [], start
    while time < end:
        times.append(time + draw.uniform(-jitter, jitter))
        time += 60 / (24 * bpm)
    first = min(times)
    return [ClockStart(first - 0.001), *(ClockTick(time) for time in sorted(times))]


def script(*parts: list[Input]) -> list[Input]:
    return sorted((item for part in parts for item in part), key=lambda item: item.time)


def ons(sim: Simulation, after: float = 0.0) -> list[float]:
    return [time for time, data in sim.sent if data[0] & 0xF0 == 0x90 and data[2] and time > after]


def planned(performer: Performer, now: float) -> list[PlayNote]:
    """Everything that the performer plans as things stand."""
    while performer.advance(now):
        pass
    return [output for output in performer.take_outputs() if isinstance(output, PlayNote)]


def answering(seed: int = 0, **values: float | str) -> Performer:
    settings = Settings(mode="respond", tempo=120.0, seed=seed, values={"lookahead": 2.0, **values})
    performer = Performer(FakeModel(), settings)
    performer.receive(NoteOn(1.0, 60, 80), 1.0)
    performer.receive(NoteOff(1.8, 60), 1.8)
    performer.receive(Respond(2.0), 2.0)
    return performer


def test_a_change_of_tempo_moves_what_has_not_sounded_and_what_has_not_ended() -> None:
    performer = answering()
    plans = {plan.note_id: plan for plan in planned(performer, 2.0)}
    assert len(plans) > 2
    first = min(plans.values(), key=lambda plan: plan.onset)
    now = first.onset + 0.001
    performer.receive(Sounded(first.onset, first.note_id), now)
    performer.receive(SetTempo(now, 60.0), now)
    moves = [output for output in performer.take_outputs() if isinstance(output, MoveNotes)]
    assert len(moves) == 1
    for note_id, onset, release in zip(moves[0].note_ids, moves[0].onsets, moves[0].releases, strict=True):
        plan = plans[note_id]
        assert plan.release is not None
        if note_id == first.note_id:
            assert onset == plan.onset
        else:
            assert onset == pytest.approx(now + 2 * (plan.onset - now))
        assert release == pytest.approx(now + 2 * (plan.release - now))
    assert first.note_id in moves[0].note_ids
    remembered = {note.note_id: note.beat for note in performer.stage.memory.notes if note.note_id}
    assert all(remembered[plan.note_id] == pytest.approx(2 * plan.onset) for plan in plans.values())


def test_moved_notes_leave_on_the_new_beat_and_end() -> None:
    sim = simulation("respond", tempo=120.0, values={"quantize": 4.0, "length": 4.0, "silence": 3.0, "lookahead": 2.0})
    human = playing(1.0, 3.0)
    sim.play(script(human, [Respond(3.2), SetTempo(4.3, 80.0)]), until=9.0)
    late = ons(sim, 4.4)
    clock = sim.session.performer.stage.clock
    assert late and all(abs(clock.beat_at(time) - round(clock.beat_at(time))) < 0.002 for time in late)
    assert any(isinstance(output, MoveNotes) for _, output in sim.outputs)
    sim.close()
    assert not sim.port.sounding


@pytest.mark.parametrize("jitter", [0.0, 0.014])
def test_a_duet_stays_on_the_grid_of_a_midi_clock(jitter: float) -> None:
    sim = simulation(values={"quantize": 8.0})
    ticks = clock_ticks(1.0, 100.0, 60.0, jitter)
    sim.play(script(ticks, playing(2.0, 60.0, 0.37)), until=60.0)
    off = []
    for time in ons(sim, 3.4):
        eighths = (time - 1.0) * 100 / 30
        off.append((eighths - round(eighths)) * 0.3)
    assert len(off) > 40
    mean = sum(off) / len(off)
    assert abs(mean) <= 0.002
    assert (sum((error - mean) ** 2 for error in off) / len(off)) ** 0.5 <= 0.005


def test_the_model_is_told_the_grid_and_the_ear_hears_swing_and_offset() -> None:
    performer = answering(quantize=8.0, swing=0.66, offset=-30.0)
    plans = planned(performer, 2.0)
    beats = {note.note_id: note.beat for note in performer.stage.memory.notes if note.note_id}
    assert {round(2 * beat) % 2 for beat in beats.values()} == {0, 1}
    for plan in plans:
        beat = beats[plan.note_id]
        assert 2 * beat == pytest.approx(round(2 * beat))
        swung = beat if round(2 * beat) % 2 == 0 else beat + 0.16
        assert plan.onset == pytest.approx(swung / 2 - 0.03)
        assert plan.onset >= 2.0


def test_without_a_clock_there_is_no_grid() -> None:
    plans = []
    for quantize in (0.0, 4.0):
        performer = Performer(FakeModel(), Settings(values={"quantize": quantize}))
        performer.receive(NoteOn(1.0, 60, 80), 1.0)
        performer.receive(Respond(2.0), 2.0)
        plans.append(planned(performer, 2.0))
    assert plans[0] == plans[1]


def test_unevenness_is_drawn_from_the_seed_and_moves_with_the_note() -> None:
    straight = [plan.onset for plan in planned(answering(quantize=8.0), 2.0)]
    uneven, again = (
        [plan.onset for seed in range(3) for plan in planned(answering(seed, quantize=8.0, humanize=10.0), 2.0)]
        for _ in range(2)
    )
    assert uneven == again
    off = [onset - round(onset * 4) / 4 for onset in uneven]
    assert max(map(abs, off)) <= 0.0201 and len({round(error, 6) for error in off}) > 2
    assert all(onset == pytest.approx(round(onset * 4) / 4) for onset in straight)


def test_harmonies_follow_their_key_and_no_grid() -> None:
    sim = simulation("harmonize", tempo=120.0, values={"quantize": 4.0, "offset": 50.0})
    sim.play([NoteOn(1.13, 60, 80), NoteOff(1.5, 60)], until=2.0)
    assert ons(sim) and all(1.13 <= time < 1.15 for time in ons(sim))


def test_a_signature_changes_the_bars_the_model_is_told() -> None:
    performer = Performer(FakeModel(), Settings(tempo=120.0, values={"signature": "6/8"}))
    assert performer.status(1.5)["bar"] == 2
    performer.receive(SetParameter(1.5, "signature", "4/4"), 1.5)
    assert (performer.status(1.5)["bar"], performer.status(1.5)["beat"]) == (1, 4.0)


def test_who_is_beaten_time_to_hears_of_each_change() -> None:
    performer = Performer(FakeModel(), Settings(tempo=120.0, clock_out=True))
    performer.receive(SetTempo(2.0, 60.0), 2.0)
    lines = [output for output in performer.take_outputs() if isinstance(output, BeatLine)]
    assert lines == [BeatLine(0.0, 0.0, 120.0, True, 0.0, 0.0), BeatLine(2.0, 4.0, 60.0, True, 0.0, 0.0)]


def test_a_clock_that_falls_silent_is_noticed_without_any_input() -> None:
    sim = simulation()
    sim.play(clock_ticks(1.0, 120.0, 5.0), until=8.0)
    status = sim.session.performer.status(8.0)
    assert status["clock"] == "internal" and status["bar"] is None
    assert status["tempo"] == pytest.approx(120.0, rel=0.01)


def test_with_a_lookahead_of_0_it_plans_no_further_than_its_steps_need() -> None:
    ahead = {}
    for p99 in (0.001, 0.02, 1.0):
        performer = answering(lookahead=0.0)
        performer.receive(StepTime(2.0, p99), 2.0)
        plans = planned(performer, 2.0)
        ahead[p99] = performer.status(2.0)["lookahead_ms"]
        later = sorted(plan.onset for plan in plans)[1:]
        # The note that reaches beyond the lookahead is the last one planned.
        assert all(onset <= 2.0 + float(str(ahead[p99])) / 1000 for onset in later[:-1])
    assert ahead == {0.001: 50.0, 0.02: 165.0, 1.0: 500.0}


def test_an_early_port_needs_more_lookahead_and_gets_it() -> None:
    sim = simulation(tempo=120.0, values={"lookahead": 0.02, "offset": -200.0})
    sim.play(playing(1.0, 8.0), until=8.0)
    assert len(ons(sim)) > 5
    assert not sim.session.performer.stage.ledger.late
