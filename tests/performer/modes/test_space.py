"""Leaving space, being alone, and silence at once in every mode with a memory of what sounded."""

from __future__ import annotations

import numpy as np
import pytest
from performing import PHRASE, offs, ons, phrase, retold, settle, simulation, turns

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.performer.held_notes import HeldNote
from bridge.performer.modes.space import Company
from bridge.performer.stage import Stage
from bridge.vocabulary.events import Input, NoteOff, NoteOn, Panic, Respond, SetMode, SetVoice, Stop

UNIFORM = np.full(5, 0.4, dtype=np.float32)


def company(strokes: list[float], **values: object) -> Company:
    stage = Stage(FakeModel(), 0, "keys")
    stage.settle(stage.values.changed(values), {})
    made = Company(stage)
    for onset in strokes:
        made.heard(HeldNote(onset, 60, 80, 1))
    return made


@pytest.mark.parametrize(
    ("space", "strokes", "target"),
    [
        ("off", [9.5], None),
        ("follow", [8.5, 9.0, 9.5, 10.0], 1.0),
        ("follow", [8.1 + 0.1 * n for n in range(19)], 4.0),
        ("follow", [], 0.25),
        ("complement", [8.5, 9.0, 9.5, 10.0], 1.0),
        ("complement", [8.1 + 0.24 * n for n in range(8)], 0.5),
        ("complement", [9.0, 9.5], 2.0),
        ("complement", [], 4.0),
    ],
)
def test_notes_per_beat_by_how_busy_the_human_is(space: str, strokes: list[float], target: float | None) -> None:
    assert company(strokes, space=space).target(10.0) == target


def test_a_chord_is_one_stroke() -> None:
    chords = [onset + n * 0.001 for onset in (8.5, 9.0, 9.5, 10.0) for n in range(4)]
    assert company(chords, space="follow").target(10.0) == 1.0


def test_thinning_out_halves_the_ceiling_until_nothing_is_left() -> None:
    made = company([2.0], alone="thin", alone_beats=4.0)
    ceilings = [made.ceiling(2.0 + 2.0 * n) for n in range(5)]  # free time: two beats a second
    assert ceilings == [np.inf, 1.0, 0.5, 0.25, 0.125]
    assert [made.over(2.0 + 2.0 * n) for n in range(5)] == [False, False, False, False, True]


def duet_notes(space: str, step: float) -> int:
    sim = simulation("duet", values={"space": space})
    sim.play(phrase(step=step, length=step / 2, pitches=PHRASE * int(10 / (5 * step))), until=11.0)
    return sum(time > 5.0 for time, _, _ in ons(sim))


def test_a_duet_leaves_room() -> None:
    busy, calm = 0.1, 1.0
    assert duet_notes("complement", busy) < duet_notes("complement", calm)
    assert duet_notes("follow", busy) > duet_notes("follow", calm)
    assert 0 < duet_notes("complement", busy) <= 6 * 3  # 6 s are 3 windows of 4 beats, 1.5 times 0.25 notes a beat


@pytest.mark.parametrize(("alone", "last"), [("keep", None), ("stop", 6.2), ("thin", 18.2)])
def test_a_duet_goes_on_stops_or_thins_out_when_the_human_has_stopped(alone: str, last: float | None) -> None:
    sim = simulation("duet", values={"alone": alone})
    sim.play(phrase(), until=40.0)  # the last key comes up at 2.2 s; 8 beats are 4 s
    played = [time for time, _, _ in ons(sim)]
    assert played[-1] > 30.0 if last is None else 2.2 < played[-1] <= last + 0.26
    if last is not None:
        assert turns(sim)[-1][1] == "human"
        sim.play(phrase(start=40.5), until=43.0)
        assert ons(sim)[-1][0] > 40.5, "it comes back with the human"


def test_a_muted_voice_ends_on_the_beat_in_a_duet() -> None:
    sim = simulation("duet", tempo=120.0, voices={"drums": (True, 10)})
    script = [*phrase(pitches=PHRASE * 4), SetVoice(5.1, "bass", False, 2)]
    sim.play(sorted(script, key=lambda item: item.time), until=9.0)
    assert max(time for time, channel, _ in ons(sim) if channel == 2) <= 5.5
    assert max(time for time, channel, _ in offs(sim) if channel == 2) <= 5.505
    assert max(time for time, channel, _ in ons(sim) if channel == 10) > 6.0


@pytest.mark.parametrize("mode", ["respond", "duet", "harmonize", "accompany"])
@pytest.mark.parametrize("ending", [Panic(0.0), SetMode(0.0, "off"), [Stop(0.0), Stop(0.0)]], ids=repr)
@pytest.mark.parametrize("at", [3.3, 4.05, 4.61])
def test_silent_at_once_in_the_midst_of_any_plan_and_the_model_knows_what_sounded(
    mode: str, ending: Input | list[Input], at: float
) -> None:
    model = FakeModel()
    options = {"trade": 1.0, "lookahead": 0.5}
    sim = simulation(mode, model=model, tempo=120.0, values=options, voices={"drums": (True, 10)})
    playing = phrase(start=1.0, step=0.2, length=0.15, pitches=PHRASE * 2)
    asked: list[Input] = [Respond(3.0), NoteOn(at - 0.1, 60, 70), NoteOff(at + 1.0, 60)] if mode != "respond" else []
    sim.play([item for item in [*playing, *asked] if item.time < at], until=at)
    for item in ending if isinstance(ending, list) else [ending]:
        sim.session.receive(item, at)
    sim.flush()
    assert not sim.port.sounding and not sim.port._outbox.planned
    settle(sim)
    draws = [each.sample(Constraints(), UNIFORM, 1.0, 1.0) for each in (model, retold(sim, FakeModel()))]
    assert draws[0] == draws[1]
