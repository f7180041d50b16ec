"""What candidates begin from."""

from __future__ import annotations

from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Notes
from bridge.performer.sketches import FREE, sketch_of

C_MAJOR = frozenset((0, 2, 4, 5, 7, 9, 11))
NOTHING_ASKED = {"density": 0.0, "energy": 0.0, "register": 0.0, "texture": 0.0}
TUNE = (60, 62, 64, 65, 67, 65, 64, 62, 60, 64)


def heard(drums: bool = False) -> HeardPhrase:
    rows = [(0.5 * i, 0.5 * i + 0.45, pitch, 80) for i, pitch in enumerate(TUNE)]
    return HeardPhrase(Notes.of(rows, drums=drums), None, 5.0, len(rows))


def sketches(**asked: float) -> dict[str, tuple]:  # type: ignore[type-arg]
    numbers = range(10)
    made = [sketch_of(heard(), number, C_MAJOR, lambda count: 0, {**NOTHING_ASKED, **asked}) for number in numbers]
    return {sketch.kind: sketch.steps for sketch in made}


def pitches(steps: tuple) -> list[int]:  # type: ignore[type-arg]
    return [next(iter(step.pitches)) for step in steps]


def test_the_opening_comes_back_a_step_higher_in_its_rhythm() -> None:
    steps = sketches()["opening moved"]
    assert pitches(steps) == [62, 64, 65, 67]
    assert [step.at for step in steps] == [0.0, 0.5, 1.0, 1.5]


def test_upside_down_it_goes_the_other_way() -> None:
    assert pitches(sketches()["inverted"]) == [60, 59, 57, 55]


def test_its_end_is_taken_up_from_the_beginning() -> None:
    steps = sketches()["close moved"]
    assert pitches(steps) == [65, 64, 62, 65] and steps[0].at == 0.0


def test_a_rhythm_leaves_the_pitches_to_the_model() -> None:
    assert all(step.pitches is None and step.at is not None for step in sketches()["rhythm"])


def test_a_figure_in_another_rhythm_leaves_the_time_to_the_model() -> None:
    assert all(step.at is None for step in sketches()["other rhythm"])


def test_a_density_that_is_set_goes_before_the_phrases_time() -> None:
    assert all(step.at is None and step.duration is None for steps in sketches(density=4.0).values() for step in steps)


def test_a_register_that_is_set_moves_figures_by_octaves() -> None:
    assert pitches(sketches(register=88.0)["opening moved"]) == [86, 88, 89, 91]


def test_drums_are_left_to_the_model() -> None:
    assert sketch_of(heard(drums=True), 1, None, lambda count: 0, NOTHING_ASKED) is FREE
