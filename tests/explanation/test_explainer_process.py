"""What the process that explains says: at once what was told, then the causes, as the whole model would say it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from explained_sets import answered, drawn

from bridge.engine.streaming import StreamingModel
from bridge.explanation.causes import asked_of
from bridge.explanation.explain import explain
from bridge.explanation.explainer_process import Explainer
from bridge.explanation.live import asked_about, case_of


def test_what_is_said_at_once_is_what_the_model_says(tmp_path: Path) -> None:
    sim, kept = answered(tmp_path)
    number = drawn(sim.session.performer, kept)
    asked = asked_about(sim.session.performer, number, kept[number])()
    assert asked.hidden is not None
    found = Explainer().told(asked)
    # The long way: the model hears it all again, and is asked what the draw was asked.
    model = StreamingModel.load(Path(asked.folder), provider="cpu")
    whole = explain(case_of(asked), model, causes=False)
    for one, other in zip(found.fields, whole.fields, strict=True):
        assert (one.name, one.value, one.rank, one.classes) == (other.name, other.value, other.rank, other.classes)
        assert one.probability == pytest.approx(other.probability, abs=1e-3)
        assert one.allowed == pytest.approx(other.allowed, abs=1e-3)


def test_causes_follow_in_small_pieces(tmp_path: Path) -> None:
    sim, kept = answered(tmp_path)
    number = drawn(sim.session.performer, kept)
    asked = asked_about(sim.session.performer, number, kept[number])()
    explainer = Explainer()
    found = explainer.told(asked)
    said = list(explainer.causes(asked, found))
    assert said[-1] is not None and not any(said[:-1]) and len(said) > 3
    report = said[-1]
    assert report.part == "causes" and report.note_id == number
    effects = [cause.effect for cause in report.causes]
    assert effects == sorted(effects, reverse=True) and any(effects)


def test_a_state_that_is_not_kept_is_made_again(tmp_path: Path) -> None:
    sim, kept = answered(tmp_path)
    number = drawn(sim.session.performer, kept)
    asked = asked_about(sim.session.performer, number, kept[number])()

    known = Explainer().told(asked)
    anew = Explainer().told(msgspec.structs.replace(asked, hidden=None))
    for one, other in zip(known.fields, anew.fields, strict=True):
        assert one.allowed == pytest.approx(other.allowed, abs=1e-3)


def test_a_model_draws_after_a_state_as_if_it_were_its_own(tmp_path: Path) -> None:
    sim, kept = answered(tmp_path)
    performer = sim.session.performer
    asked = asked_about(performer, drawn(performer, kept), kept[drawn(performer, kept)])()
    model = StreamingModel.load(Path(asked.folder), provider="cpu")
    case = case_of(asked)
    model.feed(case.events, case.context)
    draw = asked_of(case)
    here = draw.of(model).all_log_probs()
    there = model.drawn_after(model.hidden, case.events, draw).all_log_probs()
    for one, other in zip(here, there, strict=True):
        np.testing.assert_allclose(np.exp(one), np.exp(other), atol=1e-5)
    before = model.hidden_before(1)
    assert before is not None and not np.array_equal(before, model.hidden)
    model.rewind(1)
    np.testing.assert_array_equal(model.hidden, before)
    assert model.hidden_before(1000) is None
