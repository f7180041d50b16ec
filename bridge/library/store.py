"""The index of a library: what phrases there are, in SQLite, and a vector for each, in a file mapped into memory.

Both lie in one folder. The vectors are rows of float32 in the order in which phrases were written; a row whose phrase
is gone stays until the index is packed. A file's phrases are written before the database knows of them, and it knows
of all of a file's or of none: whatever is interrupted goes on where it was. Search looks at every row, exactly: see
LOG.md.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

_DATABASE: Final = "index.sqlite"
_VECTORS: Final = "vectors-{}.f32"  # a number, one more each time it is packed
_LOCK: Final = "writer.sqlite"
_FORMAT: Final = 1
# Rows of phrases that are gone, as a part of all, from which on the index is packed.
_WASTE: Final = 0.3
_ROWS_AT_ONCE: Final = 65_536
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, changed INTEGER NOT NULL,
  refused TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS phrases (
  row INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files(id), first_bar REAL NOT NULL, last_bar REAL NOT NULL,
  begin_beat REAL NOT NULL, end_beat REAL NOT NULL, tonic INTEGER NOT NULL, minor INTEGER NOT NULL, bpm REAL NOT NULL,
  density REAL NOT NULL, height REAL NOT NULL, notes INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS phrases_of_file ON phrases (file);
"""


class IndexRefused(ValueError):
    """An index that cannot be used or written now; the text says why, and the way out."""


class IndexedPhrase(NamedTuple):
    """A phrase of a file. Beats from the file's start; bars from 1, 0 where none are known; `bpm` 0 in free time.

    `tonic` is a pitch class, -1 where there is no pitch. `density` in notes a beat, `height` the mean pitch.
    """

    first_bar: float
    last_bar: float
    begin_beat: float
    end_beat: float
    tonic: int
    minor: bool
    bpm: float
    density: float
    height: float
    notes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase in the index: its number, the file it is of (relative to the library), and what is known of it."""

    row: int
    path: str
    phrase: IndexedPhrase


class Known(NamedTuple):
    """What the index knows of a file."""

    size: int
    changed: int  # nanoseconds


class Index:
    """An index in a folder, for whoever searches. Opened for reading; `writing` opens it for one writer."""

    def __init__(self, folder: Path, identity: str, width: int) -> None:
        """Open the index of vectors of `width` that the ear `identity` made. Raises IndexRefused for another's."""
        self.folder = folder
        self.identity = identity
        self.width = width
        if not (folder / _DATABASE).exists():
            raise IndexRefused(f"{folder}: no index here; make one with antiphon index FOLDER")
        # Read by whichever thread asks, one at a time.
        self._database = sqlite3.connect(folder / _DATABASE, check_same_thread=False)
        self._check()
        (self._version,) = self._database.execute("PRAGMA data_version").fetchone()
        self._map()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def vectors(self) -> Vectors:
        """The vectors of all phrases there are, float32 [N, width], mapped into memory; rows that are gone too."""
        return self._vectors

    def refresh(self) -> bool:
        """See what an `antiphon index` that ran meanwhile has changed. True where that was something."""
        (version,) = self._database.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return False
        self._version = version
        self._check()
        self._map()
        return True

    def close(self) -> None:
        """No more."""
        self._database.close()

    def search(self, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """The rows of the `count` phrases most like `vector` [width], and how alike they are, the most first."""
        if not len(self._rows):
            return []
        likeness = np.empty(len(self._vectors), dtype=np.float32)
        for begin in range(0, len(self._vectors), _ROWS_AT_ONCE):
            part = self._vectors[begin : begin + _ROWS_AT_ONCE]
            np.dot(part, vector, out=likeness[begin : begin + len(part)])
        alive = likeness if len(self._rows) == len(likeness) else likeness[self._rows]
        count = min(count, len(alive))
        best = np.argpartition(alive, len(alive) - count)[len(alive) - count :]
        best = best[np.argsort(-alive[best], kind="stable")]
        return list(zip(self._rows[best].tolist(), alive[best].tolist(), strict=True))

    def entries(self, rows: Sequence[int]) -> list[Entry]:
        """What is known of phrases, by their rows, in that order."""
        marks = ",".join("?" * len(rows))
        query = f"SELECT p.*, f.path FROM phrases p JOIN files f ON f.id = p.file WHERE p.row IN ({marks})"
        found = {}
        for values in self._database.execute(query, list(rows)):
            row, _, first, last, begin, end, tonic, minor, *rest, path = values
            found[row] = Entry(row, path, IndexedPhrase(first, last, begin, end, tonic, bool(minor), *rest))
        return [found[row] for row in rows if row in found]

    def known(self, path: str) -> Known | None:
        """What the index knows of a file."""
        found = self._database.execute("SELECT size, changed FROM files WHERE path = ?", (path,)).fetchone()
        return None if found is None else Known(*found)

    def files(self) -> dict[str, Known]:
        """The files that were indexed, or refused, by their paths."""
        rows = self._database.execute("SELECT path, size, changed FROM files")
        return {path: Known(size, changed) for path, size, changed in rows}

    def refused(self) -> dict[str, str]:
        """The files that could not be indexed, and why."""
        return dict(self._database.execute("SELECT path, refused FROM files WHERE refused != ''"))

    def _check(self) -> None:
        try:
            about = dict(self._database.execute("SELECT name, value FROM about"))
        except sqlite3.DatabaseError as error:
            raise IndexRefused(
                f"{self.folder}: this index is damaged ({error}); delete the folder and index again"
            ) from None
        if about.get("format") != str(_FORMAT):
            raise IndexRefused(
                f"{self.folder}: an index of format {about.get('format')}; antiphon index --anew makes it again"
            )
        if about.get("ear") != self.identity:
            raise IndexRefused(
                f"{self.folder}: this index was made by another model; "
                "antiphon index FOLDER --anew --model NAME makes it again with the model that is to play"
            )

    @property
    def _number(self) -> int:
        (value,) = self._database.execute("SELECT value FROM about WHERE name = 'vectors'").fetchone()
        return int(value)

    @property
    def _vectors_file(self) -> Path:
        return self.folder / _VECTORS.format(self._number)

    def _map(self) -> None:
        rows = self._database.execute("SELECT row FROM phrases ORDER BY row").fetchall()
        self._rows = np.array([row for (row,) in rows], dtype=np.int64)
        path = self._vectors_file
        count = int(self._rows[-1]) + 1 if len(self._rows) else 0
        if count and (not path.exists() or path.stat().st_size < count * self.width * 4):
            raise IndexRefused(f"{path}: vectors are missing; antiphon index FOLDER --anew makes the index again")
        self._vectors = (
            np.memmap(path, dtype=np.float32, mode="r", shape=(count, self.width))
            if count
            else np.zeros((0, self.width), dtype=np.float32)
        )


class IndexWriter(Index):
    """The one who writes an index: adds and takes out files, one at a time."""

    def add(
        self, path: str, known: Known, phrases: Sequence[IndexedPhrase], vectors: Vectors, refused: str = ""
    ) -> None:
        """A file's phrases and their vectors [phrases, width], in place of what was known of it; all or nothing."""
        (first,) = self._database.execute("SELECT COALESCE(MAX(row), -1) + 1 FROM phrases").fetchone()
        self._vectors = np.zeros((0, self.width), dtype=np.float32)  # not all systems write to a file that is mapped
        with self._vectors_file.open("r+b") as file:
            # Over the rows of a file that was interrupted. It is never made shorter: who searches has it mapped, and
            # a process that reads beyond the end of a mapped file is killed.
            file.seek(first * self.width * 4)
            file.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        with self._database:
            self._forget(path)
            values = (path, known.size, known.changed, refused)
            added = self._database.execute(
                "INSERT INTO files (path, size, changed, refused) VALUES (?, ?, ?, ?)", values
            )
            rows = [(first + i, added.lastrowid, *phrase) for i, phrase in enumerate(phrases)]
            self._database.executemany(f"INSERT INTO phrases VALUES ({','.join('?' * 12)})", rows)

    def remove(self, path: str) -> None:
        """A file is there no more."""
        with self._database:
            self._forget(path)

    def move(self, before: str, path: str, known: Known) -> None:
        """A file lies elsewhere now."""
        with self._database:
            self._database.execute(
                "UPDATE files SET path = ?, size = ?, changed = ? WHERE path = ?", (path, *known, before)
            )

    def finish(self) -> None:
        """Pack the vectors where many are of phrases that are gone, and look at what there is."""
        self._map()
        if len(self._vectors) and 1.0 - len(self._rows) / len(self._vectors) > _WASTE:
            self._pack()
            self._map()

    def _pack(self) -> None:
        """Write the vectors that count anew; the old file stays until the rows are known by their new numbers."""
        old = self._vectors_file
        number = self._number + 1
        np.ascontiguousarray(self._vectors[self._rows]).tofile(self.folder / _VECTORS.format(number))
        self._vectors = np.zeros((0, self.width), dtype=np.float32)
        with self._database:
            # In order, so that no number is taken twice on the way.
            self._database.executemany(
                "UPDATE phrases SET row = ? WHERE row = ?", [(new, int(row)) for new, row in enumerate(self._rows)]
            )
            self._database.execute("UPDATE about SET value = ? WHERE name = 'vectors'", (str(number),))
        with contextlib.suppress(OSError):  # somebody who searches may have it open yet
            old.unlink()

    def _forget(self, path: str) -> None:
        self._database.execute("DELETE FROM phrases WHERE file IN (SELECT id FROM files WHERE path = ?)", (path,))
        self._database.execute("DELETE FROM files WHERE path = ?", (path,))


@contextmanager
def writing(folder: Path, identity: str, width: int, *, anew: bool = False) -> Iterator[IndexWriter]:
    """Open an index for writing, made where there is none, or `anew`. Raises IndexRefused while another writes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(folder / _LOCK, timeout=0.2, isolation_level=None)
    except (sqlite3.OperationalError, OSError) as error:
        raise _not_written(folder, error) from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")  # ends with the process, however that ends
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise IndexRefused(
                f"{folder}: another antiphon index is writing this index; wait until it is done"
            ) from None
        if anew:
            for path in (folder / _DATABASE, *folder.glob(_VECTORS.format("*"))):
                path.unlink(missing_ok=True)
        _make(folder, identity)
        writer = IndexWriter(folder, identity, width)
        try:
            yield writer
        finally:
            writer.close()
    except (sqlite3.OperationalError, OSError) as error:
        raise _not_written(folder, error) from error
    finally:
        lock.close()


def _not_written(folder: Path, error: Exception) -> IndexRefused:
    return IndexRefused(
        f"{folder}: the index cannot be written ({error}); make room there, or put it elsewhere with --index: the same "
        "command goes on from what is there"
    )


def _make(folder: Path, identity: str) -> None:
    database = sqlite3.connect(folder / _DATABASE)
    try:
        with database:
            database.executescript(_TABLES)
            about = [("format", str(_FORMAT)), ("ear", identity), ("vectors", "0")]
            database.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", about)
            (number,) = database.execute("SELECT value FROM about WHERE name = 'vectors'").fetchone()
        (folder / _VECTORS.format(number)).touch()
    except sqlite3.OperationalError:  # no room, or no permission
        raise
    except sqlite3.DatabaseError as error:
        raise IndexRefused(f"{folder}: this index is damaged ({error}); delete the folder and index again") from None
    finally:
        database.close()
