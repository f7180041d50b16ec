"""A model that is watched: all it is told, and made to forget, is written down beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.model import Batch, Contexts, Draw, Events, Given, Model, PerField, Sample
from bridge.engine.model_around import BatchAround, ModelAround
from bridge.vocabulary.guide import Guide


class ModelFailed(RuntimeError):
    """A fault that was asked for."""


class ModelWatcher(Protocol):
    """Who wants to know what happens to the model."""

    def told(self, events: Events) -> None:
        """The model was fed these."""

    def taken_back(self, events: Events) -> None:
        """These, its last ones, were rewound."""

    def emptied(self) -> None:
        """It was reset."""

    def drawing(self, watched: WatchedModel, draw: Draw) -> None:
        """It is about to draw."""


class WatchedModel(ModelAround):
    """Is the model to whoever plays it. `events` and `contexts` are what it was told and not made to forget.

    With `fails` set its next call fails, once, and nothing of it is done.
    """

    def __init__(self, model: Model, hearer: ModelWatcher) -> None:
        super().__init__(model)
        self.fails = False
        self.events: list[npt.NDArray[np.int64]] = []
        self.contexts: list[npt.NDArray[np.float32]] = []
        self._hearer = hearer

    def fork(self, count: int) -> Batch:
        """As the model's, or ModelFailed."""
        self.maybe_fail()
        return WatchedBatch(self, self.model.fork(count))

    def took_up(self, events: Events, contexts: Contexts) -> None:
        """The model went on from a candidate that had been told this."""
        if len(events):
            self.events.extend(events)
            self.contexts.extend(contexts)
            self._hearer.told(events)

    def feed(self, events: Events, context: Contexts) -> None:
        """As the model's, or ModelFailed."""
        self.maybe_fail()
        self.model.feed(events, context)
        # Copies: what was told must not change afterwards.
        self.events.extend(events.copy())
        self.contexts.extend(context.copy())
        self._hearer.told(events)

    def sample(
        self,
        constraints: Constraints,
        uniform: npt.NDArray[np.float32],
        temperature: PerField,
        top_p: PerField,
        guide: Guide | None = None,
        given: Given | None = None,
    ) -> Sample:
        """As the model's, or ModelFailed."""
        self.maybe_fail()
        draw = Draw(constraints, uniform, temperature, top_p, guide, given)
        self.drawing(draw)
        return draw.of(self.model)

    def drawing(self, draw: Draw) -> None:
        """The model, or a candidate of it that heard nothing yet, is about to draw this."""
        self._hearer.drawing(self, draw)

    def rewind(self, count: int) -> None:
        """As the model's, or ModelFailed."""
        self.maybe_fail()
        self.model.rewind(count)
        if count:
            self._hearer.taken_back(np.stack(self.events[-count:]))
            del self.events[-count:], self.contexts[-count:]

    def reset(self) -> None:
        """As the model's."""
        self.model.reset()
        self.events.clear()
        self.contexts.clear()
        self._hearer.emptied()

    def maybe_fail(self) -> None:
        """Raises ModelFailed where the next call is to fail."""
        if self.fails:
            self.fails = False
            raise ModelFailed("the model failed because the set asked for it")


class WatchedBatch(BatchAround):
    """A batch of a watched model: what the candidate was told that is kept becomes what the model was told."""

    def __init__(self, watched: WatchedModel, batch: Batch) -> None:
        self._watched = watched
        super().__init__(batch)
        self._told: list[list[tuple[Events, Contexts]]] = [[] for _ in range(batch.count)]

    def feed(self, rows: Sequence[int], events: Events, context: Contexts) -> None:
        """As the batch's, or ModelFailed."""
        self._watched.maybe_fail()
        self.batch.feed(rows, events, context)
        for row, event, around in zip(rows, events, context, strict=True):
            self._told[row].append((event.copy(), around.copy()))

    def sample(self, rows: Sequence[int], draws: Sequence[Draw]) -> list[Sample]:
        """As the batch's, or ModelFailed. The first draw of each is one after what the watched model was told."""
        self._watched.maybe_fail()
        for row, draw in zip(rows, draws, strict=True):
            if not self._told[row]:
                self._watched.drawing(draw)
        return self.batch.sample(rows, draws)

    def commit(self, row: int) -> None:
        """As the batch's, or ModelFailed."""
        self._watched.maybe_fail()
        self.batch.commit(row)
        told = self._told[row]
        if told:
            events, contexts = zip(*told, strict=True)
            self._watched.took_up(np.stack(events), np.stack(contexts))
