"""Odds, rules, causes and passages of small cases."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from explained_cases import HALF, KEYS, SHORT, case
from small_networks import REWIND, export_small, load, network

from bridge.engine.attention import Attention
from bridge.engine.constraints import Constraints
from bridge.engine.manifest import load_manifest
from bridge.engine.model import Draw
from bridge.engine.streaming import StreamingModel
from bridge.explanation.case import Case
from bridge.explanation.explain import explain, passage, words_of
from bridge.explanation.words import sentences
from bridge.vocabulary.codec import DRUMS, FIELDS, SIZES, VOICES, Event, dt_class, duration_class, velocity_class
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


def test_of_several_passages_the_longest_is_told_and_of_those_the_latest() -> None:
    figure, more = [60, 62, 64, 65], [60, 62, 64, 65, 67]
    longest = passage(case([*more, 50, *more[1:], 40, *more]))
    assert longest is not None and (longest.place, longest.notes, longest.moved) == (4, 5, 0)
    latest = passage(case([*figure, 50, *figure, 40, *figure]))
    assert latest is not None and (latest.place, latest.notes) == (8, 4)
    lower = passage(case([72, 74, 76, 77, 40, *figure]))
    assert lower is not None and lower.moved == -12


def test_a_passage_is_one_of_the_note_s_own_voice_and_drums_have_none() -> None:
    pitches = [60, 41, 62, 53, 64, 44, 65, 52, 50, 39, 60, 57, 62, 40, 64, 49, 65]
    one = case(pitches)
    assert passage(one) is None
    events = one.events.copy()
    events[1::2, FIELDS.index("voice")] = VOICES.index("bass")
    found = passage(Case(events, one.context, one.event, one.mine))
    assert found is not None and (found.place, found.notes) == (6, 4)
    beat = case([36, 38, 42, 36, 38, 42, 36, 38, 42])
    struck = beat.events.copy()
    struck[:, FIELDS.index("voice")] = DRUMS
    assert passage(beat) is not None
    assert passage(Case(struck, beat.context, Event(HALF, DRUMS, 42, 20, SHORT), beat.mine)) is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("dt", 0, "at once"),
        ("dt", dt_class(24), "0.5 beats later"),
        ("dt", dt_class(32), "0.667 beats later"),
        ("voice", KEYS, "keys"),
        ("pitch", 61, "Db4"),
        ("velocity", velocity_class(80), "velocity 82"),
        ("duration", duration_class(1.5), "1.5 beats long"),
        ("duration", SIZES[4], "not known"),
    ],
)
def test_each_field_is_said_as_musicians_say_it(field: str, value: int, said: str) -> None:
    event = Event(HALF, KEYS, 60, 20, SHORT)
    assert words_of(FIELDS.index(field), value, event) == said
    if field == "pitch":
        assert words_of(FIELDS.index(field), value, event._replace(voice=DRUMS)) == f"drum {value}"
