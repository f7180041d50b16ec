"""The pace of an answer: what is asked for, and how far it may stray."""

import math

import pytest

from bridge.performer.density import SLACK, Pace, Strokes


def test_what_is_missing_is_asked_for() -> None:
    pace = Pace(density=4.0, start=10.0, end=20.0)
    assert pace.asked(10.0, notes=0) == pytest.approx(4.0)
    assert pace.asked(15.0, notes=20) == pytest.approx(4.0)
    assert pace.asked(15.0, notes=10) == pytest.approx(6.0)
    assert pace.asked(15.0, notes=30) == pytest.approx(2.0)


def test_nobody_is_asked_to_hurry_or_to_stop() -> None:
    pace = Pace(density=3.0, start=0.0, end=10.0)
    assert pace.asked(9.9, notes=0) == pytest.approx(9.0)
    assert pace.asked(5.0, notes=100) == pytest.approx(1.0)


def test_the_next_note_lies_around_the_middle_of_its_share_of_the_time() -> None:
    pace = Pace(density=2.0, start=10.0, end=20.0)
    assert pace.bounds(notes=4) == (12.25 - SLACK, 12.25 + SLACK)


def test_towards_the_end_there_is_less_slack_and_after_the_last_note_no_bound() -> None:
    pace = Pace(density=2.0, start=10.0, end=20.0)
    slacks = [pace.bounds(notes)[1] - (10.25 + notes / 2) for notes in range(19)]
    assert slacks == sorted(slacks, reverse=True)
    assert slacks[-1] < SLACK / 2
    assert pace.bounds(notes=19)[1] == math.inf
    assert pace.bounds(notes=20)[0] >= 20.0, "no more notes than were asked for"


@pytest.mark.parametrize("density", [0.5, 1.0, 3.0, 7.5])
@pytest.mark.parametrize("wish", [-math.inf, math.inf])
def test_an_answer_that_would_hurry_or_drag_has_the_notes_it_was_asked_for(density: float, wish: float) -> None:
    pace = Pace(density, start=0.0, end=16.0)
    beat, notes = 0.0, 0
    while True:
        earliest, latest = pace.bounds(notes)
        beat = max(beat, min(max(wish, earliest), latest))
        if beat > 16.0:
            break
        notes += 1
    assert notes == pytest.approx(16.0 * density, abs=1 + density * 0.25)


def strokes(texture: float, count: int) -> list[int | None]:
    made = Strokes(texture)
    found = []
    for _ in range(count):
        found.append(made.most)
        made.begin()
    return found


def test_where_no_texture_is_asked_any_number_may_sound() -> None:
    assert strokes(0.0, 3) == [None] * 3


@pytest.mark.parametrize("texture", [1.0, 1.25, 1.5, 2.0, 2.9, 3.1, 4.0, 7.75])
def test_strokes_come_out_at_the_texture_on_average_as_evenly_as_can_be(texture: float) -> None:
    sizes = [size for size in strokes(texture, 80) if size is not None]
    assert sum(sizes) / 80 == pytest.approx(texture, abs=1 / 40)
    assert set(sizes) <= {math.floor(texture), math.ceil(texture)}
    for start in range(40):
        stretch = sizes[start : start + 8]
        assert abs(sum(stretch) - 8 * texture) <= 1.0 + 1e-9


@pytest.mark.parametrize("texture", [0.01, 0.5, 0.99])
def test_a_stroke_has_a_note_however_little_is_asked(texture: float) -> None:
    assert strokes(texture, 10) == [1] * 10


def test_asking_twice_within_a_stroke_gives_the_same() -> None:
    made = Strokes(1.5)
    assert made.most == made.most
    made.begin()
    assert made.most == made.most == 2
