"""Odds, rules, causes and passages of small cases."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from explained_cases import KEYS, case
from small_networks import REWIND, export_small, load, network

from bridge.engine.attention import Attention
from bridge.engine.constraints import Constraints
from bridge.engine.manifest import load_manifest
from bridge.engine.model import Draw
from bridge.engine.streaming import StreamingModel
from bridge.explanation.case import Case
from bridge.explanation.explain import explain, passage
from bridge.explanation.words import sentences
from bridge.vocabulary.codec import SIZES
from bridge.vocabulary.guide import guide_of


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[StreamingModel, Attention]:
    folder = export_small(tmp_path_factory.mktemp("models"), "transformer-echo")
    return load(folder), Attention(load_manifest(folder))


def test_an_explanation_of_a_draw(small: tuple[StreamingModel, Attention]) -> None:
    model, attention = small
    constraints = Constraints()
    constraints.only_voices([KEYS])
    constraints.pitch_range(60, 72)
    constraints.duration_between(1, 48)
    draw = Draw(constraints, np.zeros(5, np.float32), 0.9, 1.0, guide_of({"keys": 3}, {"density": 2.0}, 4.0))
    found = explain(case([60, 62, 64, 65, 67, 69, 71], draw), model, attention)
    fields = {field.name: field for field in found.fields}
    assert fields["voice"].probability == pytest.approx(1.0) and fields["voice"].classes == 1
    assert fields["pitch"].classes == 13 and 0 < fields["pitch"].allowed < 1
    assert fields["pitch"].probability == pytest.approx(fields["pitch"].free / fields["pitch"].allowed, rel=1e-3)
    assert fields["dt"].allowed == pytest.approx(1.0)
    assert 1 <= fields["pitch"].rank <= 13 and len(fields["pitch"].alternatives) == 4
    assert sum(cause.attention for cause in found.causes) == pytest.approx(1.0, abs=0.2)
    said = "\n".join(sentences(found))
    assert "C4 to C5" in said and "notes a beat" in said and "end about 4" in said


def test_other_weights_give_other_causes(small: tuple[StreamingModel, Attention], tmp_path) -> None:
    """The first sanity check of Adebayo et al. ("Sanity Checks for Saliency Maps", NeurIPS 2018)."""

    from bridge.training.export import export_model

    folder = export_model(network("transformer-echo", seed=5), tmp_path, "other", rewind=REWIND, max_chunk=REWIND)
    one = case([60, 62, 64, 65, 67, 69, 71, 72, 71, 69])
    model, attention = small
    own = explain(one, model, attention, near=8)
    other = explain(one, load(folder), Attention(load_manifest(folder)), near=8)
    for what in ("effect", "attention"):
        first, second = ([getattr(c, what) for c in sorted(e.causes, key=lambda c: c.place)] for e in (own, other))
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.9


def test_quickly_without_leaving_anything_out(small: tuple[StreamingModel, Attention]) -> None:
    model, attention = small
    found = explain(case([60, 62, 64, 65]), model, attention, causes=False)
    paid = [cause.attention for cause in found.causes]
    assert all(np.isnan(cause.effect) for cause in found.causes) and paid == sorted(paid, reverse=True)
    assert "of its attention" in "\n".join(sentences(found))
    assert explain(case([60, 62, 64, 65]), model, causes=False).causes == ()
    with pytest.raises(ValueError, match="first note of all"):
        explain(case([60]), model, attention)


def test_what_is_not_known_is_said_so(small: tuple[StreamingModel, Attention]) -> None:
    one = case([60, 62, 64, 65])
    held = Case(one.events, one.context, one.event._replace(velocity=SIZES[3], duration=SIZES[4]), one.mine)
    fields = {field.name: field for field in explain(held, small[0]).fields}
    assert fields["velocity"].value == fields["duration"].value == "not known"
    assert np.isnan(fields["duration"].probability) and fields["pitch"].probability > 0


def test_passages_are_found_transposed() -> None:
    found = passage(case([60, 62, 64, 60, 48, 65, 67, 69, 65]))
    assert found is not None and (found.place, found.notes, found.moved) == (3, 4, 5)
    assert passage(case([60, 61, 63, 66, 70, 75])) is None
    assert passage(case([60])) is None
