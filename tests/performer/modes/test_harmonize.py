"""Harmonies of a tune on the simulated clock: where they lie, how many, and who chooses them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from performing import ons, phrase, plans, simulation

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.vocabulary.events import Input, NoteOff, NoteOn, SetParameter, StepTime

TUNE = (72, 74, 76, 77, 79, 81, 83, 84)
C_MAJOR = {0, 2, 4, 5, 7, 9, 11}


def played(script: list[Input], model: FakeModel | None = None, **options: object) -> dict[int, list[int]]:
    """The pitches added to each of the tune's, by the tune's pitch (each comes once)."""
    sim = simulation("harmonize", model=model, **options)
    sim.play(script, until=20.0)
    onsets = [(item.time, item.pitch) for item in script if isinstance(item, NoteOn)]
    added: dict[int, list[int]] = {pitch: [] for _, pitch in onsets}
    for time, _, pitch in ons(sim):
        added[max((onset, tune) for onset, tune in onsets if onset <= time)[1]].append(pitch)
    return added


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_just_as_many_as_asked_for_below_each_note_and_in_its_key(count: int) -> None:
    added = played(phrase(pitches=TUNE), values={"harmonies": count})
    for tune, pitches in added.items():
        assert len(set(pitches)) == count
        assert all(tune - 28 <= pitch < tune for pitch in pitches)
        assert not {(tune - pitch) % 12 for pitch in pitches} & {1, 11}
        assert {pitch % 12 for pitch in pitches} <= C_MAJOR


def test_the_upper_line_hardly_leaps() -> None:
    tops = [max(pitches) for pitches in played(phrase(pitches=TUNE)).values()]
    steps = [abs(after - before) for before, after in pairwise(tops)]
    assert max(steps) <= 8 and sum(steps) / len(steps) <= 4


@pytest.mark.parametrize(
    ("place", "holds"),
    [
        ("above", lambda tune, pitches: min(pitches) > tune),
        ("below", lambda tune, pitches: max(pitches) < tune),
        ("around", lambda tune, pitches: max(abs(pitch - tune) for pitch in pitches) <= 12),
    ],
)
def test_they_lie_where_they_are_wanted(place: str, holds: object) -> None:
    for tune, pitches in played(phrase(), values={"place": place}).items():
        assert holds(tune, pitches)  # type: ignore[operator]


def test_the_place_may_change_while_one_plays() -> None:
    script = sorted([*phrase(pitches=TUNE), SetParameter(2.0, "place", "above")], key=lambda item: item.time)
    for tune, pitches in played(script).items():
        assert (min(pitches) > tune) == (tune > 79) or tune == 79


def test_under_a_very_low_tune_they_still_are() -> None:
    added = played(phrase(pitches=(33, 36, 31, 35)))
    assert all(len(set(pitches)) == 2 for pitches in added.values())


def test_a_note_taken_over_from_the_note_before_is_struck_anew() -> None:
    sim = simulation("harmonize", values={"low": 60, "high": 64, "harmonies": 2, "scale": "major", "root": "C"})
    sim.play([NoteOn(1.0, 72, 80), NoteOn(2.0, 76, 80), NoteOff(2.1, 72), NoteOff(3.0, 76)], until=2.5)
    assert len(ons(sim)) == 4
    assert len(sim.port.sounding) >= 2
    sim.play([NoteOff(3.0, 76)], until=3.5)
    assert not sim.port.sounding


class Asked(FakeModel):
    """Keeps from which pitches it was to choose."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: list[set[int]] = []

    def sample(self, constraints: Constraints, *rest: object, **named: object):  # type: ignore[no-untyped-def]
        voice = int(constraints.voice.argmax())
        self.choices.append(set(constraints.pitch[voice].nonzero()[0].tolist()))
        return super().sample(constraints, *rest, **named)  # type: ignore[arg-type]


def test_below_the_highest_line_the_model_chooses_among_what_the_rule_leaves_where_that_is_a_choice() -> None:
    model = Asked()
    added = played(phrase(pitches=TUNE), model=model)
    # The pull to the key may leave one of them.
    assert model.choices and all(1 <= len(choice) <= 8 for choice in model.choices)
    assert len(model.choices) < sum(len(pitches) - 1 for pitches in added.values())
    assert all(set(pitches) - {max(pitches)} for pitches in added.values())
    lower = {pitch for pitches in added.values() for pitch in sorted(pitches)[:-1]}
    assert any(choice & lower for choice in model.choices)


def test_the_first_added_note_is_out_before_the_model_hears_the_key_and_the_others_a_step_later() -> None:
    sim = simulation("harmonize", step=0.01)
    sim.play(phrase(pitches=TUNE), until=8.0)
    for key in (item.time for item in phrase(pitches=TUNE) if isinstance(item, NoteOn)):
        added = [time - key for time, _, _ in ons(sim) if key <= time < key + 0.1]
        assert min(added) == 0.0 and max(added) <= 0.0101


def test_the_highest_line_is_another_one_in_another_take() -> None:
    tops = {tuple(max(pitches) for pitches in played(phrase(pitches=TUNE), seed=seed).values()) for seed in range(4)}
    assert len(tops) > 1


def test_what_leaves_no_choice_is_out_before_the_model_hears_the_key() -> None:
    sim = simulation("harmonize", step=0.01, values={"low": 60, "high": 60, "harmonies": 1})
    sim.play([NoteOn(1.0, 72, 80), NoteOff(1.5, 72)], until=2.0)
    assert [(time, pitch) for time, _, pitch in ons(sim)] == [(1.0, 60)]


def test_a_slow_model_is_not_waited_for() -> None:
    model = Asked()
    sim = simulation("harmonize", model=model, step=0.002)
    sim.play([StepTime(0.5, 0.2, 0.2), *phrase(pitches=TUNE[:1])], until=1.1)
    assert not model.choices and [time for time, _ in plans(sim)] == [1.0, 1.0]
