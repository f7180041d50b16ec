"""The echo one event at a time, as it is told to a model that plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.engine.repetition.lines import KEYS_SIZE, LINES_SIZE, LineMemory
from bridge.engine.repetition.matching import WINDOW, Ints
from bridge.engine.repetition.runs import Places
from bridge.engine.repetition.stream import STREAM_SIZE, VIEWS, follow_of, view_keys
from bridge.vocabulary.codec import FIELDS

ECHO_SIZE: Final = STREAM_SIZE + LINES_SIZE + KEYS_SIZE
# Events kept beyond those that can be asked for: lists are cut at their front this seldom.
_SLACK: Final = 1024


class EchoMemory:
    """What `echoes` and `recalls` find all at once; the last `rewind` events can be taken back."""

    __slots__ = ("_base", "_events", "_keep", "_keys", "_lines", "_places", "_rewind")

    def __init__(self, rewind: int) -> None:
        self._rewind = rewind
        self._keep = WINDOW + rewind
        self._events: list[tuple[int, ...]] = []
        self._base = 0  # events that are no longer kept
        self._keys: tuple[list[int], ...] = tuple([] for _ in VIEWS)
        self._places = tuple(Places() for _ in VIEWS)
        self._lines = LineMemory(rewind)

    @property
    def position(self) -> int:
        """Events heard and not taken back."""
        return self._base + len(self._events)

    @property
    def lines(self) -> Ints:
        """What is known of each voice's line, int64 [voices, LINE]: a view of what `hear` and `rewind` change."""
        return self._lines.lines

    @property
    def keys(self) -> Ints:
        """How each pitch of each voice was played last, int64 [voices * 128, KEY]: a view as `lines`."""
        return self._lines.keys

    def fork(self) -> EchoMemory:
        """One that goes on from here on its own; what was heard before cannot be taken back in it.

        It shares what this one knew: it is of use as long as this one hears and takes back nothing.
        """
        other = EchoMemory.__new__(EchoMemory)
        other._rewind, other._keep = self._rewind, self._keep
        kept = max(len(self._events) - self._keep, 0)
        other._events = self._events[kept:]
        other._base = self._base + kept
        other._keys = tuple(keys[kept:] for keys in self._keys)
        other._places = tuple(Places(places) for places in self._places)
        other._lines = self._lines.fork()
        return other

    def hear(self, events: Ints, out: Ints) -> None:
        """Hear `events` int64 [T, 5] and write the echo after each to `out`.

        `out` is int64 [T, STREAM_SIZE], or [T, ECHO_SIZE]: then lines and keys follow the stream's.
        """
        for event, row in zip(events.tolist(), out, strict=True):
            row[:STREAM_SIZE] = self._hear(tuple(event))
            if len(row) > STREAM_SIZE:
                row[STREAM_SIZE : STREAM_SIZE + LINES_SIZE] = self.lines.ravel()
                row[STREAM_SIZE + LINES_SIZE :] = self.keys.ravel()

    def told(self, stream: Ints) -> Ints:
        """All that is told now, int64 [1, ECHO_SIZE]; `stream` [STREAM_SIZE] is what was told of the stream."""
        return np.concatenate([stream, self.lines.ravel(), self.keys.ravel()])[None]

    def rewind(self, count: int) -> None:
        """Take back the last `count` events, at most `rewind`."""
        for _ in range(count):
            event = self._events.pop()
            for keys, places in zip(self._keys, self._places, strict=True):
                places.take_back(keys.pop())
            self._lines.take_back(event, self.position)

    def clear(self) -> None:
        """Forget everything."""
        self._base = 0
        self._events.clear()
        for keys, places in zip(self._keys, self._places, strict=True):
            keys.clear()
            places.clear()
        self._lines.clear()

    def arrays(self) -> dict[str, Ints]:
        """A copy of all of it."""
        kept = max(len(self._events) - self._keep, 0)
        events = np.array(self._events[kept:], np.int64).reshape(-1, len(FIELDS))
        views = np.array([keys[kept:] for keys in self._keys], np.int64)
        place = np.array([self._base + kept])
        own = {"echo.events": events, "echo.views": views, "echo.place": place}
        return own | self._lines.arrays(self._events[kept:], self._base + kept)

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take a copy back. Raises ValueError, having changed nothing, for one that does not fit."""
        events, views, place = (arrays.get(f"echo.{name}") for name in ("events", "views", "place"))
        if events is None or events.ndim != 2 or events.shape[1] != len(FIELDS) or len(events) > self._keep:
            size = f"[up to {self._keep}, {len(FIELDS)}]"
            raise ValueError(f"snapshot of the echo does not fit: echo.events must be {size}")
        if views is None or views.shape != (len(VIEWS), len(events)):
            raise ValueError(f"snapshot of the echo does not fit: echo.views must be [{len(VIEWS)}, {len(events)}]")
        if place is None or place.shape != (1,) or int(place[0]) < 0:
            raise ValueError("snapshot of the echo does not fit: echo.place must be one number, 0 or more")
        base = int(place[0])
        self._lines.restore(arrays, events, base)
        self._base = base
        self._events[:] = map(tuple, events.tolist())
        for keys, places, found in zip(self._keys, self._places, views.tolist(), strict=True):
            keys[:] = found
            places.clear()
            for i, key in enumerate(keys):
                places.add(key, base + i, 0)

    def _hear(self, event: tuple[int, ...]) -> list[int]:
        """The stream's echo after `event`."""
        if len(self._events) >= self._keep + _SLACK:
            self._forget_oldest()
        position = self.position
        lowest = max(position - WINDOW + 1, 0)
        dt, voice, pitch, *_ = event
        before = self._events[-1][2] if self._events else pitch
        self._events.append(event)
        told: list[int] = []
        every = zip(VIEWS, view_keys(dt, voice, pitch, before), self._keys, self._places, strict=True)
        for view, key, keys, places in every:
            keys.append(key)
            where, length = places.latest_match(keys, self._base, lowest, position)
            places.add(key, position, position - self._keep)
            told += follow_of(view, self._events, where - self._base, length)
        self._lines.hear(event, position, lowest)
        return told

    def _forget_oldest(self) -> None:
        gone = len(self._events) - self._keep
        self._base += gone
        del self._events[:gone]
        for keys, places in zip(self._keys, self._places, strict=True):
            del keys[:gone]
            places.forget_before(self._base)
        self._lines.forget_before(self._base)
