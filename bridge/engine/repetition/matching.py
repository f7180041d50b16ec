"""Where the newest events were heard before: the latest of the longest runs that agree with them."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

WINDOW: Final = 512  # events of the whole stream, the newest among them, in which a run must lie
LONGEST: Final = 12

Ints = npt.NDArray[np.int64]
Numbers = TypeVar("Numbers", int, Ints)  # of one event, or of many


class Matches(NamedTuple):
    """For each of N events where the run that agrees with it ends, and its length, 0 where there is none; int64 [N]."""

    where: Ints
    length: Ints


def latest_matches(keys: Ints, place: Ints, position: Ints) -> Matches:
    """The matches of events that agree where their `keys` [N] are equal; lines may lie one after the other.

    `place` [N] is each event's place in its own line, from 0, and `position` [N] its place in the whole stream. Events
    of different lines must have different keys. Longer runs are found from shorter ones: as many sorts as LONGEST.
    """
    where, length = np.full(len(keys), -1), np.zeros(len(keys), np.int64)
    here = np.arange(len(keys))
    name, before = _named(keys)
    single = name
    for run in range(1, LONGEST + 1):
        if run > 1:
            longer = np.concatenate([[0], name[:-1]]) * (len(keys) + 1) + single
            # A run that would begin before its line is like no other.
            name, before = _named(np.where(place >= run - 1, longer, -1 - here))
        begin = np.maximum(before - run + 1, 0)
        found = (before >= 0) & (position - position[begin] < WINDOW)
        if not found.any():
            break
        where[found], length[found] = before[found], run
    return Matches(where, length)


def _named(keys: Ints) -> tuple[Ints, Ints]:
    """A small number for each key [N], equal where keys are, and where the same key was last, -1 where nowhere."""
    order = np.argsort(keys, kind="stable")
    new = np.ones(len(keys), bool)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    name, before = np.empty(len(keys), np.int64), np.full(len(keys), -1)
    name[order] = np.cumsum(new)
    again = np.flatnonzero(~new)
    before[order[again]] = order[again - 1]
    return name, before
