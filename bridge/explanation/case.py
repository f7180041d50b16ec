"""One note to be explained: what had been heard before it, and what its draw was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bridge.data.encode import contexts, event_classes, ticks_of
from bridge.engine.model import Contexts, Draw, Events
from bridge.evaluation.reviewing.music import Music
from bridge.vocabulary.codec import Event


@dataclass(frozen=True, slots=True)
class Facts:
    """What the machine went by as it planned the note; empty where that is not known.

    `answer` is what was said of the answer that it belongs to: out of how many candidates, from what it began, and the
    terms that spoke for it.
    """

    mode: str = ""
    key: str = ""
    chord: str = ""
    human: str = ""
    answer: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """`events` int64 [T, 5] and `context` float32 [T, 29] came before it, oldest first; `event` is the note.

    `mine` says of each earlier event whether the machine played it. `draw` is what the draw was asked; None where the
    note was not drawn by the model: a human's, or one that a mode chose by rules.
    """

    events: Events
    context: Contexts
    event: Event
    mine: tuple[bool, ...]
    draw: Draw | None = None
    facts: Facts = Facts()


# Notes before the one that is explained that can have anything to do with it.
MOST_BEFORE: Final = 768


def case_of(music: Music, place: int) -> Case:
    """A note of a piece, of which nothing is known but what came before."""
    first = max(place - MOST_BEFORE, 0)

    stretch = music.stretch.reordered(np.arange(first, place + 1))
    events = event_classes(stretch)
    around = contexts(stretch, ticks_of(stretch.onset), ticks_of(stretch.offset))
    return Case(
        events[:-1],
        around[:-1],
        Event(*events[-1].tolist()),
        tuple(music.machine[first:place].tolist()),
    )
