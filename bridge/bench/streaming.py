"""Does a set with second thoughts leave the model where a straight one would have?"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.bench.result import Conditions, Figure, Result
from bridge.bench.step import random_music
from bridge.engine.constraints import Constraints
from bridge.engine.folders import find_model
from bridge.engine.model import Contexts, Events
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

BAR: Final = 1e-4
_DRAWS: Final = 64


def measure(conditions: Conditions) -> Result:
    """Play with many rewinds, one event at a time; recompute what remains from the start, in large chunks; compare.

    Weights of fewer bits are multiplied in another way, and rounded otherwise, where many events come at once: with
    such a model what remains is fed one event at a time too.

    The graphs give no raw logits but log-probabilities, of the drawn and of the likeliest classes of each field:
    differences of logits that differ by at most d show there as at most 2 d.
    """
    folder = find_model(conditions.model)
    streaming = StreamingModel.load(folder, provider="cpu")
    full = StreamingModel.load(folder, provider="cpu")
    manifest = streaming.manifest
    rounds = 5 if conditions.quick else 20
    at_once = 4096 if manifest.weights == "float32" else 1
    events, contexts = random_music(0), np.zeros((0, CONTEXT_SIZE), dtype=np.float32)
    random = np.random.default_rng(7)
    worst_hidden = worst_log_prob = 0.0
    for number in range(rounds):
        events, contexts = _second_thoughts(streaming, events, contexts, random)
        full.reset()
        for start in range(0, len(events), at_once):
            full.feed(events[start : start + at_once], contexts[start : start + at_once])
        worst_hidden = max(worst_hidden, float(np.abs(streaming.hidden - full.hidden).max()))
        worst_log_prob = max(worst_log_prob, _difference(streaming, full, random))
        conditions.progress((number + 1) / rounds)
    return Result(
        "streaming",
        (
            Figure("largest difference of log-probabilities", worst_log_prob, "", bar=BAR),
            Figure("largest difference of hidden states", worst_hidden, "", bar=BAR),
        ),
        f"{rounds} comparisons up to event {len(events):,}, each after a rewind of up to {manifest.rewind}; "
        f"window {manifest.window}, {_DRAWS} draws a comparison",
    )


def _second_thoughts(
    model: StreamingModel, events: Events, contexts: Contexts, random: np.random.Generator
) -> tuple[Events, Contexts]:
    """Play on, take some back, play others. Returns all that the model should know now."""
    for count, back in ((int(random.integers(150, 450)), True), (int(random.integers(1, 40)), False)):
        more = random_music(count, seed=int(random.integers(1 << 30)))
        around = random.random((count, CONTEXT_SIZE), dtype=np.float32)
        for index in range(count):
            model.feed(more[index : index + 1], around[index : index + 1])
        events, contexts = np.concatenate([events, more]), np.concatenate([contexts, around])
        if back:
            taken_back = int(random.integers(1, min(model.rewindable, len(events) - 1) + 1))
            model.rewind(taken_back)
            events, contexts = events[:-taken_back], contexts[:-taken_back]
    return events, contexts


def _difference(one: StreamingModel, other: StreamingModel, random: np.random.Generator) -> float:
    """The largest difference of log-probabilities over some draws with the same numbers."""
    constraints = Constraints()
    worst = 0.0
    for _ in range(_DRAWS):
        uniform: npt.NDArray[np.float32] = random.random(len(FIELDS), dtype=np.float32)
        drawn, again = (model.sample(constraints, uniform, 1.0, 1.0) for model in (one, other))
        if drawn.event != again.event:
            continue  # a number on the very edge between two classes; the fields after it cannot be compared
        worst = max(worst, float(np.abs(np.subtract(drawn.log_prob, again.log_prob)).max()))
        # Alternatives are compared by rank, which a tie does not disturb.
        first, second = (np.log(np.maximum(sample.alternative_probs, 1e-30)) for sample in (drawn, again))
        worst = max(worst, float(np.abs(first - second).max()))
    return worst
