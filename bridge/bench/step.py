"""One note's worth of work: feed and sample, with the window full, early and after a hundred thousand events; cold."""

from __future__ import annotations

from typing import Final

import numpy as np

from bridge.bench.cold import candidate_figures, cold_figures
from bridge.bench.result import Conditions, Figure, Result, quantiles_ms
from bridge.engine.folders import find_model
from bridge.engine.model import Events, Model
from bridge.engine.step_timer import measure_step
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary.codec import CONTEXT_SIZE, SIZES

BARS: Final = (3.0, 6.0)
EARLY: Final = 1_000
LATE: Final = 100_000
# So much slower may the late steps be by chance alone.
SAME: Final = 1.25
_FED_AT_ONCE: Final = 256
_TURN: Final = 50  # steps of one before steps of the other


def random_music(count: int, seed: int = 0) -> Events:
    """Events of every class with equal chance, int64 [count, 5]: no music, but nothing that costs less than music."""
    random = np.random.default_rng(seed)
    return np.stack([random.integers(0, size, count) for size in SIZES], axis=1)


def move_to(model: Model, position: int, conditions: Conditions, parts: tuple[float, float]) -> None:
    """Feed the model until it has heard `position` events, telling progress from one part to the other."""
    begun = model.position
    while (left := position - model.position) > 0:
        events = random_music(min(left, _FED_AT_ONCE), seed=model.position)
        model.feed(events, np.zeros((len(events), CONTEXT_SIZE), dtype=np.float32))
        done = (model.position - begun) / (position - begun)
        conditions.progress(parts[0] + done * (parts[1] - parts[0]))


def measure(conditions: Conditions) -> Result:
    """Time steps back to back at two places of a long set, in turns; before that some time apart, and candidates."""
    early, late = (StreamingModel.load(find_model(conditions.model), provider="cpu") for _ in range(2))
    early.warm_up()
    count = 300 if conditions.quick else 2_000
    far = LATE // 20 if conditions.quick else LATE
    move_to(early, max(EARLY, early.manifest.window), conditions, (0.0, 0.05))
    apart = [*cold_figures(early, random_music(count), conditions), *candidate_figures(early, conditions)]
    move_to(late, far, conditions, (0.1, 0.9))
    early_steps, late_steps = _in_turns(early, late, count)
    conditions.draw("step", {f"event {EARLY:,}": early_steps, f"event {far:,}": late_steps})
    (median, p99), (late_median, late_p99) = quantiles_ms(early_steps), quantiles_ms(late_steps)
    return Result(
        "step",
        (
            Figure(f"median at event {EARLY:,}", median, bar=BARS[0]),
            Figure(f"p99 at event {EARLY:,}", p99, bar=BARS[1]),
            Figure(f"median at event {far:,}", late_median, bar=BARS[0]),
            Figure(f"p99 at event {far:,}", late_p99, bar=BARS[1]),
            Figure("median late / early", late_median / median, "×", bar=SAME),
            *apart,
        ),
        f"{count} steps each on the CPU, in turns, one thread, window {early.manifest.window} full",
    )


def _in_turns(early: Model, late: Model, count: int) -> tuple[list[float], list[float]]:
    """Seconds of `count` steps of each, so many of the one after so many of the other: both see the same minutes."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(count // _TURN):
        for model, seconds in zip((early, late), times, strict=True):
            seconds.extend(measure_step(model, random_music(_TURN, seed=turn)).tolist())
    return times
