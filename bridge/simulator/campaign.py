"""Many sets, one for each seed, over some processes: with the stand-in model or real ones."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from bridge.engine.fake import FakeModel
from bridge.engine.model import Model
from bridge.sessions.log import line
from bridge.sessions.recorder import LOG_NAME
from bridge.simulator.sets import Models, Outcome, play_set
from bridge.system.plain_files import write_plain

STAND_IN: Final = "stand-in"
# The stand-in swaps with another like it; what it plays is all said by its last WINDOW notes.
_STAND_INS: Final = ("red", "blue")
WINDOW: Final = 512
# Draws from one comparison with a fresh model to the next: a real one takes longer to be told and to draw.
EVERY: Final = 128
EVERY_REAL: Final = 400


def models(names: Sequence[str]) -> Models:
    """The models of these names (or folders), or stand-ins. Raises ModelError with the reason when one is refused."""
    if tuple(names) == (STAND_IN,):
        return Models(_STAND_INS, lambda name: (FakeModel(name, WINDOW), ""), _fake, WINDOW, EVERY)

    def load(name: str) -> tuple[Model, str]:
        model, digest = _loaded(name, "plays")
        model.reset()
        return model, digest

    return Models(tuple(names), load, lambda name: _loaded(name, "twin")[0], None, EVERY_REAL, _weights)


def play(seeds: Sequence[int], seconds: float, names: Sequence[str], jobs: int = 1) -> Iterator[Outcome]:
    """Play the sets of these seeds, in so many processes, and say how each went, in the order of the seeds."""
    if jobs == 1:
        yield from (play_set(seed, seconds, models(names)) for seed in seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(_play, seeds, [seconds] * len(seeds), [tuple(names)] * len(seeds))


def save_log(outcome: Outcome, folder: Path) -> Path:
    """Write the session log of a set in which something broke, for `antiphon replay`; its path. Raises OSError."""
    assert outcome.log is not None, "a set in which all held has no log"
    head, entries = outcome.log
    path = folder / f"seed-{outcome.seed}" / LOG_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    write_plain(path, "\n".join([json.dumps(head), *map(line, entries), ""]))
    return path


def _play(seed: int, seconds: float, names: tuple[str, ...]) -> Outcome:
    return play_set(seed, seconds, models(names))


def _fake(name: str) -> Model:
    return FakeModel(name, WINDOW)


@cache
def _weights(name: str) -> str:
    """How a model holds its numbers."""
    from bridge.engine.folders import find_model
    from bridge.engine.manifest import load_manifest

    return load_manifest(find_model(name)).weights


@cache
def _loaded(name: str, role: str) -> tuple[Model, str]:
    """A model, loaded once for each `role` it has in a process."""
    from bridge.engine.folders import find_model
    from bridge.engine.streaming import StreamingModel

    model = StreamingModel.load(find_model(name), provider="cpu")
    model.warm_up()
    return model, model.manifest.digest
