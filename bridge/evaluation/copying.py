"""Whether music was heard before: the longest exact match with the training pieces, transposed too.

Music is read as its notes in playing order (drums aside), each by its interval from the note before and the time since,
to the nearest 1/12 beat. Runs of such steps are compared by rolling hashes (Karp and Rabin, "Efficient randomized
pattern-matching algorithms", IBM Journal of Research and Development 31(2), 1987), growing by one step at a time while
any still matches; every match is then compared step by step, so that no coincidence of hashes is taken for a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Ints, Stretch
from bridge.vocabulary import codec

_CELLS: Final = 12  # positions in a beat
_LONGEST_WAIT: Final = 96  # cells; any longer is only "long"
_RADIX: Final = np.uint64(0x5851F42D4C957F2D)
_BORDER: Final = -1  # between two pieces; matches nothing
_UNFILTERED: Final = 3  # so few steps match nearly everywhere


class Match(NamedTuple):
    """The longest match of a stretch: notes that agree (0: none), its place there, and the training piece (-1)."""

    notes: int
    start: int
    piece: int


def steps_of(stretch: Stretch, *, rhythm: bool = True) -> Ints:
    """One number for each note after the first: its interval, and with `rhythm` the time since the note before."""
    tuned = np.flatnonzero(stretch.voice != codec.DRUMS)
    interval = np.diff(stretch.pitch[tuned]) + 128
    if not rhythm:
        return interval.astype(np.int64)
    cell = np.rint(stretch.onset[tuned] * _CELLS / codec.TICKS_PER_BEAT).astype(np.int64)
    wait = np.minimum(np.diff(cell), _LONGEST_WAIT)
    return interval * (_LONGEST_WAIT + 1) + wait


class Library:
    """The training pieces' steps, end to end. `rhythm` as in `steps_of`."""

    def __init__(self, pieces: Iterable[Stretch], *, rhythm: bool = True) -> None:
        self.rhythm = rhythm
        self._steps, self._left, self._piece = _joined([steps_of(piece, rhythm=rhythm) for piece in pieces])

    def longest_matches(self, music: Sequence[Stretch]) -> list[Match]:
        """The longest match of each stretch with any training piece."""
        steps, left, owner = _joined([steps_of(stretch, rhythm=self.rhythm) for stretch in music])
        best = [Match(0, 0, -1) for _ in music]
        begins = np.searchsorted(owner, np.arange(len(music)))
        ours = _Runs(steps, left)
        theirs = _Runs(self._steps, self._left)
        length = 0
        while len(ours.places) and len(theirs.places):
            length += 1
            ours.grow()
            theirs.grow()
            if length <= _UNFILTERED:
                continue
            theirs.keep(_among(theirs.hashes, np.unique(ours.hashes)))
            if not len(theirs.places):
                break
            found = _verified(ours, theirs, length)
            ours.keep(found >= 0)
            for place, where in zip(ours.places, found[found >= 0], strict=True):
                number = int(owner[place])
                if best[number].notes < length + 1:
                    best[number] = Match(length + 1, int(place - begins[number]), int(self._piece[where]))
        return best


class _Runs:
    """All runs of some length that are still of interest: where they begin, and their hashes."""

    def __init__(self, steps: Ints, left: Ints) -> None:
        self.steps = steps
        self._left = left
        self.places = np.arange(len(steps))
        self.hashes = np.zeros(len(steps), np.uint64)
        self._length = 0

    def grow(self) -> None:
        """One step more; runs that would cross a border end."""
        self._length += 1
        self.keep(self._left[self.places] >= self._length)
        self.hashes = self.hashes * _RADIX + _scrambled(self.steps[self.places + self._length - 1])

    def keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Only these go on."""
        self.places, self.hashes = self.places[which], self.hashes[which]


def _joined(parts: Sequence[Ints]) -> tuple[Ints, Ints, Ints]:
    """Steps end to end, how many are left in its piece at each, and whose it is; a border after each piece."""
    sizes = [len(part) + 1 for part in parts]
    steps = np.concatenate([np.append(part, _BORDER) for part in parts]) if parts else np.zeros(0, np.int64)
    left = np.concatenate([np.arange(size - 1, -1, -1) for size in sizes]) if parts else np.zeros(0, np.int64)
    return steps, left, np.repeat(np.arange(len(parts)), sizes)


def _scrambled(steps: Ints) -> npt.NDArray[np.uint64]:
    mixed = steps.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(32))


def _among(hashes: npt.NDArray[np.uint64], ordered: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(hashes), np.bool_)
    place = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    return np.asarray(ordered[place] == hashes)


def _verified(ours: _Runs, theirs: _Runs, length: int) -> Ints:
    """For each of our runs, where in their steps it stands; -1 where nowhere."""
    order = np.argsort(theirs.hashes, kind="stable")
    place = np.minimum(np.searchsorted(theirs.hashes[order], ours.hashes), len(order) - 1)
    where = theirs.places[order][place]
    same = theirs.hashes[order][place] == ours.hashes
    for step in range(length):
        same &= ours.steps[ours.places + step] == theirs.steps[np.where(same, where + step, 0)]
    return np.where(same, where, -1)
