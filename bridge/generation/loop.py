"""Drawing again what would double a note that is struck at that moment already, or sit on one pitch for too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol, TypeVar

from bridge.engine.constraints import Constraints
from bridge.vocabulary.codec import DRUMS

# A note that will not do is drawn again so often at most.
MOST_REDRAWS: Final = 4


class _Note(Protocol):
    @property
    def pitch(self) -> int: ...

    @property
    def voice(self) -> int: ...


Drawn = TypeVar("Drawn", bound=_Note)


def draw_unless(constraints: Constraints, draw: Callable[[], Drawn], unwanted: Callable[[Drawn], bool]) -> Drawn:
    """What `draw` draws under `constraints`; while it is `unwanted`, its pitch is forbidden and it is drawn again.

    After MOST_REDRAWS, or where its voice has no other pitch, it stays as it is.
    """
    drawn = draw()
    for _ in range(MOST_REDRAWS):
        if not unwanted(drawn):
            break
        try:
            constraints.forbid_pitches([drawn.pitch], [drawn.voice])
        except ValueError:  # the only pitch there is
            break
        drawn = draw()
    return drawn


def insists(note: _Note, before: Iterable[_Note], most: int) -> bool:
    """Whether with `note` its voice would strike one pitch more than `most` times in a row.

    `before` is what was played, the last note first. A network that copies what was played last may never leave a
    pitch again: each time it is surer. A drum is no pitch.
    """
    if note.voice == DRUMS:
        return False
    row = 1
    for other in before:
        if other.voice == note.voice:
            row += 1
            if other.pitch != note.pitch:
                return False
            if row > most:
                return True
    return False
