"""What the rest of the program may ask of a model, whatever its family. No ONNX Runtime is needed to say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.vocabulary.codec import Event
from bridge.vocabulary.guide import Guide

# One number for every field, or five of them in the order of codec.FIELDS.
PerField = float | Sequence[float] | npt.NDArray[np.float32]

Events = npt.NDArray[np.int64]  # [T, 5], classes
Contexts = npt.NDArray[np.float32]  # [T, codec.CONTEXT_SIZE]

# A class for each field in the order of codec.FIELDS, or DRAW where the model is to draw it.
Given = Sequence[int] | npt.NDArray[np.int64]
DRAW: Final = -1


class Sample(NamedTuple):
    """One drawn event and how likely it was.

    `log_prob` holds a natural logarithm for each field, under the constraints, at temperature 1, before top-p (that of
    a given class which the constraints forbid is minus infinity).
    `alternatives[field]` are the 4 likeliest classes under that distribution, best first, with
    `alternative_probs[field]`. Where fewer than 4 classes are allowed the rest have probability 0.
    """

    event: Event
    log_prob: tuple[float, ...]
    alternatives: tuple[tuple[int, ...], ...]
    alternative_probs: tuple[tuple[float, ...], ...]


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

    def warm_up(self) -> None:
        """Run everything once, so that the first note is not the slow one. The state is as before."""
