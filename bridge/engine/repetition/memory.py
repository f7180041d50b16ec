"""The echo one event at a time, as it is told to a model that plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.engine.repetition.lines import KEYS_SIZE, LINE_VIEWS, LINES_SIZE, LineMemory, line_keys
from bridge.engine.repetition.matching import WINDOW, Ints
from bridge.engine.repetition.stream import STREAM_SIZE, VIEWS, echo_of_last, view_keys
from bridge.vocabulary.codec import FIELDS

ECHO_SIZE: Final = STREAM_SIZE + LINES_SIZE + KEYS_SIZE
_ALL_VIEWS: Final = len(VIEWS) + len(LINE_VIEWS)


class EchoMemory:
    """What `echoes` and `recalls` find all at once; the last `rewind` events can be taken back.

    Events lie in one line of memory, so that a run of them is a slice; when it is full its end moves to the front.
    """

    __slots__ = ("_base", "_count", "_events", "_keep", "_keys", "_lines")

    def __init__(self, rewind: int) -> None:
        self._keep = WINDOW + rewind
        capacity = self._keep + max(1024, self._keep)
        self._events = np.zeros((capacity, len(FIELDS)), np.int64)
        self._keys = np.zeros((_ALL_VIEWS, capacity), np.int64)  # views of the stream, then of the lines
        self._lines = LineMemory(rewind)
        self._count = 0  # events in the line of memory
        self._base = 0  # events that have left it at the front

    @property
    def position(self) -> int:
        """Events heard and not taken back."""
        return self._base + self._count

    def hear(self, events: Ints, out: Ints) -> None:
        """Hear `events` int64 [T, 5] and write the echo after each to `out` int64 [T, ECHO_SIZE]."""
        for event, row in zip(events, out, strict=True):
            self._append(event)
            first = max(self._count - WINDOW, 0)
            near, keys = self._events[first : self._count], self._keys[:, first : self._count]
            echo_of_last(near, keys[: len(VIEWS)], row[:STREAM_SIZE])
            own = (near[:, 1] == event[1]).nonzero()[0]
            self._lines.hear(event, self.position - 1, near[own], keys[len(VIEWS) :, own])
            self._lines.tell(row[STREAM_SIZE:])

    def rewind(self, count: int) -> None:
        """Take back the last `count` events, at most `rewind`."""
        for _ in range(count):
            self._count -= 1
            self._lines.take_back(self._events[self._count], self.position)

    def clear(self) -> None:
        """Forget everything."""
        self._count = self._base = 0
        self._lines.clear()

    def arrays(self) -> dict[str, Ints]:
        """A copy of all of it."""
        place = np.array([self._base, self._count])
        return {name: array.copy() for name, array in self._own().items()} | {"echo.place": place}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take a copy back. Raises ValueError, having changed nothing, for one that does not fit."""
        own, place = self._own(), arrays.get("echo.place")
        for name, array in own.items():
            found = arrays.get(name)
            if found is None or found.shape != array.shape:
                raise ValueError(f"snapshot of the echo does not fit: {name} must be {list(array.shape)}")
        if place is None or place.shape != (2,):
            raise ValueError("snapshot of the echo does not fit: echo.place must be [2]")
        base, count = (int(number) for number in place)
        if base < 0 or not 0 <= count <= len(self._events):
            raise ValueError(f"snapshot of the echo says {count} events after {base}: no run can have left that")
        for name, array in own.items():
            array[:] = arrays[name]
        self._base, self._count = base, count

    def _own(self) -> dict[str, Ints]:
        return {"echo.events": self._events, "echo.views": self._keys, **self._lines.arrays()}

    def _append(self, event: Ints) -> None:
        if self._count == len(self._events):
            gone = self._count - self._keep
            self._events[: self._keep] = self._events[gone:]
            self._keys[:, : self._keep] = self._keys[:, gone:]
            self._base += gone
            self._count = self._keep
        place = self._count
        self._events[place] = event
        dt, voice, pitch, _, duration = event.tolist()
        before = int(self._events[place - 1, 2]) if place else pitch
        in_line = line_keys(voice, pitch, duration, self._lines.last_pitch(voice))
        self._keys[:, place] = *view_keys(dt, voice, pitch, before), *in_line
        self._count += 1
