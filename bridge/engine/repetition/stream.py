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

from collections.abc import Sequence
from typing import Final

import numpy as np

from bridge.engine.repetition.matching import Ints, Numbers, latest_matches, passages
from bridge.vocabulary.codec import DRUMS, FIELDS, SIZES

VIEWS: Final = ("pitch", "interval", "rhythm")
_PER_VIEW: Final = len(FIELDS) + 1
STREAM_SIZE: Final = len(VIEWS) * _PER_VIEW


def view_keys(dt: Numbers, voice: Numbers, pitch: Numbers, before: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """For each of VIEWS a number that is equal where events agree; `before` is the pitch of the event before.

    Of one event, or int64 [N] of many. The first event of all counts as before itself.
    """
    by_pitch = voice * SIZES[2] + pitch
    step = pitch - (voice != DRUMS) * (before - SIZES[2])
    return by_pitch, voice * (2 * SIZES[2]) + step, by_pitch * SIZES[0] + dt


def echoes(events: Ints) -> Ints:
    """The echo after every event of a passage heard from silence [N, 5], or of many [..., N, 5]: [..., STREAM_SIZE]."""
    heard = passages(events)
    out = np.zeros((len(heard.events), STREAM_SIZE), np.int64)
    dt, voice, pitch = heard.events[:, 0], heard.events[:, 1], heard.events[:, 2]
    before = np.where(heard.place > 0, np.roll(pitch, 1), pitch)
    for view, keys in enumerate(view_keys(dt, voice, pitch, before)):
        where, length = latest_matches(heard.apart(keys), heard.place, heard.place)
        found = np.flatnonzero(length)
        first = view * _PER_VIEW
        follow = heard.events[where[found] + 1]
        if VIEWS[view] == "interval":
            moved = np.clip(follow[:, 2] + pitch[found] - pitch[where[found]], 0, SIZES[2] - 1)
            both = (follow[:, 1] != DRUMS) & (voice[found] != DRUMS)
            follow[:, 2] = np.where(both, moved, follow[:, 2])
        out[found, first : first + len(FIELDS)] = follow
        out[found, first + len(FIELDS)] = length[found]
    return out.reshape(*events.shape[:-1], STREAM_SIZE)


def follow_of(view: str, events: Sequence[tuple[int, ...]], where: int, length: int) -> list[int]:
    """What `view` tells of the last of `events` where a run of `length` ended at `where`; zeros where it is 0."""
    if not length:
        return [0] * _PER_VIEW
    dt, voice, pitch, velocity, duration = events[where + 1]
    newest = events[-1]
    if view == "interval" and DRUMS not in (voice, newest[1]):
        pitch = min(max(pitch + newest[2] - events[where][2], 0), SIZES[2] - 1)
    return [dt, voice, pitch, velocity, duration, length]
