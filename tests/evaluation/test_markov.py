"""The Markov model: whole distributions, nothing of the future, and music that it can learn by heart."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evaluation_music import KEYS, chunk_of, random_events

from bridge.evaluation.chunks import Chunk
from bridge.evaluation.markov import Markov
from bridge.vocabulary import codec


def bits_per_note(model: Markov, chunk: Chunk) -> float:
    (nats,) = model.nats([chunk])
    return float(nats.sum() / math.log(2) / len(nats))


def cycle(count: int, turn: int = 0) -> np.ndarray:
    """A figure of six notes, again and again."""
    figure = np.array([[12, KEYS, p + turn, 20, 11] for p in (60, 64, 67, 72, 67, 64)])
    return np.resize(figure, (count, 5))


TRAINED = Markov(
    [chunk_of(random_events(300, seed)) for seed in range(6)],
    [chunk_of(random_events(200, seed)) for seed in range(6, 9)],
)


@pytest.mark.parametrize("field", range(5))
@pytest.mark.parametrize("place", [1, 2, 17, 60])
def test_probabilities_sum_to_one_whatever_came_before(field: int, place: int) -> None:
    """Every class in turn as the last event: its own probability may depend on nothing that it changes."""
    events = random_events(place + 1, seed=20)
    events[place, 3] = 10
    variants = []
    for value in range(codec.SIZES[field]):
        variant = events.copy()
        variant[place, field] = value
        variants.append(chunk_of(variant))
    probability = [math.exp(-nats[-1, field]) for nats in TRAINED.nats(variants)]
    assert sum(probability) == pytest.approx(1.0, abs=1e-9)


def test_an_event_is_predicted_from_the_past_alone_and_from_its_own_chunk() -> None:
    chunk = chunk_of(random_events(100, seed=30))
    short = chunk_of(chunk.events[:60])
    (whole,), (cut,) = TRAINED.nats([chunk]), TRAINED.nats([short])
    np.testing.assert_allclose(whole[:59], cut)
    np.testing.assert_allclose(TRAINED.nats([short, chunk])[1], whole)


def test_a_tune_is_learnt_by_heart_and_known_in_another_key() -> None:
    model = Markov([chunk_of(cycle(600))], [])
    assert bits_per_note(model, chunk_of(cycle(200))) < 0.3
    assert bits_per_note(model, chunk_of(cycle(200, turn=5))) < 1.5


def test_what_repeats_within_a_chunk_is_learnt_there() -> None:
    (nats,) = TRAINED.nats([chunk_of(cycle(400))])
    assert nats[-100:].sum() < 0.2 * nats[:30].sum()


def test_the_bar_of_an_event_is_not_told_before_it() -> None:
    """Where a changed bar would give an onset away, it is the previous event's that counts."""
    chunks = []
    for last in (0.0, 1.75):
        chunk = chunk_of(random_events(80, seed=50))
        beat = chunk.stretch.onset / codec.TICKS_PER_BEAT % 4
        beat[-1] = last
        chunk.stretch.bar_beat[:], chunk.stretch.beats_per_bar[:] = beat, 4.0
        chunk.stretch.beats_per_bar[-1] = 4.0 + last
        chunks.append(chunk)
    one, other = TRAINED.nats(chunks)
    np.testing.assert_array_equal(one, other)


def test_without_a_short_term_memory_repetition_does_not_help() -> None:
    chunks = [chunk_of(random_events(300, seed)) for seed in range(3)]
    model = Markov(chunks[:2], chunks[2:], short_term=False)
    (nats,) = model.nats([chunk_of(cycle(400))])
    assert model.name == "markov-long-term"
    np.testing.assert_allclose(nats[300:306], nats[360:366])


def test_unknown_velocities_cost_nothing() -> None:
    chunk = chunk_of(random_events(100, seed=40))
    (nats,) = TRAINED.nats([chunk])
    unknown = chunk.events[1:, 3] == codec.UNKNOWN_VELOCITY
    assert unknown.any() and not nats[unknown, 3].any() and (nats[~unknown, 3] > 0).all()


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(ValueError, match="no training chunks"):
        Markov([], [])
