"""How often each class followed each context: sorted arrays in place of dictionaries.

A context is a hash of 56 bits (two contexts that share one would be counted together, which keeps every
distribution whole); the 8 bits below it hold the class that followed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Symbols = npt.NDArray[np.uint8]
_CONTEXT: Final = np.uint64(0xFFFF_FFFF_FFFF_FF00)


class Seen(NamedTuple):
    """How often each row's class followed its context, how often any did, and how many different ones; float64 [N]."""

    class_count: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]
    different: npt.NDArray[np.float64]


def hash_columns(*columns: npt.NDArray[np.int32], salt: int) -> Keys:
    """One key for each row of integer columns [N], its low 8 bits free: splitmix64's finalizer after each column.

    Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    key = np.full(len(columns[0]), salt * 0x9E3779B97F4A7C15 % 2**64, np.uint64)
    for column in columns:
        key ^= column.astype(np.uint64)
        key ^= key >> np.uint64(30)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(27)
        key *= np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return key & _CONTEXT


class Counts:
    """What followed the contexts of some training events."""

    def __init__(self, keys: Keys, symbols: Symbols) -> None:
        joint = keys | symbols
        joint.sort()
        first = _starts(joint)
        self._joint = joint[first]
        self._count = np.diff(first, append=len(joint)).astype(np.uint32)
        contexts = self._joint & _CONTEXT
        begins = _starts(contexts)
        self._context = contexts[begins]
        self._total = np.diff(np.append(first[begins], len(joint))).astype(np.uint32)
        self._different = np.diff(begins, append=len(contexts)).astype(np.uint16)

    def look_up(self, keys: Keys, symbols: Symbols) -> Seen:
        """Zeros for what was never seen."""
        place, found = _find(self._context, keys)
        total = np.where(found, self._total[place], 0).astype(np.float64)
        different = np.where(found, self._different[place], 0).astype(np.float64)
        place, found = _find(self._joint, keys | symbols)
        return Seen(np.where(found, self._count[place], 0).astype(np.float64), total, different)


def count_before(keys: Keys, symbols: Symbols) -> Seen:
    """The same for every row from the rows before it alone: what a memory that began empty had counted by then."""
    class_count = _rank(keys | symbols)
    order = np.argsort(keys, kind="stable")
    begins = _starts(keys[order])
    lengths = np.diff(begins, append=len(order))
    place = np.arange(len(order)) - np.repeat(begins, lengths)
    new = np.cumsum(class_count[order] == 0)
    before = np.concatenate([[0], new[:-1]])
    total, different = np.empty(len(order)), np.empty(len(order))
    total[order] = place
    different[order] = before - np.repeat(before[begins], lengths)
    return Seen(class_count, total, different)


def _starts(ordered: Keys) -> npt.NDArray[np.int64]:
    """Where each run of equal keys begins."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def _find(ordered: Keys, keys: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    if not len(ordered):
        raise ValueError("nothing was counted: give at least one training event")
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return place, ordered[place] == keys


def _rank(keys: Keys) -> npt.NDArray[np.float64]:
    """How many rows before each have the same key."""
    order = np.argsort(keys, kind="stable")
    begins = _starts(keys[order])
    out = np.empty(len(order))
    out[order] = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    return out
