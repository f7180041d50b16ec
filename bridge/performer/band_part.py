"""What every member of the band goes by: the moment that is to be filled, and what they ask the model to play in it.

A member decides where something is played, on which pitches, how long and about how loud; which of these it is, is
the model's. So the beat holds and the chord is right by construction, and how it is played stays the model's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bridge.timing.accents import Accents
from bridge.vocabulary.scales import Tones

# Draws a number from 0 to 1, the same in every replay.
Chance = Callable[[], float]

# Without a chord of three tones the ground is a root and its fifth.
FIFTH: Final = 7


class Weight(IntEnum):
    """What can be left out last and first, where there is no room for everything."""

    BEAT = 0
    CHORD = 1
    COLOUR = 2
    ORNAMENT = 3


@dataclass(frozen=True, slots=True)
class Ground:
    """The harmony to play on: pitch classes. `bass` is the lowest one, `scale` the key's tones where it is known."""

    root: int
    bass: int
    tones: Tones
    scale: Tones | None = None

    @classmethod
    def on(cls, root: int) -> Ground:
        """Where one tone is all that is known: it and its fifth."""
        return cls(root, root, frozenset((root, (root + FIFTH) % 12)))

    def is_like(self, other: Ground) -> bool:
        """Whether a band would play the same on both."""
        return (self.root, self.bass, self.tones) == (other.root, other.bass, other.tones)

    @property
    def allowed(self) -> Tones:
        """The chord's tones and what is under them."""
        return self.tones | {self.bass}


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the grid that is to be filled.

    `beat` is a session beat, `place` the beats since the bar line, `bar` counts from the band's first; `grid` is the
    distance of lines. `ground` is None where nothing binds the pitches, `coming` the ground of the next bar line where
    that is known to be another. `busy` is how often the human strikes a beat, `loudness` a factor by their velocities,
    `tune` the lowest of the human's upper line of late.
    """

    beat: float
    place: float
    bar: int
    grid: float
    metre: Accents
    ground: Ground | None
    coming: Ground | None = None
    busy: float = 0.0
    loudness: float = 1.0
    tune: int | None = None
    swung: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A note that a member asks for. Beats and MIDI velocities, both ends included.

    Of `pitches` the first set counts that the rules leave anything of; where they leave nothing of any the model takes
    what the rules allow, unless it is `strict`: then there is no note. Where `must` is false the model may leave it.
    """

    voice: int
    pitches: tuple[Collection[int], ...] = ()
    shortest: float = 0.0
    longest: float = 4.0
    softest: int = 1
    loudest: int = 127
    weight: Weight = Weight.BEAT
    must: bool = True
    strict: bool = False


class Member:
    """One voice of the band. It keeps what it needs to go on from its last note; nothing else."""

    def __init__(self, voice: int, chance: Chance) -> None:
        self.voice = voice
        self.chance = chance

    def cues(self, moment: Moment) -> list[Cue]:
        """What is to be played, or may be, on this line. Asked again where the chord changes under it."""
        raise NotImplementedError

    def played(self, moment: Moment, pitch: int, velocity: int, duration: float) -> list[Cue]:
        """The model's choice for one of its cues; what else that calls for."""
        return []

    def last(self, moment: Moment) -> list[Cue]:
        """What it ends with."""
        raise NotImplementedError


def choose(weights: Collection[float], chance: Chance) -> int:
    """An index, as likely as its weight."""
    left = chance() * sum(weights)
    for index, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return index
    return len(weights) - 1


def pitches_of(classes: Collection[int], low: int, high: int) -> list[int]:
    """Pitches of these classes from `low` to `high`."""
    return [pitch for pitch in range(max(low, 0), min(high, 127) + 1) if pitch % 12 in classes]


def nearest_due(moment: Moment, due: Callable[[float], bool], most: float) -> float:
    """Beats to the next line at whose place something is `due`; `most` where there is none before."""
    steps = 1
    while steps * moment.grid < most:
        if due((moment.place + steps * moment.grid) % moment.metre.bar):
            return steps * moment.grid
        steps += 1
    return most
