"""What the rest of the program may ask of a model, whatever its family. No ONNX Runtime is needed to say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.vocabulary.codec import SIZES, Event
from bridge.vocabulary.guide import Guide

# One number for every field, or five of them in the order of codec.FIELDS.
PerField = float | Sequence[float] | npt.NDArray[np.float32]

Events = npt.NDArray[np.int64]  # [T, 5], classes
Contexts = npt.NDArray[np.float32]  # [T, codec.CONTEXT_SIZE]

# A class for each field in the order of codec.FIELDS, or DRAW where the model is to draw it.
Given = Sequence[int] | npt.NDArray[np.int64]
DRAW: Final = -1
ALTERNATIVES: Final = 4
MOST_CANDIDATES: Final = 32


class Sample:
    """One drawn event and how likely it was.

    `log_prob` holds a natural logarithm for each field, under the constraints, at temperature 1, before top-p (that of
    a given class which the constraints forbid is minus infinity).
    `alternatives[field]` are the 4 likeliest classes under that distribution, best first, with
    `alternative_probs[field]`. Where fewer than 4 classes are allowed the rest have probability 0.
    All but the event is worked out when it is asked for.
    """

    __slots__ = ("_logits", "_odds", "event")

    def __init__(
        self,
        event: Event,
        log_prob: tuple[float, ...],
        alternatives: tuple[tuple[int, ...], ...],
        alternative_probs: tuple[tuple[float, ...], ...],
    ) -> None:
        self.event = event
        self._logits: npt.NDArray[np.float32] | None = None
        self._odds: _Odds | None = _Odds(log_prob, alternatives, alternative_probs)

    @classmethod
    def of_logits(cls, event: Event, logits: npt.NDArray[np.float32]) -> Sample:
        """From the logits of all fields, end to end, float32 [sum of SIZES], minus infinity where forbidden."""
        sample = cls.__new__(cls)
        sample.event, sample._logits, sample._odds = event, logits, None
        return sample

    @property
    def log_prob(self) -> tuple[float, ...]:
        """See above."""
        return self._worked_out().log_prob

    @property
    def alternatives(self) -> tuple[tuple[int, ...], ...]:
        """See above."""
        return self._worked_out().alternatives

    @property
    def alternative_probs(self) -> tuple[tuple[float, ...], ...]:
        """See above."""
        return self._worked_out().alternative_probs

    def all_log_probs(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Of every class of each field, under the constraints and given the fields before it; -inf where forbidden.

        To be asked for before anything else of it. Raises ValueError for a sample that keeps no more than its best.
        """
        if self._logits is None:
            raise ValueError("this sample keeps its likeliest classes alone: ask for all of them first")
        return tuple(_normalised(part) for part in _parts(self._logits))

    def logits(self) -> npt.NDArray[np.float32] | None:
        """A copy of what `of_logits` was given; None where that was not kept, or was asked for its best already."""
        return None if self._logits is None else self._logits.copy()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sample):
            return NotImplemented
        return self.event == other.event and self._worked_out() == other._worked_out()

    def __hash__(self) -> int:
        return hash(self.event)

    def __repr__(self) -> str:
        return f"Sample({self.event}, log_prob={self.log_prob})"

    def _worked_out(self) -> _Odds:
        if self._odds is None:
            assert self._logits is not None
            self._odds, self._logits = _odds_of(self._logits, self.event), None
        return self._odds


class _Odds(NamedTuple):
    log_prob: tuple[float, ...]
    alternatives: tuple[tuple[int, ...], ...]
    alternative_probs: tuple[tuple[float, ...], ...]


def _odds_of(logits: npt.NDArray[np.float32], event: Event) -> _Odds:
    log_prob, alternatives, probabilities = [], [], []
    for part, taken in zip(_parts(logits), event, strict=True):
        odds = _normalised(part)
        best = np.argsort(-odds, kind="stable")[:ALTERNATIVES]
        log_prob.append(float(odds[taken]) if taken < len(odds) else -np.inf)
        alternatives.append(tuple(best.tolist()))
        probabilities.append(tuple(np.exp(odds[best]).tolist()))
    return _Odds(tuple(log_prob), tuple(alternatives), tuple(probabilities))


def _parts(logits: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float64]]:
    return np.split(logits.astype(np.float64), np.cumsum(SIZES)[:-1])


def _normalised(part: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Log-probabilities. A given voice may have no pitch that is allowed: then nothing is likely."""
    highest = float(part.max())
    return part if highest == -np.inf else part - (highest + np.log(np.exp(part - highest).sum()))


@dataclass(frozen=True, slots=True)
class Draw:
    """What one draw is asked, as one value; the fields are those of `Model.sample`."""

    constraints: Constraints
    uniform: npt.NDArray[np.float32]
    temperature: PerField
    top_p: PerField
    guide: Guide | None = None
    given: Given | None = None

    def of(self, model: Model) -> Sample:
        """What `model` draws when it is asked this."""
        return model.sample(self.constraints, self.uniform, self.temperature, self.top_p, self.guide, self.given)


class Snapshot(NamedTuple):
    """A model's whole state, copied. Only the model (name and shapes) it was taken from takes it back."""

    model: str
    position: int
    high_water: int
    arrays: dict[str, npt.NDArray[np.generic]]


class Critic(Protocol):
    """Says how good each of several candidates is. The highest score is the best."""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the numbers that it is given of each candidate, in order."""

    def score(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """One number for each candidate, float32 [N]; `features` float32 [N, F]. Raises ValueError for others."""


class Batch(Protocol):
    """Candidates: several continuations of what a model has heard, fed and drawn side by side, one call a note for all.

    `rows` names the candidates that a call is about, 0 to `count - 1`, each once; those that have ended are left out.
    All begin from the model's present place. The model may not go on meanwhile: once it was fed, rewound, reset or
    forked again a batch is of no more use, and says so by a RuntimeError. Nothing needs to be closed.

        batch = model.fork(8)
        rows = list(range(batch.count))
        while rows:
            samples = batch.sample(rows, [Draw(constraints, uniform, temperature, top_p, guide) for row in rows])
            events = np.array([sample.event for sample in samples])
            batch.feed(rows, events, contexts)
            rows = [row for row in rows if not ended(row)]
        batch.commit(best)
    """

    @property
    def count(self) -> int:
        """How many candidates there are."""

    @property
    def room(self) -> int:
        """How many more events the longest candidate can take."""

    def feed(self, rows: Sequence[int], events: Events, context: Contexts) -> None:
        """Have each of `rows` hear one event: `events` int64 [len(rows), 5], `context` float32 [len(rows), 29].

        Raises ValueError as `Model.feed`, or where there is no room for one more; nothing of the call is heard then.
        """

    def sample(self, rows: Sequence[int], draws: Sequence[Draw]) -> list[Sample]:
        """Draw the next event of each of `rows`, as its `Draw` asks; none is heard until it is fed.

        Raises as `Model.sample`.
        """

    def commit(self, row: int) -> None:
        """Have the model go on from candidate `row`, as if it had been fed its events. Ends the batch."""

    def drop(self) -> None:
        """Give the candidates up: the model is as it was. Ends the batch."""


class Model(Protocol):
    """A streaming model: feed it what was heard, draw what comes next, take back what was not played.

    Not thread-safe: one thread owns it.
    """

    @property
    def name(self) -> str:
        """The model's name, a plain word."""

    @property
    def provider(self) -> str:
        """Where it runs, for people: "CPU", "CUDA", "numpy"."""

    @property
    def position(self) -> int:
        """Events that are remembered as heard, since the last reset, taken-back ones not counted."""

    @property
    def rewindable(self) -> int:
        """How many of the last events can be taken back now."""

    @property
    def critic(self) -> Critic | None:
        """What chooses among this model's candidates; None where its folder has none."""

    @property
    def most_candidates(self) -> int:
        """How many candidates `fork` can make at once: 1 for a folder of contract 2."""

    def fork(self, count: int) -> Batch:
        """Candidates that go on from here. Raises ValueError for less than 1 or more than `most_candidates`."""

    def feed(self, events: Events, context: Contexts) -> None:
        """Hear T events in order; any T, 0 included.

        `events` int64 [T, 5], `context` float32 [T, CONTEXT_SIZE]. Raises ValueError for a wrong shape or a class
        that does not exist; nothing of the call is heard then.
        """

    def sample(
        self,
        constraints: Constraints,
        uniform: npt.NDArray[np.float32],
        temperature: PerField,
        top_p: PerField,
        guide: Guide | None = None,
        given: Given | None = None,
    ) -> Sample:
        """Draw the next event; it is not heard until it is fed.

        `uniform` float32 [5], fresh numbers in [0, 1). `guide` int64 [GUIDE_SIZE] as `bridge.vocabulary.guide` says
        (None: says nothing). A class that is `given` is taken as if it had been drawn, whatever the constraints say
        (None: all are drawn). Raises RuntimeError when nothing was fed yet, ValueError for a temperature not above 0,
        a top_p outside (0, 1], or a class of guide or given that does not exist.
        """

    def score(self, event: Sequence[int], guide: Guide | None = None) -> tuple[float, ...]:
        """Log-probabilities, field by field, of `event` as the next one, under no constraint.

        Each is a natural logarithm, given the fields before it. Raises RuntimeError when nothing was fed yet,
        ValueError for a class that cannot be drawn.
        """

    def rewind(self, count: int) -> None:
        """Take back the last `count` events exactly. Raises ValueError for more than `rewindable` or less than 0."""

    def reset(self) -> None:
        """Forget everything."""

    def snapshot(self) -> Snapshot:
        """A copy of the state."""

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot. Raises ValueError for one of another model or shape."""

    def keep_near(self) -> None:
        """Compute a step that nobody asked for, so that weights and code stay in the caches. Nothing of it is kept."""

    def warm_up(self) -> None:
        """Run everything once, so that the first note is not the slow one. The state is as before."""
