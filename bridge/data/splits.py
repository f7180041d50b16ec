"""Train, valid or test for every piece, so that no piece, copy or kin of one lies in two of them.

A manifest's split stands. What has none goes by a hash of its group's name, so that it stays where it is when files are
added; or where its kin with a given split is.
"""

from __future__ import annotations

import hashlib
import heapq
import sqlite3
from typing import Final

from bridge.data.duplicates import Components
from bridge.data.sources import SPLITS

HELD_OUT: Final = 0.05
"""Part of the groups that goes to `valid`, and as much to `test`."""
_GROUPS_FOR_A_TEST: Final = 10  # with fewer, none is taken away from training for a test


def decide(database: sqlite3.Connection) -> None:
    """Fill the table `kept` (number, split) with all pieces that are no copies; needs `duplicates.find`'s tables."""
    joined: Components[str] = Components()
    given: dict[str, str] = {}
    kin = database.execute("""
        SELECT fa.grp, fa.split, fb.grp, fb.split FROM pairs JOIN pieces pa ON pa.rank = a JOIN pieces pb ON pb.rank = b
        JOIN files fa ON fa.number = pa.number JOIN files fb ON fb.number = pb.number""")
    for one, split, other, other_split in kin:
        joined.join(one, other)
        for group, known in ((one, split), (other, other_split)):
            if known:
                given[group] = max(given.get(group, ""), known, key=_strictness)
    inherited: dict[str, str] = {}
    for group, split in given.items():
        root = joined.root(group)
        inherited[root] = max(inherited.get(root, ""), split, key=_strictness)

    def split_of(group: str, split: str) -> str:
        root = joined.root(group)
        return split or inherited.get(root) or _drawn(root)

    database.create_function("split_of", 2, split_of, deterministic=True)
    database.create_function("root_of", 1, joined.root, deterministic=True)
    database.executescript("""
        DROP TABLE IF EXISTS kept;
        CREATE TEMP TABLE kept (number INTEGER PRIMARY KEY, split TEXT);
        INSERT INTO kept SELECT number, split_of(grp, split) FROM files WHERE number IN (SELECT number FROM pieces)
            AND number NOT IN (SELECT number FROM copies);
    """)
    _fill(database, bound=frozenset(inherited))


def _strictness(split: str) -> int:
    return SPLITS.index(split) if split else -1


def _place(group: str) -> float:
    """Where a group lies in 0 to 1, as if at random."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:6], "big") / 2**48


def _drawn(group: str) -> str:
    place = _place(group)
    return "valid" if place < HELD_OUT else "test" if place < 2 * HELD_OUT else "train"


def _fill(database: sqlite3.Connection, bound: frozenset[str]) -> None:
    """Where little was prepared, see that something is held out all the same: the groups that came nearest to it.

    Not those of `bound`, whose kin a manifest has placed.
    """
    present = {split for (split,) in database.execute("SELECT DISTINCT split FROM kept")}
    (groups,) = database.execute("SELECT count(DISTINCT root_of(grp)) FROM kept JOIN files USING (number)").fetchone()
    undecided = database.execute("""SELECT DISTINCT root_of(grp) FROM kept JOIN files USING (number)
                                    WHERE files.split = '' AND kept.split = 'train'""")
    nearest = heapq.nsmallest(2, (group for (group,) in undecided if group not in bound), key=_place)
    for split, enough in (("valid", 2), ("test", _GROUPS_FOR_A_TEST)):
        if split not in present and groups >= enough and nearest:
            database.execute(
                """UPDATE kept SET split = ?
                WHERE number IN (SELECT number FROM files WHERE split = '' AND root_of(grp) = ?)""",
                (split, nearest.pop(0)),
            )


def straddling(database: sqlite3.Connection) -> list[tuple[str, str, str, str, float]]:
    """Kept kin in different splits, as only a manifest can have them: file and split, file and split, similarity."""
    rows = database.execute("""
        SELECT fa.file, ka.split, fb.file, kb.split, similarity FROM pairs
        JOIN pieces pa ON pa.rank = a JOIN pieces pb ON pb.rank = b
        JOIN kept ka ON ka.number = pa.number JOIN kept kb ON kb.number = pb.number
        JOIN files fa ON fa.number = pa.number JOIN files fb ON fb.number = pb.number
        WHERE ka.split <> kb.split ORDER BY similarity DESC, a, b LIMIT 100""")
    return [(a.decode(errors="replace"), sa, b.decode(errors="replace"), sb, s) for a, sa, b, sb, s in rows]
