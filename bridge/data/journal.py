"""What `prepare` knows so far, on disk: the files listed, and what was read of each.

An SQLite database, because it is transactional (a run that is killed goes on from its last commit), larger than
memory, sorts on disk, and comes with Python. A reading is kept under a key of all that it depends on (path, size, time
of change, what the manifest says, the version of the reading), so that going on needs no other check: what is unchanged
is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import astuple, fields, replace
from pathlib import Path
from typing import Final

from bridge.data.reading import Reading
from bridge.data.sources import Source, Traits

READING_VERSION: Final = 3
"""Goes up when the same file would be read otherwise than before."""

_COLUMNS: Final = tuple(field.name for field in fields(Reading))
_COMMIT_EVERY: Final = 64  # readings
_PAGE: Final = 256

# The notes come last: SQLite keeps a long row in a chain of pages, and reads it no further than it must.
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS readings (key BLOB PRIMARY KEY, {", ".join(_COLUMNS)});
DROP TABLE IF EXISTS found;
DROP TABLE IF EXISTS files;
CREATE TABLE found (path BLOB PRIMARY KEY, file BLOB, source TEXT, split TEXT, licence TEXT, expressive INT, grp TEXT,
                    traits TEXT, key BLOB) WITHOUT ROWID;
CREATE TABLE files (number INTEGER PRIMARY KEY, path BLOB, file BLOB, source TEXT, split TEXT, licence TEXT,
                    expressive INT, grp TEXT, traits TEXT, key BLOB);
"""


class Journal:
    """The database of one preparation; for one process at a time."""

    def __init__(self, path: Path) -> None:
        """Opens or makes it, with nothing listed yet. Raises ValueError when another process holds it."""
        self.database = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        try:
            self.database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.database.execute("PRAGMA journal_mode = WAL")
            self.database.execute("PRAGMA synchronous = NORMAL")
            self.database.executescript(f"BEGIN EXCLUSIVE; {_SCHEMA} COMMIT;")
        except sqlite3.OperationalError as error:
            self.database.close()
            if "locked" in str(error):
                raise ValueError(f"{path.parent.parent}: another `antiphon prepare` is writing here") from None
            raise
        self._waiting = 0

    def close(self) -> None:
        """Let go of the database; keeps what was put where the disk allows it."""
        with suppress(sqlite3.OperationalError):
            self.commit()
        self.database.close()

    def list_files(self, sources: Iterable[Source]) -> int:
        """List `sources` and number them by source and file; a path that comes twice counts once. Returns how many."""
        with closing(self.database.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.executemany("INSERT OR IGNORE INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, sources))
            cursor.execute("""
                INSERT INTO files SELECT row_number() OVER (ORDER BY source, file, path), path, file, source, split,
                    licence, expressive, grp, traits, key FROM found""")
            cursor.execute("DROP TABLE found")
            cursor.execute("COMMIT")
            (count,) = cursor.execute("SELECT count(*) FROM files").fetchone()
        return int(count)

    def unread(self) -> Iterator[tuple[int, Source]]:
        """The listed files that have no reading yet, in order, by number."""
        number = 0
        while page := self.database.execute(
            """SELECT number, path, file, source, split, licence, expressive, grp, traits
            FROM files LEFT JOIN readings USING (key) WHERE number > ? AND reason IS NULL ORDER BY number LIMIT ?""",
            (number, _PAGE),
        ).fetchall():
            for number, path, file, source, split, licence, expressive, group, traits in page:
                flag = None if expressive is None else bool(expressive)
                known = Traits(**json.loads(traits))
                yield (
                    number,
                    Source(Path(os.fsdecode(path)), source, split, licence, flag, os.fsdecode(file), group, known),
                )

    def put(self, number: int, reading: Reading) -> None:
        """Keep the reading of the file of that number; on disk for certain after the next few, or `commit`."""
        if not self.database.in_transaction:
            self.database.execute("BEGIN")
        marks = ", ".join("?" * len(_COLUMNS))
        self.database.execute(
            f"INSERT OR REPLACE INTO readings SELECT key, {marks} FROM files WHERE number = ?",
            (*astuple(reading), number),
        )
        self._waiting += 1
        if self._waiting >= _COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        """Have all that was put on disk."""
        self._waiting = 0
        if self.database.in_transaction:
            self.database.execute("COMMIT")


def _row(item: Source) -> tuple[object, ...]:
    path = os.path.abspath(item.path)
    try:
        status = os.stat(path)
        state = status.st_size, status.st_mtime_ns
    except OSError:
        state = -1, -1
    # What a piece is played for does not change how it is read.
    traits = astuple(replace(item.traits, plays=""))
    known = READING_VERSION, os.fsencode(path), state, item.expressive_velocity, traits
    key = hashlib.blake2b(repr(known).encode(), digest_size=16).digest()
    group = f"{item.source}/{item.group or item.file or item.path.stem}"
    group = os.fsencode(group).decode(errors="replace")
    file = os.fsencode(item.file or item.path.name)
    told = json.dumps(item.traits.told())
    return (os.fsencode(path), file, item.source, item.split, item.licence, item.expressive_velocity, group, told, key)
