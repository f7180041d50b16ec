"""Where the newest events were heard before: the latest of the longest runs that agree with them."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

WINDOW: Final = 512  # events of the whole stream, the newest among them, in which a run must lie
LONGEST: Final = 12

Ints = npt.NDArray[np.int64]
Numbers = TypeVar("Numbers", int, Ints)  # of one event, or of many


class Passages(NamedTuple):
    """Events of passages that are each heard from silence, one after the other: int64 [N, 5] and [N]."""

    events: Ints
    number: Ints  # of the passage
    place: Ints  # in it, from 0

    def apart(self, keys: Ints) -> Ints:
        """`keys` [N], equal only within a passage."""
        return keys + self.number * (int(keys.max(initial=0)) - int(keys.min(initial=0)) + 1)


def passages(events: Ints) -> Passages:
    """Of one passage [N, 5], or of many as long as each other [..., N, 5]."""
    flat = events.reshape(-1, events.shape[-1])
    length = events.shape[-2]
    here = np.arange(len(flat))
    return Passages(flat, here // max(length, 1), here % max(length, 1))


class Matches(NamedTuple):
    """For each of N events where the run that agrees with it ends, and its length, 0 where there is none; int64 [N]."""

    where: Ints
    length: Ints


def latest_matches(keys: Ints, place: Ints, position: Ints) -> Matches:
    """The matches of events that agree where their `keys` [N] are equal; lines may lie one after the other.

    `place` [N] is each event's place in its own line, from 0, and `position` [N] its place in its whole stream. Events
    of different lines must have different keys. Longer runs are found from shorter ones, in as many sorts as LONGEST:
    each of those events alone that are not the only ones of their kind, and come after one that is not either.
    """
    count = len(keys)
    where, length = np.full(count, -1), np.zeros(count, np.int64)
    at = np.arange(count)
    runs = single = _again(keys, at, count)
    for run in range(1, LONGEST + 1):
        if run > 1:
            at = at[(place[at] >= run - 1) & (runs.name[at] >= 0) & (runs.name[at - 1] >= 0)]
            runs = _again(runs.name[at - 1] * count + single.name[at], at, count)
        before = runs.before[at]
        found = before >= 0
        ends, before = at[found], before[found]
        near = position[ends] - position[before - run + 1] < WINDOW
        if not near.any():
            break
        where[ends[near]], length[ends[near]] = before[near], run
    return Matches(where, length)


class _Again(NamedTuple):
    """Of each of N events a number that is equal where keys are, and where its key was last; -1 where nowhere else."""

    name: Ints
    before: Ints


def _again(keys: Ints, at: Ints, count: int) -> _Again:
    """The `keys` [M] of the events `at` [M], of `count` in all; `at` ascends."""
    order = np.argsort(keys, kind="stable")
    same = np.zeros(len(keys) + 1, bool)  # as the one before, in the order of keys
    same[1:-1] = keys[order[1:]] == keys[order[:-1]]
    events = at[order]
    name, before = np.full(count, -1), np.full(count, -1)
    shared = same[:-1] | same[1:]
    name[events[shared]] = np.cumsum(~same[:-1])[shared] - 1
    again = np.flatnonzero(same[:-1])
    before[events[again]] = events[again - 1]
    return _Again(name, before)
