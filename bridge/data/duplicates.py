"""Which pieces are there twice, in another key, tempo or resolution, and which copy stays.

The sketches lie in the journal's database, which sorts them by each band in turn: pieces that meet in a band are
compared. So memory does not grow with the number of files, only with that of the copies. (datasketch, the library for
this, hashes figure by figure in Python and keeps its index in memory or on a server.)
"""

from __future__ import annotations

import itertools
import sqlite3
from collections import deque
from collections.abc import Hashable, Iterator
from typing import Final, Generic, TypeVar

import numpy as np

from bridge.data import fingerprint

SAME: Final = 0.5
"""Similarity from which two pieces are copies. Copies that were transposed, stretched and rounded to a coarse grid keep
0.5 and more of their figures, other editions of a song have 0.55 to 0.9; takes of one drum groove have 0.3."""
KIN: Final = 0.3
"""Similarity from which two pieces may not be in different splits."""
FEWEST_FIGURES: Final = 16
"""Pieces with fewer are only the same where every note is."""

_NEIGHBOURS: Final = 16  # pieces of one band that the next is compared with: a copy meets some copy in some band

Key = TypeVar("Key", bound=Hashable)


class Components(Generic[Key]):
    """Sets of things that are joined, directly or through others; what was never joined takes no memory."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        """The one that stands for all that `key` is joined with."""
        while (parent := self._parent.get(key, key)) != key:
            self._parent[key] = self._parent.get(parent, parent)
            key = parent
        return key

    def join(self, one: Key, other: Key) -> None:
        """Join two; the lesser root (by `<`) stands for both."""
        roots = sorted((self.root(one), self.root(other)))  # type: ignore[type-var]
        self._parent[roots[1]] = self._parent[roots[0]] = roots[0]

    def members(self) -> list[list[Key]]:
        """Every set of two and more, sorted, in order of their roots."""
        sets: dict[Key, list[Key]] = {}
        for key in sorted(self._parent):  # type: ignore[type-var]
            sets.setdefault(self.root(key), []).append(key)
        return [keys for keys in sets.values() if len(keys) > 1]


def find(database: sqlite3.Connection) -> None:
    """Fill the tables `pieces` (what was read, by `rank`), `pairs` (kin) and `copies` (what goes, and for which).

    Of copies the one of lowest rank stays: held out before train before undecided, then the one with more notes.
    """
    database.executescript("""
        DROP TABLE IF EXISTS pieces;
        DROP TABLE IF EXISTS pairs;
        DROP TABLE IF EXISTS copies;
        CREATE TEMP TABLE pieces (rank INTEGER PRIMARY KEY, number INT, figures INT, digest BLOB, sketch BLOB);
        CREATE TEMP TABLE pairs (a INT, b INT, similarity REAL, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE TEMP TABLE copies (number INTEGER PRIMARY KEY, original INT, similarity REAL);
        INSERT INTO pieces SELECT row_number() OVER (ORDER BY CASE split WHEN 'test' THEN 0 WHEN 'valid' THEN 1
            WHEN 'train' THEN 2 ELSE 3 END, count DESC, number), number, figures, digest, sketch
            FROM files JOIN readings USING (key) WHERE reason = '';
    """)
    database.executemany("INSERT OR IGNORE INTO pairs VALUES (?, ?, ?)", _exact_pairs(database))
    for band in range(fingerprint.BANDS):
        database.executemany("INSERT OR IGNORE INTO pairs VALUES (?, ?, ?)", _pairs_in(database, band))
    _choose(database)


def _exact_pairs(database: sqlite3.Connection) -> Iterator[tuple[int, int, float]]:
    rows = database.execute("SELECT digest, rank FROM pieces ORDER BY digest, rank")
    for _, group in itertools.groupby(rows, key=lambda row: row[0]):
        for (_, a), (_, b) in itertools.pairwise(group):
            yield a, b, 1.0


def _pairs_in(database: sqlite3.Connection, band: int) -> Iterator[tuple[int, int, float]]:
    width = fingerprint.BAND_BYTES
    rows = database.execute(
        "SELECT substr(sketch, ?, ?) AS key, rank, sketch FROM pieces WHERE figures >= ? ORDER BY key, rank",
        (1 + band * width, width, FEWEST_FIGURES),
    )
    for _, group in itertools.groupby(rows, key=lambda row: row[0]):
        before: deque[tuple[int, fingerprint.Sketch]] = deque(maxlen=_NEIGHBOURS)
        for _, rank, packed in group:
            sketch = np.frombuffer(packed, np.uint32)
            for earlier, other in before:
                similarity = fingerprint.similarity(sketch, other)
                if similarity >= KIN:
                    yield earlier, rank, similarity
            before.append((rank, sketch))


def _choose(database: sqlite3.Connection) -> None:
    joined: Components[int] = Components()
    for a, b in database.execute("SELECT a, b FROM pairs WHERE similarity >= ?", (SAME,)):
        joined.join(a, b)
    for ranks in joined.members():
        kept: list[tuple[int, bytes, fingerprint.Sketch]] = []
        for rank in ranks:
            number, digest, figures, packed = database.execute(
                "SELECT number, digest, figures, sketch FROM pieces WHERE rank = ?", (rank,)
            ).fetchone()
            sketch = np.frombuffer(packed, np.uint32)
            likeness = [
                1.0 if digest == other else fingerprint.similarity(sketch, theirs) * (figures >= FEWEST_FIGURES)
                for _, other, theirs in kept
            ]
            best = int(np.argmax(likeness)) if likeness else -1
            if best >= 0 and likeness[best] >= SAME:
                database.execute("INSERT INTO copies VALUES (?, ?, ?)", (number, kept[best][0], likeness[best]))
            else:
                kept.append((number, digest, sketch))
