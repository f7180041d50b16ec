"""What candidates begin from."""

from __future__ import annotations

import pytest

from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Bars, Notes
from bridge.performer.sketches import FREE, Sketch, sketch_of

C_MAJOR = frozenset((0, 2, 4, 5, 7, 9, 11))
NOTHING_ASKED = {"density": 0.0, "energy": 0.0, "register": 0.0, "texture": 0.0}
TUNE = (60, 62, 64, 65, 67, 65, 64, 62, 60, 64)


def heard(drums: bool = False) -> HeardPhrase:
    rows = [(0.5 * i, 0.5 * i + 0.45, pitch, 80) for i, pitch in enumerate(TUNE)]
    return HeardPhrase(Notes.of(rows, drums=drums), None, 5.0, len(rows))


def sketches(**asked: float) -> dict[str, tuple]:  # type: ignore[type-arg]
    numbers = range(10)
    made = [sketch_of(heard(), number, C_MAJOR, first_choice, {**NOTHING_ASKED, **asked}, 5.0) for number in numbers]
    return {sketch.kind: sketch.steps for sketch in made}


def first_choice(count: int) -> int:
    return 0


def pitches(steps: tuple) -> list[int]:  # type: ignore[type-arg]
    return [next(iter(step.pitches)) for step in steps]


def test_the_opening_comes_back_some_steps_away_in_its_rhythm() -> None:
    steps = sketches()["opening moved"]
    assert pitches(steps) == [64, 65, 67, 69]
    assert [step.at for step in steps] == [0.0, 0.5, 1.0, 1.5]


def test_a_figure_that_comes_back_begins_near_to_where_the_phrase_ended() -> None:
    found = set()
    for choice in range(100):
        steps = sketch_of(heard(), 1, C_MAJOR, lambda count, choice=choice: choice % count, NOTHING_ASKED, 5.0).steps
        found.add(pitches(steps)[0])
    assert found == {62, 64, 65, 67}, "the phrase ends on 64, and the figure began on 60"


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
    assert pitches(sketches(register=88.0)["opening moved"]) == [88, 89, 91, 93]


def test_drums_are_left_to_the_model() -> None:
    assert sketch_of(heard(drums=True), 1, None, first_choice, NOTHING_ASKED, 5.0) is FREE


CHORALE = (
    ((48, 64, 67, 72), 1.0),
    ((50, 65, 69, 74), 0.5),
    ((52, 67, 71, 76), 0.5),
    ((53, 69, 72, 77), 1.0),
    ((48, 72), 1.0),
)


def chorale(number: int, *, figures: bool = True, texture: float = 0.0, choice: int = 0) -> Sketch:
    at, rows = 0.0, []
    for pitches, beats in CHORALE:
        rows += [(at, at + 0.9 * beats, pitch, 80) for pitch in pitches]
        at += beats
    phrase = HeardPhrase(Notes.of(rows), None, at, len(rows))
    asked = {**NOTHING_ASKED, "texture": texture}
    return sketch_of(phrase, number, C_MAJOR, lambda count: choice % count, asked, 5.0, figures=figures)


def test_two_hands_begin_as_the_phrase_did_with_all_their_notes() -> None:
    sketch = chorale(0)
    assert sketch.kind == "passage"
    assert pitches(sketch.steps) == [48, 64, 67, 72, 50, 65, 69, 74]
    assert [step.at for step in sketch.steps] == [0.0] * 4 + [1.0] * 4
    assert [step.duration for step in sketch.steps] == pytest.approx([0.9] * 4 + [0.45] * 4)


def test_or_so_many_steps_of_the_key_away_all_voices_alike() -> None:
    sketch = chorale(1)
    assert sketch.kind == "passage moved"
    assert pitches(sketch.steps) == [47, 62, 65, 71, 48, 64, 67, 72], "a step lower is nearest to 72, where it ended"
    assert pitches(chorale(1, choice=1).steps) == [50, 65, 69, 74, 52, 67, 71, 76]


def test_or_with_how_it_ended() -> None:
    assert chorale(3).kind == "close moved" and len(chorale(3).steps) == 4 + 2
    assert [step.at for step in chorale(3).steps] == [0.0] * 4 + [1.0] * 2


def test_where_no_figures_are_to_come_back_no_pitch_is_given() -> None:
    made = [sketch_of(heard(), i, C_MAJOR, first_choice, NOTHING_ASKED, 5.0, figures=False) for i in range(10)]
    assert {sketch.kind for sketch in made} == {"note values", "rhythm", "free"}
    assert all(step.pitches is None for sketch in made for step in sketch.steps)
    kinds = {chorale(i, figures=False).kind for i in range(5)}
    assert kinds == {"note values", "free", "shape"}


def test_chords_of_a_texture_that_is_set_are_no_passage_of_the_phrase() -> None:
    assert {chorale(i, texture=2.0).kind for i in range(4)} == {"note values"}


def on_bars(start: float, onsets: tuple[float, ...], pitches: tuple[int, ...]) -> dict[str, tuple]:  # type: ignore[type-arg]
    """What answers that begin at beat `start` begin from, in bars of four beats."""
    rows = [(onset, onset + 0.4, pitch, 80) for onset, pitch in zip(onsets, pitches, strict=True)]
    phrase = HeardPhrase(Notes.of(rows), Bars(4.0, 0.0), 6.0, len(rows))
    made = [sketch_of(phrase, number, C_MAJOR, first_choice, NOTHING_ASKED, start) for number in range(10)]
    return {sketch.kind: sketch.steps for sketch in made}


UPBEAT = (3.0, 3.5, 4.0, 5.0, 6.0, 6.5, 7.0, 8.0, 9.0, 10.0)


def test_an_answer_on_the_one_leaves_the_upbeat_out_and_one_on_the_upbeat_has_it() -> None:
    on_the_one, on_the_upbeat = on_bars(12.0, UPBEAT, TUNE), on_bars(15.0, UPBEAT, TUNE)
    assert [step.at for step in on_the_one["opening moved"]] == [0.0, 1.0, 2.0, 2.5]
    assert pitches(on_the_one["opening moved"]) == [65, 67, 69, 67]
    assert [step.at for step in on_the_one["rhythm"]][:4] == [0.0, 1.0, 2.0, 2.5]
    assert [step.at for step in on_the_upbeat["opening moved"]] == [0.0, 0.5, 1.0, 2.0]


def test_a_figure_that_closes_begins_in_the_bar_where_the_answer_does() -> None:
    assert [step.at for step in on_bars(12.0, UPBEAT, TUNE)["close moved"]] == [0.0, 1.0, 2.0, 2.5]
    assert [step.at for step in on_bars(14.0, UPBEAT, TUNE)["close moved"]] == [0.0, 0.5, 1.0, 2.0]


def test_where_no_note_lies_in_that_place_the_half_bar_or_the_beat_will_do() -> None:
    late = tuple(onset + 0.75 for onset in UPBEAT)
    assert [step.at for step in on_bars(12.0, late, TUNE)["opening moved"]] == [0.0, 0.5, 1.0, 2.0]
    two = (2.5, 3.0, 3.5, 4.5, 5.5, 6.0, 6.5, 7.5, 8.5, 9.5)
    assert [step.at for step in on_bars(12.0, two, TUNE)["opening moved"]] == [0.0, 0.5, 1.5, 2.5]


def test_a_tone_outside_the_key_is_moved_with_its_neighbour() -> None:
    altered = (60, 62, 64, 66, 67, 65, 64, 62, 60, 64)
    steps = on_bars(12.0, tuple(i / 2 for i in range(10)), altered)
    assert pitches(steps["opening moved"]) == [64, 65, 67, 70]
    assert pitches(steps["inverted"]) == [60, 59, 57, 54]
