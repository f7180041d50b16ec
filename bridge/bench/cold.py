"""Steps as they come in playing: some time apart, the thread asleep between them, the weights gone from the caches.

Whatever is compared is timed in turns, so that what else the machine does falls on all alike. The floor is the time
that reading as many bytes as the model's graphs hold takes, once, just as cold: no step of a model that uses all its
weights can be faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import numpy as np

from bridge.bench.result import Conditions, Figure
from bridge.engine.constraints import Constraints
from bridge.engine.folders import find_model
from bridge.engine.model import Draw, Events
from bridge.engine.step_timer import measure_step
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

# Seconds from one step to the next; notes of a set lie so far apart. The second is the one that is compared.
APART: Final = (0.02, 0.05, 0.2)
COMPARED: Final = APART[1]
# How often a model that is kept near is run for nobody, in seconds.
NEAR: Final = 0.01
BESIDE_BAR: Final = 0.5
CANDIDATES: Final = 8
CANDIDATES_BAR: Final = 3.0
# Events that each batch of candidates is told: as many as an answer has.
_ANSWER: Final = 24


def cold_figures(model: StreamingModel, events: Events, conditions: Conditions) -> list[Figure]:
    """Cold steps beside the floor, and beside the model that `conditions` name, if they name one."""
    count = 20 if conditions.quick else 200
    other = _beside(conditions, events) if conditions.beside else None
    floor = _reader(_weight_bytes(model))
    times: dict[tuple[float, str], list[float]] = {}
    spent = 0.0
    for apart in APART:
        turns: dict[str, Callable[[Events], float]] = {"step": lambda event: float(measure_step(model, event)[0])}
        turns["floor"] = lambda event: floor()
        if other is not None and apart == COMPARED:
            turns["beside"] = lambda event: float(measure_step(other, event)[0])
        if apart == COMPARED:
            turns["near"] = lambda event: float(measure_step(model, event)[0])
        for i in range(count):
            for name, take in turns.items():
                spent += _wait(apart, model if name == "near" else None)
                times.setdefault((apart, name), []).append(take(events[i % len(events)][None]))
    middle = {key: 1000 * float(np.median(values)) for key, values in times.items()}
    conditions.draw("cold_step", {f"{1000 * apart:g} ms apart": times[apart, "step"] for apart in APART})
    figures = [Figure(f"median {1000 * apart:g} ms apart, asleep", middle[apart, "step"]) for apart in APART]
    step, read = middle[COMPARED, "step"], middle[COMPARED, "floor"]
    megabytes = _weight_bytes(model) / 1e6
    figures.append(Figure(f"reading its {megabytes:.1f} MB once, {1000 * COMPARED:g} ms apart", read))
    figures.append(Figure(f"median {1000 * COMPARED:g} ms apart / that", step / read, "×"))
    near = f"{1000 * COMPARED:g} ms apart, --keep-near {1000 * NEAR:g}"
    figures.append(Figure(f"median {near}", middle[COMPARED, "near"]))
    figures.append(Figure("processor time of that", 100 * spent / (count * COMPARED), "%"))
    if other is not None:
        beside = middle[COMPARED, "beside"]
        figures.append(Figure(f"{other.name} of {conditions.beside}, {1000 * COMPARED:g} ms apart", beside))
        figures.append(Figure(f"median {1000 * COMPARED:g} ms apart / that one's", step / beside, "×", bar=BESIDE_BAR))
    return figures


def candidate_figures(model: StreamingModel, conditions: Conditions) -> list[Figure]:
    """What a note costs CANDIDATES candidates at once, beside what it costs one; back to back."""
    if model.most_candidates < CANDIDATES:
        return []
    random = np.random.default_rng(0)
    constraints, contexts = Constraints(), np.zeros((CANDIDATES, CONTEXT_SIZE), dtype=np.float32)
    every: dict[int, list[float]] = {1: [], CANDIDATES: []}
    for _ in range(3 if conditions.quick else 10):
        for count, seconds in every.items():
            batch, rows = model.fork(count), list(range(count))
            for _ in range(min(_ANSWER, batch.room)):
                uniforms = random.random((count, len(FIELDS)), dtype=np.float32)
                began = time.perf_counter()
                drawn = batch.sample(rows, [Draw(constraints, uniform, 1.0, 0.95) for uniform in uniforms])
                batch.feed(rows, np.array([sample.event for sample in drawn]), contexts[:count])
                seconds.append(time.perf_counter() - began)
            batch.drop()
    one, many = (float(np.median(seconds)) for seconds in every.values())
    return [
        Figure(f"a note of {CANDIDATES} candidates at once", 1000 * many),
        Figure(f"{CANDIDATES} candidates at once / one", many / one, "×", bar=CANDIDATES_BAR),
    ]


def _wait(seconds: float, model: StreamingModel | None) -> float:
    """Sleep, keeping `model` near if there is one; the processor time that took, in seconds."""
    if model is None:
        time.sleep(seconds)
        return 0.0
    began = time.thread_time()
    for _ in range(round(seconds / NEAR) - 1):
        time.sleep(NEAR)
        model.keep_near()
    time.sleep(NEAR)
    return time.thread_time() - began


def _beside(conditions: Conditions, events: Events) -> StreamingModel:
    other = StreamingModel.load(find_model(conditions.beside), provider="cpu")
    other.warm_up()
    other.feed(events, np.zeros((len(events), CONTEXT_SIZE), dtype=np.float32))
    return other


def _weight_bytes(model: StreamingModel) -> int:
    return sum(graph.path.stat().st_size for graph in (model.manifest.feed, model.manifest.sample))


def _reader(size: int) -> Callable[[], float]:
    """Reads so many bytes of main memory once; the seconds it took."""
    numbers = np.ones(size // 8, dtype=np.int64)

    def read() -> float:
        began = time.perf_counter()
        np.bitwise_or.reduce(numbers)
        return time.perf_counter() - began

    return read
