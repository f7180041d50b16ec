"""The sampling graph against a plain numpy reference; what is forbidden is never drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("onnx")

import engine_graphs
import onnx
from engine_graphs import WIDTH, Weights, head_full, head_weights
from engine_models import load, write_model

from bridge.engine import DRAW, Constraints, Sample
from bridge.engine.errors import ModelError
from bridge.engine.manifest import load_manifest
from bridge.engine.onnx_session import OnnxSession
from bridge.engine.providers import choose_provider
from bridge.engine.sampler_v2 import SamplerV2
from bridge.vocabulary.codec import FIELDS, SIZES, VOICES
from bridge.vocabulary.guide import GUIDE_SIZES, guide_of

SHARPNESS = (1.0, 30.0, 600.0)  # Nearly flat, like a trained model, and far beyond it: logits around a hundred.
BELOW_ONE = float(np.nextafter(np.float32(1), np.float32(0)))
ROUNDING = 2e-4

Sampling = tuple[SamplerV2, Weights, float]  # The graph, the weights it was built from, its sharpness.

chances = st.one_of(st.floats(0, BELOW_ONE, width=32), st.sampled_from([0.0, BELOW_ONE]))
temperatures = st.floats(0.05, 3.0)
shares = st.one_of(st.floats(0.01, 1.0), st.just(1.0))


@pytest.fixture(scope="module", params=SHARPNESS)
def sampler(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sampling:
    head = head_weights(sharpness=request.param)
    manifest = load_manifest(write_model(tmp_path_factory.mktemp("models") / "small", head=head))
    return SamplerV2(OnnxSession(manifest.sample, choose_provider("cpu")), manifest), head, request.param


def random_guide(random: np.random.Generator) -> np.ndarray:
    """Any guide, of which about half says nothing."""
    return np.where(random.random(len(GUIDE_SIZES)) < 0.5, 0, random.integers(0, GUIDE_SIZES))


def random_given(random: np.random.Generator) -> tuple[int, ...]:
    """About half of the fields given."""
    return tuple(int(random.choice([DRAW, random.integers(0, size)])) for size in SIZES)


def random_constraints(random: np.random.Generator) -> Constraints:
    """Anything from one class a field to all of them."""
    constraints = Constraints()
    for field in FIELDS:
        mask = getattr(constraints, field)
        mask[...] = random.random(mask.shape) < random.choice([0.0, 0.05, 0.5, 1.0])
        rows = mask.reshape(-1, mask.shape[-1])
        rows[np.arange(len(rows)), random.integers(0, rows.shape[1], len(rows))] = True
    return constraints


def mask_of(constraints: Constraints, field: str, voice: int) -> np.ndarray:
    return constraints.pitch[voice] if field == "pitch" else np.asarray(getattr(constraints, field))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 1 << 30), st.lists(chances, min_size=5, max_size=5), st.lists(temperatures, min_size=5, max_size=5),
    st.lists(shares, min_size=5, max_size=5),
)  # fmt: skip
def test_it_draws_as_the_contract_says(
    sampler: Sampling, seed: int, uniform: list[float], temperature: list[float], top_p: list[float]
) -> None:
    graph, weights, sharpness = sampler
    random = np.random.default_rng(seed)
    hidden = random.normal(0, 1, WIDTH).astype(np.float32)
    constraints, guide, given = random_constraints(random), random_guide(random), random_given(random)
    drawn = graph.draw(hidden, constraints, np.array(uniform, dtype=np.float32), temperature, top_p, guide, given)
    slack = ROUNDING * max(1, sharpness / 30)
    for i, every_logit in enumerate(head_full(weights, hidden, drawn.event, guide)):
        mask = mask_of(constraints, FIELDS[i], drawn.event.voice)
        logits = np.where(mask, every_logit, -np.inf)
        if given[i] == DRAW:
            assert mask[drawn.event[i]]
            check_draw(logits, drawn.event[i], uniform[i], temperature[i], top_p[i], slack)
        else:
            assert drawn.event[i] == given[i]
        check_odds(logits, drawn, i, slack)


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max())
    return np.asarray(e / e.sum())


def check_draw(logits: np.ndarray, drawn: int, uniform: float, temperature: float, top_p: float, slack: float) -> None:
    """The class lies where the kept, renormalised cumulative sum passes `uniform`, up to rounding of logits."""
    p = softmax(logits / temperature)
    slack = slack / temperature
    # Classes surely ahead of the drawn one, and those that may be (equal up to rounding).
    ahead = p[p > p[drawn] * (1 + slack)].sum()
    behind = 1 - p[p < p[drawn] * (1 - slack)].sum()
    assert ahead < top_p + slack
    order = np.argsort(-p, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(p[order])[:-1]])
    kept = p[order][before < top_p].sum()
    widest = p[order].max() * slack + slack
    assert ahead - widest <= uniform * kept + slack
    assert uniform * kept <= behind + widest


def check_odds(logits: np.ndarray, drawn: Sample, field: int, slack: float) -> None:
    """Log-probability and alternatives are those at temperature 1, before top-p."""
    p = softmax(logits)
    expected = logits[drawn.event[field]] - logits.max() - np.log(np.exp(logits - logits.max()).sum())
    if np.isinf(expected):  # a given class that is forbidden
        assert drawn.log_prob[field] == expected
    else:
        assert drawn.log_prob[field] == pytest.approx(expected, abs=slack, rel=slack)
    assert drawn.alternative_probs[field] == pytest.approx(np.sort(p)[::-1][:4], abs=slack)
    for value, probability in zip(drawn.alternatives[field], drawn.alternative_probs[field], strict=True):
        assert p[value] == pytest.approx(probability, abs=slack)


def test_frequencies_are_the_probabilities(sampler: Sampling) -> None:
    graph, weights, sharpness = sampler
    random = np.random.default_rng(0)
    hidden = random.normal(0, 1, WIDTH).astype(np.float32)
    constraints = Constraints()
    count = 4000
    uniforms = (np.arange(count, dtype=np.float32)[:, None] + 0.5) / count * np.ones(5, dtype=np.float32)
    drawn = np.array([graph.draw(hidden, constraints, uniform, 1.0, 1.0).event for uniform in uniforms])
    logits = head_full(weights, hidden, tuple(drawn[0]))[0]
    frequencies = np.bincount(drawn[:, 0], minlength=SIZES[0]) / count
    assert np.abs(frequencies - softmax(logits)).max() < 2 / count + ROUNDING * sharpness / 30


def test_drums_and_keys_have_pitches_of_their_own(sampler: Sampling) -> None:
    graph = sampler[0]
    constraints = Constraints()
    constraints.only_voices([VOICES.index("drums")])
    constraints.allow_pitches([36], voices=[VOICES.index("drums")])
    drawn = graph.draw(np.ones(WIDTH, dtype=np.float32), constraints, np.zeros(5, dtype=np.float32), 1.0, 1.0)
    assert (drawn.event.voice, drawn.event.pitch) == (VOICES.index("drums"), 36)
    assert drawn.log_prob[1:3] == (0.0, 0.0)
    assert drawn.alternative_probs[1] == (1.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("uniform", "temperature", "top_p", "message"),
    [
        (np.full(5, 1.5, np.float32), 1.0, 1.0, "uniform is"),
        (np.full(4, 0.5, np.float32), 1.0, 1.0, "uniform has shape"),
        (np.full(5, 0.5, np.float32), 0.0, 1.0, "temperature is"),
        (np.full(5, 0.5, np.float32), float("nan"), 1.0, "temperature is"),
        (np.full(5, 0.5, np.float32), [1.0, 2.0], 1.0, "temperature has 2 numbers"),
        (np.full(5, 0.5, np.float32), 1.0, 0.0, "top_p is"),
        (np.full(5, 0.5, np.float32), 1.0, 1.1, "top_p is"),
    ],
)
def test_numbers_out_of_range_are_refused(
    sampler: Sampling, uniform: np.ndarray, temperature: float, top_p: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        sampler[0].draw(np.zeros(WIDTH, dtype=np.float32), Constraints(), uniform, temperature, top_p)


def test_a_uniform_rounded_up_to_one_is_the_largest_below(sampler: Sampling) -> None:
    hidden = np.ones(WIDTH, dtype=np.float32)
    one = sampler[0].draw(hidden, Constraints(), np.ones(5, dtype=np.float32), 1.0, 1.0)
    assert one == sampler[0].draw(hidden, Constraints(), np.full(5, BELOW_ONE, dtype=np.float32), 1.0, 1.0)


# --- what is told and what is known --------------------------------------------------------------

FREE_UNIFORM = np.full(5, 0.4, dtype=np.float32)
EVENT = (12, 2, 40, 20, 30)


def test_a_guide_changes_the_draw(sampler: Sampling) -> None:
    graph, weights, sharpness = sampler
    hidden = np.random.default_rng(2).normal(0, 1, WIDTH).astype(np.float32)
    guide = guide_of({"bass": 3, "keys": 2}, {"density": 4.0, "energy": 100.0})
    plain, guided = (graph.draw(hidden, Constraints(), FREE_UNIFORM, 1.0, 1.0, told, EVENT) for told in (None, guide))
    for told, sample in ((None, plain), (guide, guided)):
        logits = head_full(weights, hidden, EVENT, told)
        expected = [row[value] - np.logaddexp.reduce(row) for row, value in zip(logits, EVENT, strict=True)]
        assert sample.log_prob == pytest.approx(expected, abs=ROUNDING * max(1, sharpness))
    assert np.abs(np.subtract(plain.log_prob, guided.log_prob)).max() > 0.01 * min(sharpness, 1)
    # It says nothing more the next time: nothing of a guide stays behind.
    assert graph.draw(hidden, Constraints(), FREE_UNIFORM, 1.0, 1.0, None, EVENT) == plain


def test_part_of_a_note_can_be_known(sampler: Sampling) -> None:
    graph = sampler[0]
    constraints = Constraints()
    constraints.only_voices([VOICES.index("keys")])
    constraints.pitch_range(60, 72)
    bass = VOICES.index("bass")
    hidden = np.ones(WIDTH, dtype=np.float32)
    drawn = graph.draw(hidden, constraints, FREE_UNIFORM, 1.0, 1.0, given=(DRAW, bass, DRAW, 7, DRAW))
    assert (drawn.event.voice, drawn.event.velocity) == (bass, 7)
    assert 60 <= drawn.event.pitch <= 72  # drawn as the bass's
    assert drawn.log_prob[1] == -np.inf and np.isfinite(drawn.log_prob[2:]).all()
    # The next draw knows nothing of it.
    assert graph.draw(hidden, constraints, FREE_UNIFORM, 1.0, 1.0).event.voice == VOICES.index("keys")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((DRAW, DRAW, 128, DRAW, DRAW), "given pitch is 128: classes are 0 to 127, -1 is to draw it"),
        ((-2, DRAW, DRAW, DRAW, DRAW), "given dt is -2"),
        ((DRAW, DRAW, DRAW, 33, DRAW), "given velocity is 33: classes are 0 to 32"),
        ((DRAW,) * 4, "given has 4 classes"),
    ],
)
def test_a_class_that_cannot_be_is_not_given(sampler: Sampling, given: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sampler[0].draw(np.ones(WIDTH, dtype=np.float32), Constraints(), FREE_UNIFORM, 1.0, 1.0, given=given)


def test_a_guide_that_cannot_be_is_refused(sampler: Sampling) -> None:
    wrong = np.array([4] + [0] * 11)
    with pytest.raises(ValueError, match="guide entry 0 is 4: classes are 0 to 3"):
        sampler[0].draw(np.ones(WIDTH, dtype=np.float32), Constraints(), FREE_UNIFORM, 1.0, 1.0, wrong)
    with pytest.raises(ValueError, match=r"guide is int64\[11\]"):
        sampler[0].draw(np.ones(WIDTH, dtype=np.float32), Constraints(), FREE_UNIFORM, 1.0, 1.0, wrong[1:])


def test_a_graph_that_does_not_take_what_is_given_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = engine_graphs.sample

    def deaf(weights: Weights) -> onnx.ModelProto:
        """The same, but what is taken is what was drawn."""
        model = written(weights)
        for node in model.graph.node:
            if node.output[0].startswith("taken_"):
                node.input[1] = node.input[2]
        return model

    monkeypatch.setattr(engine_graphs, "sample", deaf)
    with pytest.raises(ModelError, match=r"was given: its sample\.onnx breaks the contract"):
        load(write_model(tmp_path / "deaf"))
