"""The bounded memory of a streaming model: where it is, and how far it can go back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class RingInputs:
    """What the host tells a ring's graph for T events at some position: preallocated, rewritten in place.

    write_index  int64 [1], slot of the first event
    mask         bool [T, slots], the slots each event may attend to: itself and the `window - 1` before it
    """

    __slots__ = ("_window", "mask", "write_index")

    def __init__(self, count: int, window: int, slots: int) -> None:
        self._window = window
        self.write_index = np.zeros(1, dtype=np.int64)
        self.mask = np.zeros((count, slots), dtype=np.bool_)

    @property
    def named(self) -> dict[str, Array]:
        """Both by the names of the graph's inputs."""
        return {"write_index": self.write_index, "mask": self.mask}

    def place(self, position: int) -> None:
        """Rewrite both for events at `position`, `position + 1`, ..."""
        count, slots = self.mask.shape
        self.write_index[0] = position % slots
        self.mask.fill(False)
        for row in range(count):
            newest = position + row
            first, last = max(0, newest - self._window + 1) % slots, newest % slots
            if first <= last:
                self.mask[row, first : last + 1] = True
            else:
                self.mask[row, first:] = True
                self.mask[row, : last + 1] = True


class RotaryInputs:
    """The rotary angles of T positions, cos and sin float32 [T, head_dim / 2]: preallocated, rewritten in place."""

    __slots__ = ("_frequencies", "_offsets", "cos", "sin")

    def __init__(self, count: int, head_dim: int, base: float) -> None:
        self._offsets = np.arange(count, dtype=np.float64)[:, None]
        self._frequencies = base ** (-np.arange(0, head_dim, 2, dtype=np.float64) / head_dim)
        self.cos = np.zeros((count, head_dim // 2), dtype=np.float32)
        self.sin = np.zeros((count, head_dim // 2), dtype=np.float32)

    def place(self, position: int) -> None:
        """Rewrite both for events at `position`, `position + 1`, ...

        Angles are float64 until the last: float32 would be off by a quarter turn after ten million events.
        """
        self._turn((self._offsets + position) * self._frequencies)

    def place_each(self, positions: Sequence[int]) -> None:
        """Rewrite both for events at these positions."""
        self._turn(np.array(positions, dtype=np.float64)[:, None] * self._frequencies)

    def _turn(self, angles: Array) -> None:
        np.cos(angles, out=self.cos, casting="same_kind")
        np.sin(angles, out=self.sin, casting="same_kind")


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


def restore_arrays(targets: Mapping[str, Array], arrays: Mapping[str, Array]) -> None:
    """Copy `arrays` into `targets`. Raises ValueError, having changed nothing, unless names, shapes and types match."""
    if arrays.keys() != targets.keys():
        raise ValueError(f"a snapshot of {sorted(arrays)} does not fit a state of {sorted(targets)}")
    for name, target in targets.items():
        if arrays[name].shape != target.shape or arrays[name].dtype != target.dtype:
            given = f"{arrays[name].dtype}{list(arrays[name].shape)}"
            raise ValueError(f"snapshot of {name} is {given}, the state is {target.dtype}{list(target.shape)}")
    for name, target in targets.items():
        np.copyto(target, arrays[name])
