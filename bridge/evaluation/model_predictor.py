"""A network's bits: an exported model, fed as when it plays, asked after every event how likely the next one was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import IGNORE
from bridge.engine.model import Model
from bridge.evaluation.chunks import Chunk
from bridge.vocabulary import codec

Nats = npt.NDArray[np.float64]

_VELOCITY: Final = codec.FIELDS.index("velocity")


class ModelPredictor:
    """Any model that the engine plays, under a free guide."""

    def __init__(self, model: Model, name: str | None = None) -> None:
        self._model = model
        self._name = name or model.name

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
        """-log p of each field; of a velocity that nobody knows nothing is asked, and the duration without it."""
        if target[_VELOCITY] != IGNORE:
            return [-x for x in self._model.score(target)]
        told = [*target[:_VELOCITY], codec.UNKNOWN_VELOCITY, *target[_VELOCITY + 1 :]]
        return [0.0 if i == _VELOCITY else -x for i, x in enumerate(self._model.score(told))]
