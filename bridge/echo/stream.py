"""What followed in the whole stream the last time that the newest events were heard.

For each event: where in the last WINDOW events were the same notes heard, and which event followed them there. What is
looked for is the longest run of up to LONGEST events that agree with the newest ones, seen three ways (VIEWS):

    pitch     voice and pitch
    interval  voice and the step from the event before (drums: pitch): finds what comes back in another key
    rhythm    voice, pitch and dt

Of equally long runs the latest is taken. An echo is `STREAM_SIZE` integers: for each view the five classes of the
event that followed (for `interval` its pitch moved along), then the run's length, 0 where there is none (all six 0).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bridge.codec import DRUMS, FIELDS, SIZES
from bridge.echo.matching import Ints, latest_match, latest_matches

VIEWS: Final = ("pitch", "interval", "rhythm")
_PER_VIEW: Final = len(FIELDS) + 1
STREAM_SIZE: Final = len(VIEWS) * _PER_VIEW


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
    """The echo after every event of a passage heard from silence, int64 [N, STREAM_SIZE]."""
    out = np.zeros((len(events), STREAM_SIZE), np.int64)
    keys = view_keys(events)
    here = np.arange(len(events))
    for view in range(len(VIEWS)):
        where, length = latest_matches(keys[:, view], here, here)
        found = np.flatnonzero(length)
        first = view * _PER_VIEW
        out[found, first : first + len(FIELDS)] = _followers(view, events, found, where[found])
        out[found, first + len(FIELDS)] = length[found]
    return out


def echo_of_last(events: Ints, keys: Ints, out: Ints) -> None:
    """Write the echo after the last of `events` [N, 5] to `out` [STREAM_SIZE]; `keys` [3, N] are theirs by view."""
    out.fill(0)
    newest = np.array([len(events) - 1])
    for view in range(len(VIEWS)):
        where, length = latest_match(keys[view])
        if length:
            start = view * _PER_VIEW
            out[start : start + len(FIELDS)] = _followers(view, events, newest, np.array([where]))[0]
            out[start + len(FIELDS)] = length


def _followers(view: int, events: Ints, newest: Ints, where: Ints) -> Ints:
    """What followed the events at `where`, as it would follow those at `newest`: [N, 5]."""
    follow = events[where + 1]
    if VIEWS[view] == "interval":
        moved = np.clip(follow[:, 2] + events[newest, 2] - events[where, 2], 0, SIZES[2] - 1)
        both = (follow[:, 1] != DRUMS) & (events[newest, 1] != DRUMS)
        follow[:, 2] = np.where(both, moved, follow[:, 2])
    return follow
