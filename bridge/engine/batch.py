"""Batches of candidates, as `bridge.engine.model.Batch` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.engine.batch_checks import ENDED, WENT_ON, BatchGuard, check_rows
from bridge.engine.checks import check_events
from bridge.engine.forks import CandidateBatch
from bridge.engine.model import Contexts, Draw, Events, Model, Sample
from bridge.engine.repetition import STREAM_SIZE, EchoMemory
from bridge.engine.sampler import After, Sampler


class Heard(NamedTuple):
    """One event that a candidate heard: int64 [5], hidden float32 [H] after it, and the stream's echo int64 [18]."""

    event: npt.NDArray[np.int64]
    hidden: npt.NDArray[np.float32]
    echo: npt.NDArray[np.int64]


class StreamingBatch:
    """Satisfies `bridge.engine.model.Batch` for a folder of contract 3."""

    def __init__(
        self,
        candidates: CandidateBatch,
        sampler: Sampler,
        after: After,
        count: int,
        room: int,
        guard: BatchGuard,
        commit: Callable[[Sequence[Heard]], None],
    ) -> None:
        self._candidates = candidates
        self._sampler = sampler
        self._room = room
        self._guard = guard
        self._commit = commit
        self._after = [after] * count
        self._memories: list[EchoMemory] = []
        if after.memory is not None:
            self._memories = [after.memory.fork() for _ in range(count)]
            self._after = [after._replace(memory=memory) for memory in self._memories]
        self._heard: list[list[Heard]] = [[] for _ in range(count)]

    @property
    def count(self) -> int:
        """How many candidates there are."""
        return len(self._heard)

    @property
    def room(self) -> int:
        """How many more events the longest candidate can take."""
        return self._room - max(map(len, self._heard))

    def feed(self, rows: Sequence[int], events: Events, context: Contexts) -> None:
        """Have each of `rows` hear one event. Raises ValueError and RuntimeError as the protocol says."""
        self._guard.check()
        check_rows(rows, self.count, len(events))
        check_events(events, context)
        if any(len(self._heard[row]) >= self._room for row in rows):
            raise ValueError(f"a candidate of {self._room} events has no room for one more: end it, or commit it first")
        echo = np.zeros((len(rows), STREAM_SIZE), dtype=np.int64)
        if self._memories:
            for i, row in enumerate(rows):
                self._memories[row].hear(events[i : i + 1], echo[i : i + 1])
        hidden = self._candidates.hear(rows, events, context, echo)
        for i, row in enumerate(rows):
            heard = Heard(events[i].copy(), hidden[i].copy(), echo[i])
            self._heard[row].append(heard)
            self._after[row] = self._after[row]._replace(hidden=heard.hidden, echo=heard.echo)

    def sample(self, rows: Sequence[int], draws: Sequence[Draw]) -> list[Sample]:
        """Draw the next event of each of `rows`. Raises ValueError and RuntimeError as the protocol says."""
        self._guard.check()
        check_rows(rows, self.count, len(draws))
        return self._sampler.draw([self._after[row] for row in rows], draws)

    def commit(self, row: int) -> None:
        """Have the model go on from candidate `row`. Ends the batch. Raises as the protocol says."""
        check_rows([row], self.count, 1)
        self._guard.end()
        self._candidates.commit(row)
        self._commit(self._heard[row])

    def drop(self) -> None:
        """Give the candidates up. Ends the batch."""
        self._guard.end()


class LoneBatch:
    """A batch of one candidate for any model: it is fed itself, and taken back again when the candidate is dropped."""

    def __init__(self, model: Model, limit: int) -> None:
        """`limit` is how many events the model can take back."""
        self._model = model
        self._limit = limit
        self._fed = 0
        self._from = model.position
        self._ended = False

    @property
    def count(self) -> int:
        """One."""
        return 1

    @property
    def room(self) -> int:
        """How many more events it can take and still be dropped."""
        return self._limit - self._fed

    def feed(self, rows: Sequence[int], events: Events, context: Contexts) -> None:
        """See the protocol."""
        self._check()
        check_rows(rows, 1, len(events))
        if not self.room:
            raise ValueError(f"a candidate of {self._fed} events has no room for one more: end it, or commit it first")
        self._model.feed(events, context)
        self._fed += 1

    def sample(self, rows: Sequence[int], draws: Sequence[Draw]) -> list[Sample]:
        """See the protocol."""
        self._check()
        check_rows(rows, 1, len(draws))
        return [draws[0].of(self._model)]

    def commit(self, row: int) -> None:
        """See the protocol."""
        check_rows([row], 1, 1)
        self._check()
        self._ended = True

    def drop(self) -> None:
        """See the protocol."""
        self._check()
        self._model.rewind(self._fed)
        self._ended = True

    def _check(self) -> None:
        if self._ended:
            raise RuntimeError(ENDED)
        if self._model.position != self._from + self._fed:
            raise RuntimeError(WENT_ON)
