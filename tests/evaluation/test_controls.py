"""Whether the controls do what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import PHRASE, PROMPT, line, prepared, stretch

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation import controls
from bridge.evaluation.chunks import chunks
from bridge.evaluation.continuations import Drawing, draw, feed_prompt
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROLS


def silent(done: float) -> None:
    assert 0.0 <= done <= 1.0


def test_a_control_is_measured_in_the_horizon_after_the_prompt() -> None:
    played = stretch([(8.0, 1.0, 50), (8.0, 1.0, 70), (12.0, 1.0, 60), (15.5, 1.0, 60), (15.6, 1.0, 90)], velocity=40)
    density, energy, register, texture = controls.measured_after(PROMPT, played)
    assert density == pytest.approx(4 / 8) and energy == 40.0 and register == 60.0 and texture == pytest.approx(6 / 4)


def test_steps_lie_in_the_middle_of_what_is_usual_and_differ() -> None:
    values = np.linspace(1.0, 4.0, 1000)
    steps = controls.steps_between(CONTROLS[0], values)
    assert len(set(steps.tolist())) == controls.STEPS and (np.diff(steps) > 0).all()
    assert 1.0 <= steps[0] and steps[-1] <= 4.5
    flat = controls.steps_between(CONTROLS[3], np.full(10, 8.0))
    assert len(set(flat.tolist())) == controls.STEPS and flat[-1] == 8.0
    with pytest.raises(ValueError, match="nothing to measure"):
        controls.steps_between(CONTROLS[1], np.full(3, np.nan))


def test_the_stand_in_obeys_its_controls(tmp_path: Path) -> None:
    corpus = Corpus(prepared(tmp_path, {"a": [("train", line([48 + i * 7 % 36 for i in range(200)], step=0.4))]}))
    values = controls.usual_values(list(chunks(corpus, corpus.split("train"))))
    values[:, 0], values[:, 1] = np.linspace(0.5, 6.0, len(values)), np.linspace(30, 110, len(values))
    sweeps = controls.sweep(FakeModel(), [PHRASE] * 3, values, silent)
    assert [sweep.control for sweep in sweeps] == ["density", "energy", "register", "texture"]
    for sweep in sweeps[:3]:
        assert sweep.rank_correlation > 0.9 and sweep.rank_correlation_of_means == pytest.approx(1.0), sweep.control


def test_a_control_that_the_training_music_says_nothing_of_is_left_out() -> None:
    values = np.full((20, len(CONTROLS)), np.nan)
    values[:, 0] = np.linspace(0.5, 6.0, 20)
    assert [sweep.control for sweep in controls.sweep(FakeModel(), [PHRASE], values, silent)] == ["density"]


def test_a_correlation_that_is_none_is_a_dash() -> None:
    assert (controls.as_told(0.123), controls.as_told(np.nan)) == ("0.12", "–")


def test_a_guide_reaches_the_draw() -> None:
    model = FakeModel()
    feed_prompt(model, PROMPT)
    low = draw(model, PROMPT, 8.0, 1, Drawing(controls={"register": 40.0}))
    assert np.abs(low.pitch - 40).max() <= 8 and low.velocity.min() > codec.velocity_of(10)
