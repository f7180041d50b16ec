"""What every batch of candidates refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

ENDED: Final = "this batch was ended; fork the model again"
WENT_ON: Final = "the model went on since this batch was forked from it; fork it again"


def check_rows(rows: Sequence[int], count: int, given: int) -> None:
    """Raises ValueError unless `rows` are different candidates of `count`, one for each of the `given`."""
    if len(set(rows)) != len(rows) or not all(0 <= row < count for row in rows) or not rows:
        raise ValueError(f"rows are {list(rows)}: one or more different ones of 0 to {count - 1} are needed")
    if given != len(rows):
        raise ValueError(f"{given} events or draws for {len(rows)} rows: one for each is needed")


class BatchGuard:
    """Says when a batch is of no more use: its model went on, or it was ended."""

    def __init__(self, place: Callable[[], int]) -> None:
        """`place` gives a number that changes with whatever is done to the model."""
        self._place = place
        self._here: int | None = place()

    def check(self) -> None:
        """Raises RuntimeError where the batch is of no more use."""
        if self._here is None:
            raise RuntimeError(ENDED)
        if self._here != self._place():
            raise RuntimeError(WENT_ON)

    def end(self) -> None:
        """The batch ends here. Raises as `check`."""
        self.check()
        self._here = None
