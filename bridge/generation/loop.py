"""Drawing again what would double a note struck at that moment already, or sit on one pitch or chord for too long."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from bridge.engine.constraints import Constraints
from bridge.vocabulary.codec import DRUMS

# A note that will not do is drawn again so often at most.
MOST_REDRAWS: Final = 4
# Notes of a voice that begin within so many beats of each other are one chord.
AT_ONCE: Final = 1 / 24


class Struck(NamedTuple):
    """A note that was played, or is to be: its onset in beats."""

    voice: int
    pitch: int
    beat: float


class _Note(Protocol):
    @property
    def pitch(self) -> int: ...

    @property
    def voice(self) -> int: ...


Drawn = TypeVar("Drawn", bound=_Note)


class Redraws(Generic[Drawn]):
    """Says of each note that was drawn under `constraints` whether to draw it again.

    While it is `unwanted` its pitch is forbidden; after MOST_REDRAWS, or where its voice has no other pitch, it stays.
    """

    def __init__(self, constraints: Constraints, unwanted: Callable[[Drawn], bool]) -> None:
        self._constraints = constraints
        self._unwanted = unwanted
        self._left = MOST_REDRAWS

    def again(self, drawn: Drawn) -> bool:
        """Whether to draw once more, now that its pitch is forbidden."""
        if not self._left or not self._unwanted(drawn):
            return False
        self._left -= 1
        try:
            self._constraints.forbid_pitches([drawn.pitch], [drawn.voice])
        except ValueError:  # the only pitch there is
            return False
        return True


def draw_unless(constraints: Constraints, draw: Callable[[], Drawn], unwanted: Callable[[Drawn], bool]) -> Drawn:
    """What `draw` draws under `constraints`, again as long as `Redraws` says."""
    redraws = Redraws(constraints, unwanted)
    drawn = draw()
    while redraws.again(drawn):
        drawn = draw()
    return drawn


def insists(note: Struck, before: Iterable[Struck], most: int) -> bool:
    """Whether with `note` its voice would strike one pitch, or one chord, more than `most` times in a row.

    `before` is what was played, the last note first. A network that copies what was played last may never leave a
    chord again: each time it is surer. A drum is no pitch.
    """
    if note.voice == DRUMS:
        return False
    strokes = _strokes(other for other in before if other.voice == note.voice)
    latest = next(strokes, None)
    if latest is None:
        return False
    chord, row = frozenset((note.pitch,)), 1
    if abs(latest[0] - note.beat) < AT_ONCE:
        chord |= latest[1]
    elif latest[1] == chord:
        row += 1
    else:
        return False
    for _, pitches in strokes:
        if row > most or pitches != chord:
            break
        row += 1
    return row > most


def _strokes(notes: Iterable[Struck]) -> Iterator[tuple[float, frozenset[int]]]:
    """The beat and the pitches of each stroke in turn; notes of one stroke begin together."""
    for beat, together in groupby(notes, _Beginnings()):
        yield beat, frozenset(note.pitch for note in together)


class _Beginnings:
    """The beat at which the stroke of each note in turn began; it is that of the first of them."""

    def __init__(self) -> None:
        self._beat = math.inf

    def __call__(self, note: Struck) -> float:
        if abs(note.beat - self._beat) >= AT_ONCE:
            self._beat = note.beat
        return self._beat
