"""Answers drawn side by side: each as it would be alone, while a key is down as well, and none at a cost in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from performing import ons, phrase, simulation

from bridge.engine.fake import FakeModel
from bridge.engine.model import Batch
from bridge.performer.modes.respond import GIVEN_OUT, Respond
from bridge.performer.modes.side_by_side import MOST_AT_ONCE, how_many, worth
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import Chosen, NoteOff, NoteOn, SetParameter

HELD = 1.0 + 4 * 0.25  # when the last key of `phrase()` goes down


class Forking(FakeModel):
    """Notes how many candidates each batch has."""

    def __init__(self, most: int = 32) -> None:
        super().__init__()
        self.forks: list[int] = []
        self._most = most

    @property
    def most_candidates(self) -> int:
        return self._most

    def fork(self, count: int) -> Batch:  # type: ignore[override]
        self.forks.append(count)
        return super().fork(count)


def respond(sim: Simulation) -> Respond:
    mode = sim.session.performer._mode
    assert isinstance(mode, Respond)
    return mode


def drawn(sim: Simulation) -> list[list[tuple[float, int, int, float]]]:
    """The candidates so far: onset (from the answer's start), pitch, velocity, duration of each note."""
    candidates = respond(sim)._candidates
    return [
        [(one.onset_beat - candidate.start, one.pitch, one.velocity, one.duration) for one in candidate.drafts]
        for candidate in (candidates.drawn if candidates is not None else [])
    ]


def chosen(sim: Simulation) -> Chosen:
    return next(output for _, output in sim.outputs if isinstance(output, Chosen))


@pytest.mark.parametrize("count", [1, 3, 8])
def test_a_candidate_is_what_it_would_be_alone(count: int) -> None:
    few, many = simulation(values={"choose": count}), simulation(values={"choose": 16})
    for sim in (few, many):
        sim.play(phrase(), until=HELD + 0.2 + 0.55)
    assert len(drawn(few)) == count < len(drawn(many))
    assert all(one in drawn(many) for one in drawn(few))


def test_a_model_that_makes_one_at_a_time_draws_the_same_ones() -> None:
    alone, side_by_side = Forking(most=1), Forking()
    sims = [simulation(model=model, values={"choose": 3}) for model in (alone, side_by_side)]
    for sim in sims:
        sim.play(phrase(), until=HELD + 0.2 + 0.55)
    assert alone.forks[-3:] == [1, 1, 1] and side_by_side.forks[-1] == 3
    assert sorted(drawn(sims[0])) == sorted(drawn(sims[1]))


def test_they_are_drawn_while_the_last_key_is_down_and_used_when_it_comes_up_as_expected() -> None:
    model = Forking()
    sim = simulation(model=model, values={"silence": 0.1, "choose": 8})
    script = [item for item in phrase(length=0.2) if item.time < HELD]
    sim.play([*script, NoteOn(HELD, 67, 80)], until=HELD + 0.3)
    begun = len(model.forks)
    assert len(drawn(sim)) == 8 and not ons(sim), "the key is down: the phrase is not over"
    sim.play([NoteOff(sim.now, 67)], until=sim.now + 0.4)
    assert len(model.forks) == begun, "and nothing was drawn again"
    assert chosen(sim).candidates == 8


def test_a_key_that_is_held_for_much_longer_makes_another_phrase() -> None:
    model = Forking()
    sim = simulation(model=model, values={"choose": 8})
    script = [item for item in phrase(length=0.2) if item.time < HELD]
    sim.play([*script, NoteOn(HELD, 67, 80)], until=HELD + 4.0)
    begun = len(model.forks)
    sim.play([NoteOff(HELD + 4.0, 67)], until=HELD + 12.0)
    assert len(model.forks) == begun + 1
    assert ons(sim)[0][0] == pytest.approx(HELD + 4.6, abs=0.01)


def test_between_the_notes_of_a_run_nothing_is_drawn() -> None:
    model = Forking()
    sim = simulation(model=model)
    run = phrase(step=0.3, length=0.05, pitches=(60, 62, 64, 65) * 8)
    sim.play(run[:4], until=1.5)
    begun = len(model.forks)  # after the first note no pace is known
    sim.play(run[4:], until=1.0 + 31 * 0.3)
    assert len(model.forks) == begun


def test_what_is_set_meanwhile_is_heeded() -> None:
    sim = simulation(values={"choose": 8})
    sim.play([*phrase(), SetParameter(HELD + 0.5, "energy", 30.0)], until=12.0)
    velocities = [data[2] for _, data in sim.sent if data[0] & 0xF0 == 0x90 and data[2]]
    assert max(velocities) <= 48


@pytest.mark.parametrize("step", [0.002, 0.01, 0.03])
def test_the_answer_is_as_early_with_sixteen_as_with_one(step: float) -> None:
    begun = []
    for count in (1, 16):
        sim = simulation(step=step, values={"choose": count})
        sim.play(phrase(), until=4.0)
        begun.append(next(time for time, output in sim.outputs if isinstance(output, Chosen)))
    assert begun[1] == pytest.approx(begun[0], abs=0.001)


def test_as_many_as_there_is_time_for() -> None:
    assert how_many(1000.0, 10, 16) == MOST_AT_ONCE
    assert how_many(1000.0, 10, 3) == 3
    assert how_many(5.0, 10, 16) == 0
    for steps in (12.0, 20.0, 30.0):
        count = how_many(steps, 10, 16)
        assert count and worth(count) * 10 <= steps
    assert GIVEN_OUT < 0.1


def test_a_batch_of_a_real_model_leaves_it_where_it_was(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from small_networks import export_small, load

    model = load(export_small(tmp_path / "small"))
    sim = simulation(model=model, values={"choose": 8})
    sim.play(phrase(), until=HELD + 0.7)
    assert drawn(sim) and model.position == 5
    sim.play([], until=8.0)
    assert ons(sim) and chosen(sim).candidates == 8


@pytest.mark.parametrize("seed", [2, 3])
def test_a_line_does_not_leap_away_as_it_ends_wherever_it_ends(seed: int) -> None:
    sim = simulation(seed=seed, voices={"bass": (False, 2)}, values={"choose": 8})
    tune = (60, 72, 67, 64, 72, 67, 62, 60)  # leaps an octave, and comes home
    sim.play(phrase(step=0.3, length=0.25, pitches=tune), until=1.0 + 7 * 0.3 + 0.25 + 0.55)
    lines = [[pitch for _, pitch, *_ in notes] for notes in drawn(sim)]
    assert lines and all(abs(line[-1] - line[-2]) <= 5 for line in lines)
