"""What is drawn leans towards the key that is heard, and nothing is forced."""

from __future__ import annotations

import numpy as np
import pytest
from performing import ons, phrase, simulation

from bridge.engine.constraints import Constraints
from bridge.vocabulary.codec import FIELDS, VOICES

C_MAJOR = {0, 2, 4, 5, 7, 9, 11}
ARPEGGIO = (60, 64, 67, 72, 67, 64, 60, 64, 67, 72)
ROW = (60, 61, 65, 71, 66, 63, 70, 62, 68, 64, 69, 67)
LEAD, KEYS, BASS, DRUMS = (VOICES.index(voice) for voice in ("lead", "keys", "bass", "drums"))


def in_key(pitches: tuple[int, ...], pull: float) -> float:
    found = []
    for seed in range(6):
        sim = simulation(seed=seed, human_voice="lead", values={"pull": pull, "choose": 1})
        sim.play(phrase(pitches=pitches), 12.0)
        found += [pitch % 12 in C_MAJOR for _, _, pitch in ons(sim)]
    return float(np.mean(found))


def test_an_arpeggio_is_answered_in_its_key_by_a_model_that_knows_none() -> None:
    assert in_key(ARPEGGIO, 0.0) < 0.8 < 0.9 < in_key(ARPEGGIO, 1.0)


def test_twelve_tones_are_left_alone() -> None:
    assert in_key(ROW * 2, 1.0) < 0.8


@pytest.mark.parametrize(
    ("voices", "temperature"), [([LEAD], 0.7), ([LEAD, BASS], 0.7), ([KEYS, LEAD], 0.9), ([DRUMS], 0.9)]
)
def test_lines_are_drawn_more_safely(voices: list[int], temperature: float) -> None:
    drawing = simulation().session.performer.stage.drawing
    constraints = Constraints()
    constraints.only_voices(voices)
    assert drawing.temperature(constraints) == temperature
    set_so = simulation(values={"temperature": 0.4}).session.performer.stage.drawing
    assert set_so.temperature(constraints) == 0.4


def test_where_no_temperature_is_set_a_draw_may_be_wilder() -> None:
    for temperature, wilder, expected in ((0.0, 1.0, 0.7), (0.0, 1.5, 1.05), (0.4, 1.5, 0.4)):
        sim = simulation(values={"temperature": temperature})
        sim.play(phrase(), 1.5)
        drawing = sim.session.performer.stage.drawing
        opening = drawing.between(2.0)
        opening.may.only_voices([LEAD])
        draw = next(drawing.asking(opening, wilder=wilder))
        assert draw.temperature[FIELDS.index("pitch")] == pytest.approx(expected)
