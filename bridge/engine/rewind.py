"""Taking events back from a model's memory (a transformer's cache of keys and values): how far, and where it stands.

A ring has more slots than the model looks at, so that events which turn out not to be played can be forgotten: the next
ones are written over them (`RingPosition`). What is not in a ring is kept for the last few events (`History`). The
tensors themselves are in `state.py` and `tape.py`; `StreamingModel.rewind` goes back with all of it at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class RingPosition:
    """Counts events over a ring of `window + rewind_limit` slots.

    The event at position p lies in slot p mod slots. `position` is the place of the next event; `high_water` the
    furthest place ever written. What was written beyond `position` before a rewind has already overwritten the
    oldest slots, so how far one can still go back follows from `high_water`, not from `position`.
    """

    __slots__ = ("high_water", "position", "rewind_limit", "slots", "window")

    def __init__(self, window: int, rewind_limit: int) -> None:
        if window < 1 or rewind_limit < 0:
            raise ValueError(f"window {window} and rewind {rewind_limit}: at least 1 and at least 0")
        self.window = window
        self.rewind_limit = rewind_limit
        self.slots = window + rewind_limit
        self.position = 0
        self.high_water = 0

    @property
    def rewindable(self) -> int:
        """Events that can be taken back now with the window before them intact."""
        return self.position - max(0, self.high_water - self.rewind_limit)

    def advance(self, count: int) -> None:
        """`count` events were written."""
        self.position += count
        self.high_water = max(self.high_water, self.position)

    def rewind(self, count: int) -> None:
        """Go back `count` events. Raises ValueError, and stays, where that is impossible."""
        if not 0 <= count <= self.rewindable:
            raise ValueError(f"cannot take back {count} events: {self.rewindable} can be, at position {self.position}")
        self.position -= count

    def move_to(self, position: int, high_water: int) -> None:
        """Take the place of a snapshot. Raises ValueError for one no run can have reached."""
        if not max(0, high_water - self.rewind_limit) <= position <= high_water:
            raise ValueError(f"no run of this model is at position {position} after {high_water} (high water)")
        self.position, self.high_water = position, high_water

    def reset(self) -> None:
        """Back to the start."""
        self.position = self.high_water = 0


class History:
    """The last `depth` values of a small array, by position, in one preallocated ring."""

    __slots__ = ("values",)

    def __init__(self, depth: int, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> None:
        self.values: Array = np.zeros((depth, *shape), dtype=dtype)

    def put(self, position: int, value: Array) -> None:
        """Remember `value` as the one at `position`."""
        self.values[position % len(self.values)] = value

    def at(self, position: int) -> Array:
        """A view of the value at `position`, one of the last `depth` that were put."""
        value: Array = self.values[position % len(self.values)]
        return value

    def last(self, position: int, count: int) -> Array:
        """A copy of the `count` values up to the one at `position`, oldest first [count, ...]; `depth` at most."""
        values: Array = self.values[np.arange(position - count + 1, position + 1) % len(self.values)]
        return values
