"""What can happen in a simulated set besides the core's own inputs, and what those who act may look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bridge.vocabulary.events import Input, Turn


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happens until `time`: then whoever waits looks at the room and goes on."""

    time: float


@dataclass(frozen=True, slots=True)
class Stall:
    """The engine's next piece of work takes `seconds`."""

    time: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Ports:
    """The MIDI ports come or go."""

    time: float
    input_open: bool
    output_open: bool


@dataclass(frozen=True, slots=True)
class Cable:
    """The output is wired to the input, or no longer."""

    time: float
    plugged: bool


@dataclass(frozen=True, slots=True)
class SwapModel:
    """Another model, of that name, takes over."""

    time: float
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The model's runtime fails at its next call."""

    time: float


Happening = Input | Wait | Stall | Ports | Cable | SwapModel | Fault
# In order of time, without end.
Happenings = Iterator[Happening]
Random = np.random.Generator


@dataclass(slots=True)
class Room:
    """What everybody in the room can see and hear. Kept by who plays the set."""

    turn: Turn = Turn.HUMAN
    # What the machine asked of the Link session.
    link_bpm: float | None = None
    link_playing: bool | None = None


def pause(draw: Random, mean: float, shortest: float = 0.0) -> float:
    """A random time in seconds, as long as `mean` on average (exponential), no less than `shortest`."""
    return max(float(draw.exponential(mean)), shortest)


def chance(draw: Random, probability: float) -> bool:
    """True in so many cases of one."""
    return bool(draw.random() < probability)
