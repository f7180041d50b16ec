"""Drawing again what would double a note that is struck at that moment already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from bridge.engine.constraints import Constraints

# A note that would double another is drawn again so often at most.
MOST_REDRAWS: Final = 4


class _Note(Protocol):
    @property
    def pitch(self) -> int: ...

    @property
    def voice(self) -> int: ...


Drawn = TypeVar("Drawn", bound=_Note)


def draw_undoubled(constraints: Constraints, draw: Callable[[], Drawn], doubles: Callable[[Drawn], bool]) -> Drawn:
    """What `draw` draws under `constraints`; while it `doubles` another, its pitch is forbidden and it is drawn again.

    After MOST_REDRAWS, or where its voice has no other pitch, it stays as it is.
    """
    drawn = draw()
    for _ in range(MOST_REDRAWS):
        if not doubles(drawn):
            break
        try:
            constraints.forbid_pitches([drawn.pitch], [drawn.voice])
        except ValueError:  # the only pitch there is
            break
        drawn = draw()
    return drawn
