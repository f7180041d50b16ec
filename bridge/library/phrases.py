"""A piece as phrases, and a model's hidden states while it heard it as one vector for each phrase."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch, contexts, event_classes, ticks_of
from bridge.data.phrasing import breaths
from bridge.engine.model import Contexts, Events
from bridge.vocabulary.codec import CONTEXT_SIZE

# A phrase has so many notes at least and, where music never breathes, at most.
SHORTEST: Final = 8
LONGEST: Final = 64
# Contexts are worked out for so many notes at once, with so many before them that may still sound.
_BLOCK: Final = 512
_BEFORE: Final = 256

Hidden = npt.NDArray[np.float32]


class Span(NamedTuple):
    """A phrase: the notes from `start` to before `stop`."""

    start: int
    stop: int


class Hearer(Protocol):
    """A model that tells its hidden states (`bridge.engine.streaming.StreamingModel`)."""

    def read_whole(self, events: Events, context: Contexts) -> Hidden:
        """Hear T events from the beginning of a piece: the hidden state after each, float32 [T, H]."""


def phrases_of(stretch: Stretch) -> list[Span]:
    """Where a piece breathes; what is shorter than SHORTEST goes with what follows. A whole piece may be shorter."""
    count = len(stretch.onset)
    out: list[Span] = []
    start = 0
    for end in [*(breaths(stretch) + 1).tolist(), count]:
        if end - start < SHORTEST and end < count:
            continue
        if out and end == count and end - start < SHORTEST:
            start = out.pop().start  # a last breath: too short to be a phrase, it ends the one before
        parts = -(-(end - start) // LONGEST)
        edges = np.linspace(start, end, parts + 1).round().astype(np.int64).tolist()
        out += [Span(a, b) for a, b in itertools.pairwise(edges)]
        start = end
    return [span for span in out if span.stop > span.start]


def hear(model: Hearer, stretch: Stretch) -> Hidden:
    """The hidden states of a model that hears a piece from its beginning, float32 [N, H]."""
    events = event_classes(stretch)
    around = np.empty((len(events), CONTEXT_SIZE), dtype=np.float32)
    for begin in range(0, len(events), _BLOCK):
        stop = min(begin + _BLOCK, len(events))
        first = max(begin - _BEFORE, 0)
        part = stretch.reordered(np.arange(first, stop))
        around[begin:stop] = contexts(part, ticks_of(part.onset), ticks_of(part.offset))[begin - first :]
    return model.read_whole(events, around)


def pooled(hidden: Hidden, spans: Sequence[Span]) -> Hidden:
    """Mean and standard deviation of the hidden states of each phrase, float32 [phrases, 2 H]."""
    rows = [np.concatenate([hidden[a:b].mean(axis=0), hidden[a:b].std(axis=0)]) for a, b in spans]
    return np.array(rows, dtype=np.float32).reshape(len(spans), 2 * hidden.shape[1])
