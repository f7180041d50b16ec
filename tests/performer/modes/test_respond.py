"""Call and response: when a phrase is over, and an answer that is ready by then, or leaves no trace."""

from __future__ import annotations

from pathlib import Path

import engine_models
import numpy as np
import pytest
from performing import PHRASE, codes, offs, ons, phrase, plans, retold, settle, simulation, turns

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.engine.model import Model
from bridge.performer.density import SLACK
from bridge.performer.modes.respond import GIVEN_OUT
from bridge.performer.modes.respond import Respond as RespondMode
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import (
    Again,
    Chosen,
    Control,
    Input,
    Keep,
    Kept,
    NoteOff,
    NoteOn,
    Respond,
    SetParameter,
    SetTempo,
    StepTime,
    Stop,
)
from bridge.vocabulary.guide import guide_of

UNIFORM = np.full(5, 0.4, dtype=np.float32)
OVER = 1.0 + 4 * 0.25 + 0.2 + 0.6  # when `phrase()` is over


class Counting(FakeModel):
    """Counts its draws, and those of its candidates, which are copies of it."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[int] = []

    @property
    def draws(self) -> int:
        return len(self._drawn)

    def sample(self, *given, **named):  # type: ignore[no-untyped-def]
        self._drawn.append(1)
        return super().sample(*given, **named)


def draw(model: Model) -> tuple[object, tuple[float, ...]]:
    sample = model.sample(Constraints(), UNIFORM, 1.0, 1.0)
    return sample.event, sample.log_prob


# --- the answer is ready -----------------------------------------------------------------------------


def test_the_answer_goes_out_at_the_end_of_the_phrase_without_a_draw() -> None:
    model = Counting()
    sim = simulation(model=model)
    sim.play(phrase(), until=OVER - GIVEN_OUT - 0.001)
    ready = model.draws
    assert ready >= 2 and not ons(sim) and not plans(sim)
    assert not sim.session.advance(OVER - GIVEN_OUT - 0.0005)
    assert sim.session.advance(OVER - GIVEN_OUT)
    outputs = sim.session.take_outputs(OVER)
    assert model.draws == ready
    notes = [output for output in outputs if type(output).__name__ == "PlayNote"]
    assert len(notes) >= 2 and notes[0].onset == pytest.approx(OVER, abs=1e-6)


def test_asked_to_answer_it_does_in_the_same_call() -> None:
    model = Counting()
    sim = simulation(model=model)
    sim.play(phrase(), until=OVER - 0.2)
    ready = model.draws
    sim.session.receive(Respond(sim.now), sim.now)
    (first, *_) = [o for o in sim.session.take_outputs(sim.now) if type(o).__name__ == "PlayNote"]
    assert first.onset == pytest.approx(sim.now, abs=1e-6)
    assert model.draws == ready
    sim.port.send([first])
    sim.play([], until=sim.now + 1.0)
    told = [note for note in sim.session.performer.stage.memory.notes if note.note_id is not None]
    assert told[0].beat == pytest.approx((OVER - 0.2) * 2, abs=1e-6), "the model knows where it began"


def test_a_long_silence_costs_no_more_than_the_plan() -> None:
    model = Counting()
    sim = simulation(model=model, values={"silence": 10.0, "choose": 4})
    sim.play(phrase(), until=4.0)
    ready = model.draws
    sim.play([], until=12.0)
    assert model.draws == ready <= 4 * 4 * 17


# --- and leaves no trace -------------------------------------------------------------------------------


def interrupted(sim: Simulation, model: Counting, at: float) -> None:
    sim.play(phrase(), until=at)
    assert model.draws, "nothing was planned ahead"
    assert not ons(sim)
    sim.play([NoteOn(at, 72, 90)], until=at)
    settle(sim)


@pytest.mark.parametrize("at", [OVER - 0.45, OVER - 0.1, OVER - 0.0001])
def test_an_answer_that_was_only_planned_is_forgotten_exactly(at: float) -> None:
    model = Counting()
    sim = simulation(model=model)
    interrupted(sim, model, at)
    heard = sim.session.performer.stage.memory.notes
    assert [note.pitch for note in heard] == [*PHRASE, 72]
    assert draw(model) == draw(retold(sim, FakeModel()))


def test_even_after_a_long_rest() -> None:
    model = Counting()
    sim = simulation(model=model)
    sim.play([NoteOn(1.0, 60, 80), NoteOff(9.0, 60)], until=9.5)
    assert model.draws
    sim.play([NoteOn(9.5, 62, 80)], until=9.5)
    settle(sim)
    assert draw(model) == draw(retold(sim, FakeModel()))


@pytest.mark.parametrize("family", ["transformer", "gru"])
def test_a_real_model_forgets_it_to_a_ten_thousandth(family: str, tmp_path: Path) -> None:
    folder = engine_models.write_model(tmp_path / "tiny", family)
    model = engine_models.load(folder)
    sim = simulation(model=model)
    sim.play(phrase(), until=OVER - 0.1)
    sim.play([NoteOn(OVER - 0.1, 72, 90)], until=OVER - 0.1)
    settle(sim)
    assert model.position == len(PHRASE) + 1, "every candidate is drawn, and taken back"
    twin = retold(sim, engine_models.load(folder))
    event = draw(twin)[0]
    assert np.abs(np.subtract(model.score(event), twin.score(event))).max() <= 1e-4  # type: ignore[arg-type]


# --- when a phrase is over -------------------------------------------------------------------------------


def test_a_slow_player_is_not_cut_off() -> None:
    legato = phrase(step=1.4, length=1.3, pitches=PHRASE[:3])
    sim = simulation()
    sim.play([*legato, *phrase(start=5.2, step=1.4, length=0.1)], until=30.0)
    assert ons(sim)[0][0] == pytest.approx(5.2 + 4 * 1.4 + 1.5 * 1.4, abs=0.01)


def test_who_runs_into_an_answer_had_not_ended() -> None:
    sim = simulation()
    gap = 0.9  # the answer comes after 0.7
    sim.play(phrase(step=gap, length=0.1), until=20.0)
    begun = [time + GIVEN_OUT for time, turn in turns(sim) if turn == "machine"]
    assert begun == pytest.approx([1.7, 1.0 + 4 * gap + 1.5 * gap], abs=0.01)


def test_a_key_that_is_down_is_no_end_unless_one_asks() -> None:
    sim = simulation()
    sim.play([NoteOn(1.0, 60, 80)], until=100.0)
    assert not ons(sim)
    sim.play([Respond(100.0)], until=101.0)
    assert ons(sim)[0][0] == pytest.approx(100.0, abs=0.02)


def test_a_phrase_that_never_ends_is_answered_only_when_asked_and_not_for_ever() -> None:
    endless = phrase(step=0.25, pitches=PHRASE * 100)
    sim = simulation()
    sim.play(endless, until=120.0)
    assert not ons(sim)
    sim.play([Respond(120.0)], until=300.0)
    onsets = [time for time, _, _ in ons(sim)]
    assert onsets[0] == pytest.approx(120.0, abs=0.02) and 150.0 < onsets[-1] <= 181.0


def test_a_pedal_left_down_takes_four_times_as_long() -> None:
    script: list[Input] = [Control(1.0, 64, 127), NoteOn(1.1, 60, 80), NoteOff(5.0, 60)]
    sim = simulation()
    sim.play(script, until=60.0)
    assert ons(sim)[0][0] == pytest.approx(5.0 + 4 * 0.6, abs=0.01)
    lifted = simulation()
    lifted.play([*script, Control(6.0, 64, 0)], until=10.0)
    assert ons(lifted)[0][0] == pytest.approx(6.6, abs=0.01)


def test_where_a_clock_runs_the_answer_comes_in_on_the_one() -> None:
    sim = simulation(tempo=120.0)  # bars at 2, 4, 6 s
    sim.play(phrase(), until=12.0)  # the last key comes up at 2.2
    assert ons(sim)[0][0] == pytest.approx(4.0, abs=0.001)
    soon = simulation(tempo=120.0)
    soon.play(phrase(start=2.4), until=12.0)  # ... at 3.6: 0.4 s are enough at a bar line
    assert ons(soon)[0][0] == pytest.approx(4.0, abs=0.001)


def test_a_bar_line_far_off_is_not_waited_for() -> None:
    sim = simulation(tempo=30.0)  # bars of 8 s, beats of 2
    sim.play(phrase(), until=12.0)
    assert ons(sim)[0][0] == pytest.approx(4.0, abs=0.001)


def test_the_clock_may_change_while_an_answer_is_ready() -> None:
    sim = simulation(tempo=120.0)
    sim.play([*phrase(), SetTempo(3.0, 100.0)], until=12.0)  # beat 6 at 3 s; the bar line, beat 8, at 4.2
    assert ons(sim)[0][0] == pytest.approx(4.2, abs=0.002)


# --- how long, and whose turn --------------------------------------------------------------------------------


def test_an_answer_of_bars_ends_on_its_bar_line() -> None:
    sim = simulation(tempo=120.0, values={"bars": 2.0})
    sim.play(phrase(), until=20.0)
    assert 6.0 < ons(sim)[-1][0] <= 8.0
    assert offs(sim)[-1][0] <= 8.001


def test_barge_in_off_plays_on_having_heard_it() -> None:
    model = FakeModel()
    sim = simulation(model=model, values={"barge_in": "off"})
    sim.play([*phrase(pitches=PHRASE * 3), NoteOn(6.0, 72, 90), NoteOff(6.2, 72)], until=7.5)
    before, after = [t for t, _, _ in ons(sim) if t < 6.0], [t for t, _, _ in ons(sim) if t > 6.0]
    assert before and after
    sim.play([Stop(7.5)], until=7.6)
    assert not sim.port.sounding
    assert draw(model) == draw(retold(sim, FakeModel()))


def trading(bars: float = 1.0, **values: object) -> Simulation:
    return simulation(tempo=120.0, values={"trade": bars, **values})


def bar_of_playing(bar: int) -> list[Input]:
    """Four crotchets in a bar (of 2 s, counted from 0), a little late."""
    return phrase(start=2.0 * bar + 0.03, step=0.5, length=0.3, pitches=PHRASE[:4])


def test_trading_keeps_to_the_bars() -> None:
    sim = trading()
    sim.play([*bar_of_playing(1), *bar_of_playing(3), *bar_of_playing(5)], until=20.0)
    onsets = [time for time, _, _ in ons(sim)]
    assert {int(time / 2.0 + 1e-6) for time in onsets} == {2, 4, 6}
    for bar in (2, 4, 6):
        assert min(time for time in onsets if time >= 2.0 * bar - 0.001) == pytest.approx(2.0 * bar, abs=0.002)
    assert all(int((time - 1e-6) / 2.0) in (2, 4, 6) for time, _, _ in offs(sim))
    assert [turn for _, turn in turns(sim)] == ["machine", "human"] * 3


def test_a_turn_in_which_nobody_plays_ends_the_trade_and_a_note_begins_another() -> None:
    sim = trading()
    sim.play(bar_of_playing(1), until=30.0)
    assert max(time for time, _, _ in ons(sim)) < 6.0
    sim.play(bar_of_playing(16), until=40.0)
    assert {int(time / 2.0 + 1e-6) for time, _, _ in ons(sim)} == {2, 17}


def test_playing_into_its_turn_ends_it_but_a_last_note_on_the_one_does_not() -> None:
    interrupting = trading()
    interrupting.play([*bar_of_playing(1), NoteOn(4.6, 70, 80), NoteOff(4.7, 70)], until=12.0)
    assert ons(interrupting) and max(time for time, _, _ in ons(interrupting)) < 4.6
    landing = trading()
    landing.play([*bar_of_playing(1), NoteOn(4.06, 72, 80), NoteOff(4.3, 72)], until=12.0)
    assert max(time for time, _, _ in ons(landing)) > 4.6


def test_trading_without_a_clock_keeps_its_own_time_and_says_so() -> None:
    sim = simulation(values={"trade": 1.0})
    sim.play(phrase(start=1.0, step=0.45, length=0.3), until=10.0)
    assert codes(sim) == ["own-tempo"]
    assert ons(sim)[0][0] == pytest.approx(2.8, abs=0.015), "a bar of the beats that were played"


def test_a_parameter_turned_while_an_answer_is_ready_moves_it() -> None:
    sim = simulation()
    sim.play([*phrase(), SetParameter(2.5, "silence", 1.0)], until=6.0)
    assert ons(sim)[0][0] == pytest.approx(OVER + 0.4, abs=0.01)


def test_an_answer_is_asked_for_in_the_manner_of_the_phrase() -> None:
    performer = Performer(FakeModel(), Settings(values={"energy": 40.0}))
    for i in range(8):
        performer.receive(NoteOn(0.25 * i, 72 + i, 100), 0.25 * i)
        performer.receive(NoteOff(0.25 * i + 0.2, 72 + i), 0.25 * i + 0.2)
    performer.receive(Respond(2.0), 2.0)
    # Two notes a beat at 120 BPM, around 75.5, one at a time; what the player set stays set.
    asked = guide_of(controls={"density": 2.0, "register": 75.5, "energy": 40.0, "texture": 1.0})
    assert performer.stage.steering.guide[7:11].tolist() == asked[7:11].tolist()


class Headlong(FakeModel):
    """Takes the shortest wait (or the longest) that it may, whatever it is asked for."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place

    def sample(self, constraints, *arguments, **named):  # type: ignore[no-untyped-def]
        constraints = constraints.copy()
        chosen = np.flatnonzero(constraints.dt)[self._place]
        constraints.dt[:] = False
        constraints.dt[chosen] = True
        return super().sample(constraints, *arguments, **named)


@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize("set_density", [0.0, 3.0])
def test_an_answer_keeps_to_the_density_of_the_phrase_or_the_one_that_is_set(place: int, set_density: float) -> None:
    sim = simulation(model=Headlong(place), values={"density": set_density})
    script = [event for i in range(32) for event in (NoteOn(0.25 * i, 72, 90), NoteOff(0.25 * i + 0.2, 72))]
    sim.play(script, until=30.0)
    density, beats = set_density or 2.0, 2 * (31 * 0.25 + 0.2)
    assert len(ons(sim)) == pytest.approx(density * beats, abs=density * SLACK + 1.5)


@pytest.mark.parametrize("density", [0.0, 1.0, 4.0])
def test_chords_as_full_as_the_phrases_give_way_to_a_density_that_is_set(density: float) -> None:
    chords = [(0.5 * i, pitch) for i in range(8) for pitch in (48, 60, 64, 67)]
    script = [event for time, pitch in chords for event in (NoteOn(time, pitch, 90), NoteOff(time + 0.45, pitch))]
    sim = simulation(values={"density": density, "choose": 4})
    sim.play(sorted(script, key=lambda event: event.time), until=3.95 + 0.4)
    mode = sim.session.performer._mode
    assert isinstance(mode, RespondMode) and mode._candidates is not None
    drawn = mode._candidates.drawn
    assert sum(one.brief.texture > 0 for one in drawn) == (0 if density else 2)
    for one in drawn if density else []:
        beats = one.drafts[-1].onset_beat - one.start
        assert (len(one.drafts) - 1) / beats == pytest.approx(density, rel=0.35)


# --- several, and which ---------------------------------------------------------------------------------------


def chosen(sim: Simulation) -> list[Chosen]:
    return [output for _, output in sim.outputs if isinstance(output, Chosen)]


def test_it_chooses_among_as_many_as_are_asked_for_and_says_so() -> None:
    sim = simulation(values={"choose": 5})
    sim.play(phrase(), until=12.0)
    (said,) = chosen(sim)
    assert said.candidates == 5 and 0.0 < said.score <= 1.0 and said.terms
    status = sim.session.performer.status(sim.now)["answer"]
    assert isinstance(status, dict) and status["candidates"] == 5 and set(status["terms"]) == set(said.terms)


def test_a_slow_model_has_one_that_comes_as_early() -> None:
    sim = simulation(step=0.018)
    sim.play([StepTime(0.5, 0.018, 0.018), *phrase()], until=4.0)
    (said,) = chosen(sim)
    assert 1 <= said.candidates < 16
    assert ons(sim)[0][0] == pytest.approx(OVER, abs=0.01)


def test_what_was_not_chosen_is_in_no_books() -> None:
    sim = simulation()
    sim.play(phrase(), until=12.0)
    stage = sim.session.performer.stage
    assert stage.ledger.counts["cancelled"] == 0
    assert stage.ledger.counts["sounded"] == len(ons(sim))


def test_it_ends_where_the_phrase_did_on_a_tone_of_home_that_is_held() -> None:
    for seed in range(5):
        sim = simulation(seed=seed, values={"silence": 0.6})
        tune = (60, 64, 67, 72, 67, 64, 62, 60)
        sim.play(phrase(step=0.3, length=0.25, pitches=tune), until=14.0)
        time, _, pitch = ons(sim)[-1]
        begun = ons(sim)[0][0]
        assert pitch % 12 in (0, 4, 7)
        assert time - begun == pytest.approx(7 * 0.3, abs=0.2)
        assert offs(sim)[-1][0] - time > 0.3


def test_one_line_is_answered_by_one_line() -> None:
    sim = simulation(voices={"bass": (False, 2)})
    sim.play(phrase(step=0.3, length=0.25, pitches=PHRASE * 2), until=14.0)
    begun = [time for time, _, _ in ons(sim)]
    ended = [time for time, _, _ in offs(sim)]
    assert len(begun) > 4
    assert all(end <= later + 0.002 for end, later in zip(ended, begun[1:], strict=False))


# --- again, and keep -------------------------------------------------------------------------------------------


def test_again_is_another_answer_in_place_of_the_one_that_plays() -> None:
    sim = simulation()
    sim.play([*phrase(), Again(OVER + 0.6)], until=14.0)
    first, second = chosen(sim)
    assert second.candidates == first.candidates - 1, "the next best of what was drawn"
    assert dict(second.terms) != dict(first.terms)
    again = [time for time, _, _ in ons(sim) if time > OVER + 0.59]
    assert again[0] == pytest.approx(OVER + 0.6, abs=0.01)
    assert again[-1] - again[0] > 0.5


def test_again_after_an_answer_is_another_one_now() -> None:
    sim = simulation()
    sim.play(phrase(), until=12.0)
    sim.play([Again(12.0)], until=20.0)
    assert len(chosen(sim)) == 2
    assert next(time for time, _, _ in ons(sim) if time > 11.9) == pytest.approx(12.0, abs=0.02)


def test_again_to_what_was_played_since_is_an_answer_to_that() -> None:
    sim = simulation()
    sim.play([*phrase(), *phrase(start=10.0), Again(11.3)], until=18.0)
    assert len(chosen(sim)) == 2
    assert next(time for time, _, _ in ons(sim) if time > 9.0) == pytest.approx(11.3, abs=0.02)


def test_again_without_a_phrase_says_so() -> None:
    sim = simulation()
    sim.play([Again(1.0)], until=2.0)
    assert codes(sim) == ["nothing-heard"] and not ons(sim)


def test_keep_names_the_notes_of_the_last_answer() -> None:
    sim = simulation()
    sim.play([*phrase(), Keep(9.0)], until=9.5)
    (kept,) = [output for _, output in sim.outputs if isinstance(output, Kept)]
    assert len(kept.note_ids) == len(ons(sim)) and {plan.note_id for _, plan in plans(sim)} == set(kept.note_ids)


def test_keep_without_an_answer_says_so() -> None:
    sim = simulation()
    sim.play([Keep(1.0)], until=2.0)
    assert codes(sim) == ["nothing-to-keep"]


def test_other_modes_have_no_answers_to_repeat_or_keep() -> None:
    sim = simulation("harmonize")
    sim.play([Again(1.0), Keep(1.1)], until=2.0)
    assert codes(sim) == ["no-answers", "no-answers"]
