"""What came next the last time: the recent past looked up in the past before it.

Music repeats itself, in place and transposed, and a network needs very long to learn to notice. So it is told: for
each event, where in the last WINDOW events the same notes were heard, and which event followed them there. What is
looked for is the longest run of up to LONGEST events that agree with the newest ones, seen three ways (VIEWS):

    pitch     voice and pitch
    interval  voice and the step from the event before (drums: pitch): finds what comes back in another key
    rhythm    voice, pitch and dt

Of equally long runs the latest is taken. An echo is `ECHO_SIZE` integers: for each view the five classes of the event
that followed (for `interval` its pitch moved along), then the run's length, 0 where there is none (all six 0).

The idea is that of multiple viewpoints (Conklin and Witten 1995) and of the Continuator (Pachet 2003): a performer's
own phrases are the best guess of what they play next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.codec import DRUMS, FIELDS, SIZES

VIEWS: Final = ("pitch", "interval", "rhythm")
WINDOW: Final = 512
LONGEST: Final = 12
_PER_VIEW: Final = len(FIELDS) + 1
ECHO_SIZE: Final = len(VIEWS) * _PER_VIEW

Ints = npt.NDArray[np.int64]


def view_keys(events: Ints, before: int | None = None) -> Ints:
    """For each event and view a number that is equal where events agree, int64 [N, 3].

    `events` int64 [N, 5]; `before` is the pitch of the event before the first (None: there was none).
    """
    dt, voice, pitch = events[:, 0], events[:, 1], events[:, 2]
    previous = np.concatenate([[pitch[0] if before is None else before], pitch[:-1]]) if len(pitch) else pitch
    drums = voice == DRUMS
    step = np.where(drums, pitch, pitch - previous + SIZES[2])
    by_pitch = voice * SIZES[2] + pitch
    return np.stack([by_pitch, voice * (2 * SIZES[2]) + step, by_pitch * SIZES[0] + dt], axis=1)


def echoes(events: Ints) -> Ints:
    """The echo after every event of a passage heard from silence, int64 [N, ECHO_SIZE]; N squared in memory."""
    count = len(events)
    out = np.zeros((count, ECHO_SIZE), np.int64)
    keys = view_keys(events)
    place = np.arange(count)
    within = (place[:, None] > place[None, :]) & (place[:, None] - place[None, :] < WINDOW)
    for view in range(len(VIEWS)):
        same = keys[:, view][:, None] == keys[:, view][None, :]
        run = same & within
        length = run.astype(np.int16)
        for _ in range(LONGEST - 1):
            longer = np.zeros_like(run)
            longer[1:, 1:] = run[:-1, :-1] & same[1:, 1:]
            run = longer & within
            if not run.any():
                break
            length += run
        best = np.where(length > 0, length.astype(np.int32) * count + place[None, :], -1)
        where = best.argmax(axis=1)
        found = np.flatnonzero(best[place, where] >= 0)
        first = view * _PER_VIEW
        out[found, first : first + len(FIELDS)] = _followers(view, events, found, where[found])
        out[found, first + len(FIELDS)] = length[found, where[found]]
    return out


def _followers(view: int, events: Ints, newest: Ints, where: Ints) -> Ints:
    """What followed the events at `where`, as it would follow those at `newest`: [N, 5]."""
    follow = events[where + 1]
    if VIEWS[view] == "interval":
        moved = np.clip(follow[:, 2] + events[newest, 2] - events[where, 2], 0, SIZES[2] - 1)
        both = (follow[:, 1] != DRUMS) & (events[newest, 1] != DRUMS)
        follow[:, 2] = np.where(both, moved, follow[:, 2])
    return follow


class EchoMemory:
    """The same, one event at a time: `hear` gives what `echoes` would, and the last `rewind` events can be taken back.

    Events lie in one line of memory, so that a run of them is a slice; when it is full its end moves to the front.
    """

    __slots__ = ("_base", "_count", "_events", "_keep", "_keys")

    def __init__(self, rewind: int) -> None:
        self._keep = WINDOW + LONGEST + rewind
        capacity = self._keep + max(1024, self._keep)
        self._events = np.zeros((capacity, len(FIELDS)), np.int64)
        self._keys = np.zeros((len(VIEWS), capacity), np.int64)
        self._count = 0  # events in the line
        self._base = 0  # events that have left it at the front

    @property
    def position(self) -> int:
        """Events heard and not taken back."""
        return self._base + self._count

    def hear(self, events: Ints, out: Ints) -> None:
        """Hear `events` int64 [T, 5] and write the echo after each to `out` int64 [T, ECHO_SIZE]."""
        for event, row in zip(events, out, strict=True):
            self._append(event)
            row.fill(0)
            for view in range(len(VIEWS)):
                self._look_up(view, row)

    def rewind(self, count: int) -> None:
        """Take back the last `count` events, at most `rewind`."""
        self._count -= count

    def clear(self) -> None:
        """Forget everything."""
        self._count = self._base = 0

    def arrays(self) -> dict[str, Ints]:
        """A copy of all of it."""
        return {"echo.events": self._events.copy(), "echo.place": np.array([self._base, self._count])}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take a copy back. Raises ValueError, having changed nothing, for one that does not fit."""
        events, place = arrays.get("echo.events"), arrays.get("echo.place")
        if events is None or place is None or events.shape != self._events.shape or place.shape != (2,):
            raise ValueError(
                f"snapshot of the echo does not fit: events {list(self._events.shape)}, place [2] are needed"
            )
        base, count = (int(number) for number in place)
        if base < 0 or not 0 <= count <= len(self._events):
            raise ValueError(f"snapshot of the echo says {count} events after {base}: no run can have left that")
        self._events[:] = events
        self._base, self._count = base, count
        self._keys[:, :count] = view_keys(self._events[:count], self._pitch_before(0)).T

    def _append(self, event: Ints) -> None:
        if self._count == len(self._events):
            gone = self._count - self._keep
            self._events[: self._keep] = self._events[gone:]
            self._keys[:, : self._keep] = self._keys[:, gone:]
            self._base += gone
            self._count = self._keep
        place = self._count
        self._events[place] = event
        self._keys[:, place] = view_keys(self._events[place : place + 1], self._pitch_before(place))[0]
        self._count += 1

    def _pitch_before(self, place: int) -> int | None:
        return int(self._events[place - 1, 2]) if place else None

    def _look_up(self, view: int, row: Ints) -> None:
        newest, keys = self._count - 1, self._keys[view]
        first = max(newest - WINDOW + 1, 0)
        found = np.flatnonzero(keys[first:newest] == keys[newest]) + first
        length, where = 0, -1
        while len(found):
            length, where = length + 1, int(found[-1])
            if length == LONGEST:
                break
            found = found[found >= length]
            found = found[keys[found - length] == keys[newest - length]]
        if length:
            start = view * _PER_VIEW
            row[start : start + len(FIELDS)] = _followers(view, self._events, np.array([newest]), np.array([where]))[0]
            row[start + len(FIELDS)] = length
