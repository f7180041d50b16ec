"""Bits counted by piece, voice and source; networks and baselines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evaluation_music import BASS, KEYS, chunk_of, random_events

from bridge.engine.fake import FakeModel
from bridge.evaluation.bits import Bits, Unigram, measure
from bridge.evaluation.model_predictor import ModelPredictor
from bridge.vocabulary import codec


def silent(done: float) -> None:
    assert 0.0 <= done <= 1.0


def usual(count: int, velocity: int = 20) -> np.ndarray:
    """Events that the stand-in model thinks possible."""
    return np.stack(
        [np.full(count, 6), np.full(count, KEYS), 60 + np.arange(count) % 12, np.full(count, velocity),
         np.full(count, 11)], axis=1,
    )  # fmt: skip


def test_bits_by_voice_and_source() -> None:
    events = usual(20)
    events[10:, 1] = BASS
    bits = Bits()
    bits.add(chunk_of(events, "a", "one"), np.where(events[1:, 1:2] == BASS, 2.0, 1.0) * np.ones(5) * math.log(2))
    bits.add(chunk_of(usual(11), "b", "two"), np.full((10, 5), math.log(2)))
    assert bits.groups == ["all", "voice:bass", "voice:keys", "source:one", "source:two"]
    assert bits.interval("voice:bass").value == pytest.approx(10.0)
    assert bits.interval("voice:keys", "pitch").value == pytest.approx(1.0)
    assert bits.interval("all").value == pytest.approx((9 * 5 + 10 * 10 + 10 * 5) / 29)
    assert bits.as_json()["source:two"]["notes"] == 10


def test_an_unknown_velocity_counts_for_nothing() -> None:
    bits = Bits()
    bits.add(chunk_of(usual(11, codec.UNKNOWN_VELOCITY)), np.full((10, 5), math.log(2)))
    assert bits.interval("all").value == pytest.approx(4.0)
    assert np.isnan(bits.interval("all", "velocity").value)


def test_differences_are_paired() -> None:
    rng = np.random.default_rng(0)
    hard, easy = Bits(), Bits()
    for piece in range(30):
        chunk, level = chunk_of(usual(21), f"piece{piece}"), rng.uniform(1, 9)
        easy.add(chunk, np.full((20, 5), level))
        hard.add(chunk, np.full((20, 5), level + 0.1))
    found = hard.difference(easy, "all")
    assert found.low == pytest.approx(found.high) == pytest.approx(0.5 / math.log(2))
    other = Bits()
    other.add(chunk_of(usual(21)), np.zeros((20, 5)))
    with pytest.raises(ValueError, match="different notes"):
        hard.difference(other, "all")


def test_unigram_counts_classes() -> None:
    model = Unigram([chunk_of(usual(101))])
    (nats,) = model.nats([chunk_of(usual(3))])
    assert nats[0, 1] == pytest.approx(-math.log(101 / 107))
    assert nats[0, 3] == pytest.approx(-math.log(101 / 132))


@pytest.mark.parametrize("velocity", [20, codec.UNKNOWN_VELOCITY])
def test_a_network_is_asked_about_every_event(velocity: int) -> None:
    """The stand-in thinks its usual classes equally likely, 25 waits, 7 voices, 37 pitches and so on."""
    model = FakeModel()
    (nats,) = ModelPredictor(model).nats([chunk_of(usual(40, velocity))])
    assert nats.shape == (39, 5) and model.position == 39
    np.testing.assert_allclose(nats[:, 1], math.log(7))
    np.testing.assert_allclose(nats[:, 2], math.log(37))
    np.testing.assert_allclose(nats[:, 3], math.log(14) if velocity == 20 else 0.0)


def test_what_is_impossible_is_named() -> None:
    with pytest.raises(ValueError, match=r"fake: log-probability -inf .* piece; every class needs a probability"):
        measure(ModelPredictor(FakeModel()), [chunk_of(random_events(40))], silent)
