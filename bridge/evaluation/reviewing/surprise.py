"""How surprised a model is by each note, and by the same notes in another order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Floats, Stretch, contexts, event_classes, ticks_of
from bridge.engine.model import Contexts, Events

# Contexts are worked out for so many notes at once, with so many before them that may still sound.
_BLOCK: Final = 512
_BEFORE: Final = 256


class Reader(Protocol):
    """A model that can be read a piece to (`bridge.engine.streaming.StreamingModel`)."""

    def reset(self) -> None:
        """Forget everything."""

    def score_all(self, events: Events, context: Contexts) -> npt.NDArray[np.float64]:
        """Log-probabilities, field by field, of each of T events as the next one, float64 [T, 5]; nan: not asked."""


def surprise(model: Reader, stretch: Stretch, tell: Callable[[float], None] = lambda done: None) -> Floats:
    """Bits of each field of each note, [N, 5], the memory empty at the start; nan where nothing can be said.

    Of the first note, and of a velocity that the file does not know, nothing is.
    """
    events = event_classes(stretch)
    out = np.empty(events.shape)
    model.reset()
    for begin in range(0, len(events), _BLOCK):
        stop = min(begin + _BLOCK, len(events))
        out[begin:stop] = -model.score_all(events[begin:stop], _contexts(stretch, begin, stop)) / math.log(2)
        tell(stop / len(events))
    return out


def total(bits: Floats) -> Floats:
    """Bits of each note, [N]; nan for the first."""
    known = np.nansum(bits, axis=1)
    return np.where(np.isnan(bits).all(axis=1), np.nan, known)


def mean(bits: Floats) -> float:
    """Bits per note; nan where there is no more than one."""
    each = total(bits)
    return float(np.nanmean(each)) if np.isfinite(each).any() else math.nan


def _contexts(stretch: Stretch, begin: int, stop: int) -> Contexts:
    """The contexts of some notes, as all the music up to there has them but for what is very far back."""
    first = max(begin - _BEFORE, 0)
    part = stretch.reordered(np.arange(first, stop))
    found: Contexts = contexts(part, ticks_of(part.onset), ticks_of(part.offset))[begin - first :]
    return found


def worth_of_order(
    model: Reader,
    stretch: Stretch,
    ways: Sequence[Callable[[Stretch, np.random.Generator], Stretch | None]],
    rng: np.random.Generator,
    own: float | None = None,
) -> list[float]:
    """For each way of spoiling it, bits per note that a spoiled copy costs more; nan where it cannot be spoiled so.

    Music whose order says nothing costs as much in any other: about 0. `own` are its own bits per note, where known.
    """
    own = mean(surprise(model, stretch)) if own is None else own
    found = []
    for way in ways:
        copy = way(stretch, rng)
        found.append(math.nan if copy is None else mean(surprise(model, copy)) - own)
    return found
