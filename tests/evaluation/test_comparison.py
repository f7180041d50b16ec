"""Continuations, answers and controls, with a model whose habits are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import KEYS, line, prepared, stretch

from bridge.data.corpus import Corpus
from bridge.data.encode import contexts, ticks_of
from bridge.data.notes import Piece
from bridge.engine.fake import FakeModel
from bridge.engine.model import Contexts, Events
from bridge.evaluation import answers, comparison, controls
from bridge.evaluation.chunks import chunks
from bridge.evaluation.continuations import Drawing, draw, feed_prompt
from bridge.evaluation.copying import Library
from bridge.evaluation.phrases import Phrase, join
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROLS

C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72]
PROMPT = stretch(line(C_MAJOR * 2))
HUMAN = stretch(line(C_MAJOR * 4, start=8.0))
PHRASE = Phrase(Piece("a", "mine", "valid", "CC0", 0, 48, True), PROMPT, HUMAN, beats=16.0)


class Listener(FakeModel):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[Events, Contexts]] = []

    def feed(self, events: Events, context: Contexts) -> None:
        super().feed(events, context)
        self.told.append((events, context))


def silent(done: float) -> None:
    assert 0.0 <= done <= 1.0


def test_a_continuation_follows_the_prompt_in_its_voices_for_as_long_as_asked() -> None:
    model = FakeModel()
    feed_prompt(model, PROMPT)
    played = draw(model, PROMPT, 8.0, seed=1)
    assert len(played.onset) > 16
    assert set(played.voice.tolist()) == {KEYS}
    assert (np.diff(played.onset) >= 0).all()
    assert PROMPT.onset[-1] <= played.onset[0] and played.onset[-1] <= PROMPT.onset[-1] + 8 * 48


def test_the_same_seed_draws_the_same() -> None:
    pitches = []
    for seed in (1, 1, 2):
        model = FakeModel()
        feed_prompt(model, PROMPT)
        pitches.append(draw(model, PROMPT, 8.0, seed).pitch.tolist())
    assert pitches[0] == pitches[1] != pitches[2]


def test_the_model_hears_itself_as_it_would_have_heard_a_piece() -> None:
    model = Listener()
    feed_prompt(model, PROMPT)
    played = draw(model, PROMPT, 8.0, seed=3)
    music = join(PROMPT, played)
    expected = contexts(music, ticks_of(music.onset), ticks_of(music.offset))
    np.testing.assert_allclose(np.concatenate([context for _, context in model.told]), expected, atol=1e-5)
    events = np.concatenate([events for events, _ in model.told])
    assert events[:, 2].tolist() == music.pitch.tolist()


def test_no_note_doubles_another() -> None:
    model = FakeModel()
    feed_prompt(model, PROMPT)
    played = draw(model, PROMPT, 16.0, seed=5)
    struck = list(zip(played.onset.tolist(), played.pitch.tolist(), strict=True))
    assert len(set(struck)) == len(struck)


def test_answers_of_the_human_and_of_nobody() -> None:
    library = Library([stretch(line([p + 2 for p in C_MAJOR * 4]))])
    (human,) = answers.answer_rows([PHRASE], [HUMAN], library)
    assert human == answers.Answer(in_key=1.0, density_fits=True, register_fits=True, copied=32)
    strange = stretch(line([94, 97, 99, 102], step=4.0, start=8.0))
    (other,) = answers.answer_rows([PHRASE], [strange], library)
    assert other.in_key == 0.0 and not other.density_fits and not other.register_fits and other.copied == 0
    told = answers.summary([human, other])
    assert told["in_key"]["value"] == 0.5 and told["not_copied"]["value"] == 0.5 and told["longest_copy"] == 32


def test_an_answer_of_silence_has_no_key() -> None:
    assert np.isnan(answers.in_key(PROMPT, stretch([])))
    assert not answers.register_fits(PHRASE, stretch([]))


def test_comparison_of_the_human_with_the_human() -> None:
    libraries = comparison.Libraries(Library([HUMAN]), Library([HUMAN], rhythm=False))
    found = comparison.compare([PHRASE] * 4, [HUMAN] * 4, [HUMAN] * 4, libraries)
    assert found["metrics"]["density"]["difference"]["value"] == 0.0
    assert found["distributions"]["pitch"] == {"overlap": 1.0, "distance": 0.0}
    assert found["copying"]["machine"]["rhythm"]["longest"] == 32


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


def test_a_guide_reaches_the_draw() -> None:
    model = FakeModel()
    feed_prompt(model, PROMPT)
    low = draw(model, PROMPT, 8.0, 1, Drawing(controls={"register": 40.0}))
    assert np.abs(low.pitch - 40).max() <= 8 and low.velocity.min() > codec.velocity_of(10)
