"""How long one note takes: a feed and a sample, as the engine thread does them."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.model import Events, Model
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS


def measure_step(model: Model, events: Events) -> npt.NDArray[np.float64]:
    """Feed each of `events` (int64 [N, 5]) and draw once after it; the seconds each pair took, float64 [N].

    The model goes on from where it is: feed it a window's worth first for the live case.
    """
    constraints = Constraints()
    contexts = np.zeros((len(events), CONTEXT_SIZE), dtype=np.float32)
    uniforms = np.random.default_rng(0).random((len(events), len(FIELDS)), dtype=np.float32)
    seconds = np.empty(len(events), dtype=np.float64)
    for i in range(len(events)):
        began = time.perf_counter()
        model.feed(events[i : i + 1], contexts[i : i + 1])
        model.sample(constraints, uniforms[i], 1.0, 0.95)
        seconds[i] = time.perf_counter() - began
    return seconds
