"""A network's bits: an exported model, fed as when it plays, asked after every event how likely the next one was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge import codec
from bridge.data.encode import IGNORE
from bridge.engine.constraints import Constraints
from bridge.engine.model import Model
from bridge.evaluation.chunks import Chunk

Nats = npt.NDArray[np.float64]

_STRATA: Final = 4
_DRAWN: Final = -1  # of the engine's `given`: this field is drawn
_VELOCITY: Final = codec.FIELDS.index("velocity")


class Network:
    """Any model that the engine plays, under a free guide."""

    def __init__(self, model: Model, name: str | None = None) -> None:
        self._model = model
        self._name = name or model.name
        self._anything = Constraints()
        # Whether the model can be told that a velocity is unknown; found out at the first one.
        self._takes_unknown: bool | None = None

    @property
    def name(self) -> str:
        """The model's name, or the one it was given here."""
        return self._name

    def nats(self, chunks: Sequence[Chunk]) -> list[Nats]:
        """-log p of each field of each chunk's targets; the memory is empty at the start of each."""
        return [self._chunk(chunk) for chunk in chunks]

    def _chunk(self, chunk: Chunk) -> Nats:
        contexts, targets = chunk.contexts(), chunk.targets
        out = np.zeros(targets.shape)
        self._model.reset()
        for i, target in enumerate(targets.tolist()):
            self._model.feed(chunk.events[i : i + 1], contexts[i : i + 1])
            out[i] = self._score(target)
        return out

    def _score(self, target: list[int]) -> list[float]:
        """Of an unknown velocity nothing is asked; the duration after it is predicted knowing as little.

        Told as UNKNOWN where the model takes that; else the duration's probability is averaged over the velocities
        that the model expects, by `_STRATA` stratified draws.
        """
        if target[_VELOCITY] != IGNORE:
            return [-x for x in self._model.score(target)]
        told = [*target[:_VELOCITY], codec.UNKNOWN_VELOCITY, *target[_VELOCITY + 1 :]]
        if self._takes_unknown is not False:
            try:
                scores = self._model.score(told)
            except ValueError:
                if self._takes_unknown:
                    raise
                self._takes_unknown = False
            else:
                self._takes_unknown = True
                return [0.0 if i == _VELOCITY else -x for i, x in enumerate(scores)]
        return self._averaged([*target[:_VELOCITY], _DRAWN, *target[_VELOCITY + 1 :]])

    def _averaged(self, given: list[int]) -> list[float]:
        scores: list[tuple[float, ...]] = []
        for stratum in range(_STRATA):
            uniform = np.full(len(codec.FIELDS), (stratum + 0.5) / _STRATA, dtype=np.float32)
            scores.append(self._model.sample(self._anything, uniform, 1.0, 1.0, given=given).log_prob)
        duration = sum(math.exp(score[-1]) for score in scores) / _STRATA
        return [*(-x for x in scores[0][:_VELOCITY]), 0.0, -math.log(duration) if duration > 0 else math.inf]
