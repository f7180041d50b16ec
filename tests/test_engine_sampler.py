"""The sampling graph against a plain numpy reference; what is forbidden is never drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch
from engine_models import REWIND, SMALL, transformer

from bridge.codec import FIELDS, SIZES, VOICES
from bridge.engine import Constraints, Sample
from bridge.engine.manifest import load_manifest
from bridge.engine.providers import choose_provider
from bridge.engine.sampler import Sampler
from bridge.engine.session import Session
from bridge.training.export import export_model
from bridge.training.transformer import Transformer

SHARPNESS = (1.0, 30.0, 600.0)  # Nearly flat, like a trained model, and far beyond it: logits around a hundred.
BELOW_ONE = float(np.nextafter(np.float32(1), np.float32(0)))
ROUNDING = 2e-4

Sampling = tuple[Sampler, Transformer, float]  # The graph, the network it was built from, its sharpness.

chances = st.one_of(st.floats(0, BELOW_ONE, width=32), st.sampled_from([0.0, BELOW_ONE]))
temperatures = st.floats(0.05, 3.0)
shares = st.one_of(st.floats(0.01, 1.0), st.just(1.0))


@pytest.fixture(scope="module", params=SHARPNESS)
def sampler(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sampling:
    model = transformer(sharpness=request.param)
    folder = export_model(model, tmp_path_factory.mktemp("models"), "small", rewind=REWIND)
    manifest = load_manifest(folder)
    return Sampler(Session(manifest.sample, choose_provider("cpu")), manifest), model, request.param


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
    graph, network, sharpness = sampler
    random = np.random.default_rng(seed)
    hidden = random.normal(0, 1, SMALL.width).astype(np.float32)
    constraints = random_constraints(random)
    drawn = graph.draw(hidden, constraints, np.array(uniform, dtype=np.float32), temperature, top_p)
    with torch.no_grad():
        every_logits = network.head(torch.from_numpy(hidden), torch.tensor(drawn.event))
    for i, field in enumerate(FIELDS):
        mask = mask_of(constraints, field, drawn.event.voice)
        assert mask[drawn.event[i]]
        logits = np.where(mask, every_logits[i].numpy().astype(np.float64), -np.inf)
        check_draw(
            logits, drawn.event[i], uniform[i], temperature[i], top_p[i], slack=ROUNDING * max(1, sharpness / 30)
        )
        check_odds(logits, drawn, i, slack=ROUNDING * max(1, sharpness / 30))


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
    assert drawn.log_prob[field] == pytest.approx(expected, abs=slack, rel=slack)
    assert drawn.alternative_probs[field] == pytest.approx(np.sort(p)[::-1][:4], abs=slack)
    for value, probability in zip(drawn.alternatives[field], drawn.alternative_probs[field], strict=True):
        assert p[value] == pytest.approx(probability, abs=slack)


def test_frequencies_are_the_probabilities(sampler: Sampling) -> None:
    graph, network, sharpness = sampler
    random = np.random.default_rng(0)
    hidden = random.normal(0, 1, SMALL.width).astype(np.float32)
    constraints = Constraints()
    count = 4000
    uniforms = (np.arange(count, dtype=np.float32)[:, None] + 0.5) / count * np.ones(5, dtype=np.float32)
    drawn = np.array([graph.draw(hidden, constraints, uniform, 1.0, 1.0).event for uniform in uniforms])
    with torch.no_grad():
        logits = network.head(torch.from_numpy(hidden), torch.tensor(drawn[0]))[0].numpy()
    frequencies = np.bincount(drawn[:, 0], minlength=SIZES[0]) / count
    assert np.abs(frequencies - softmax(logits.astype(np.float64))).max() < 2 / count + ROUNDING * sharpness / 30


def test_drums_and_keys_have_pitches_of_their_own(sampler: Sampling) -> None:
    graph = sampler[0]
    constraints = Constraints()
    constraints.only_voices([VOICES.index("drums")])
    constraints.allow_pitches([36], voices=[VOICES.index("drums")])
    drawn = graph.draw(np.ones(SMALL.width, dtype=np.float32), constraints, np.zeros(5, dtype=np.float32), 1.0, 1.0)
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
        sampler[0].draw(np.zeros(SMALL.width, dtype=np.float32), Constraints(), uniform, temperature, top_p)


def test_a_uniform_rounded_up_to_one_is_the_largest_below(sampler: Sampling) -> None:
    hidden = np.ones(SMALL.width, dtype=np.float32)
    one = sampler[0].draw(hidden, Constraints(), np.ones(5, dtype=np.float32), 1.0, 1.0)
    assert one == sampler[0].draw(hidden, Constraints(), np.full(5, BELOW_ONE, dtype=np.float32), 1.0, 1.0)
