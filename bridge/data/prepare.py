"""Folders of MIDI files to prepared data: list, read, find copies, split, write, report.

Everything on the way lies in DATA/.unfinished, so a run that was ended anyhow goes on where it was; DATA/index.json is
there only when the data are whole. The same files give the same shards and index, byte for byte, whoever reads them and
in whatever order they are done: pieces are numbered by source and file name, and written in that order.
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from bridge.data import duplicates, report, splits
from bridge.data.journal import Journal
from bridge.data.local_workers import Numbered, Readings, read_here
from bridge.data.notes import NOTE, Piece
from bridge.data.shards import SHARD_NOTES, ShardWriter, publish, write_index
from bridge.data.sources import UNKNOWN_LICENCE, Source, Traits, find_sources
from bridge.data.tally import Tally
from bridge.system import terminal
from bridge.system.plain_files import check_place

Engine = Callable[[Iterable[Numbered]], Readings]

_UNFINISHED: Final = ".unfinished"
_JOURNAL: Final = "journal.sqlite"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What `prepare` did. `refused`: reason to number of files; `report`: all that report.json says."""

    pieces: int
    notes: int
    refused: dict[str, int]
    duplicates: int
    report: dict[str, Any]


class _Speed(ProgressColumn):
    """Files a second since this run began."""

    def render(self, task: Task) -> Text:
        done = task.completed - task.fields["known"]
        return Text(f"{done / task.elapsed:.0f}/s" if task.elapsed else "")


def prepare(
    places: Path | Sequence[Path],
    out: Path,
    console: Console | None = None,
    *,
    engine: Engine = read_here,
    licence: str = UNKNOWN_LICENCE,
    traits: Mapping[str, Traits] | None = None,
    shard_notes: int = SHARD_NOTES,
    pictures: bool = True,
) -> Preparation:
    """Prepare the MIDI files of folders or manifests into folder `out`, in place of what was prepared there.

    `traits` say what is known of whole sources. `engine` reads the files, in any order. Files that cannot be read are
    counted and named in the report, never fatal.
    Without `pictures` the report is numbers and names only.
    Raises ValueError when a place is not there or has no MIDI files, nothing in them could be read, or another
    preparation is writing into `out`; OSError, with the way out, when the disk is full or `out` is no place to write.
    """
    places = [places] if isinstance(places, Path) else places
    try:
        listings = [find_sources(place, licence, traits) for place in places]
        return _prepare(places, listings, out, console or terminal.console(stderr=True), engine, shard_notes, pictures)
    except sqlite3.OperationalError as error:
        if "full" not in str(error) and "I/O" not in str(error):
            raise
        raise _full(out) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _full(out) from error


def _full(out: Path) -> OSError:
    return OSError(
        errno.ENOSPC,
        f"the disk of {out} is full; what was read so far is kept in {out / _UNFINISHED}: make room and run the same "
        "again to go on, or delete that folder",
    )


def _prepare(
    places: Sequence[Path],
    listings: Sequence[Iterator[Source]],
    out: Path,
    console: Console,
    engine: Engine,
    shard_notes: int,
    pictures: bool,
) -> Preparation:
    unfinished = out / _UNFINISHED
    check_place(out)
    first = [next(listing) for listing in listings]  # So that a wrong place is told before anything is made.
    unfinished.mkdir(parents=True, exist_ok=True)
    journal = Journal(unfinished / _JOURNAL)
    try:
        files = journal.list_files(item for head, rest in zip(first, listings, strict=True) for item in (head, *rest))
        _read(journal, files, engine, console)
        database = journal.database
        duplicates.find(database)
        splits.decide(database)
        if not database.execute("SELECT 1 FROM kept LIMIT 1").fetchone():
            raise ValueError(_nothing(places, database, files))
        try:
            result = _write(unfinished, database, shard_notes, pictures)
        except BaseException:
            _clear(unfinished)
            raise
    finally:
        journal.close()
    publish(unfinished, out)
    shutil.rmtree(unfinished)
    return result


def _read(journal: Journal, files: int, engine: Engine, console: Console) -> None:
    columns = (TextColumn("Reading MIDI"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn(),
               TextColumn("{task.fields[refused]} refused"))  # fmt: skip
    (known,) = journal.database.execute("SELECT count(*) FROM files JOIN readings USING (key)").fetchone()
    (refused,) = journal.database.execute(
        "SELECT count(*) FROM files JOIN readings USING (key) WHERE reason <> ''"
    ).fetchone()
    with Progress(*columns, console=console) as progress, closing(engine(journal.unread())) as readings:
        task = progress.add_task("", total=files, completed=known, known=known, refused=refused)
        for number, reading in readings:
            journal.put(number, reading)
            refused += bool(reading.reason)
            progress.update(task, advance=1, refused=refused)
    journal.commit()


def _nothing(places: Sequence[Path], database: sqlite3.Connection, files: int) -> str:
    path, reason, text = database.execute(
        "SELECT path, reason, text FROM files JOIN readings USING (key) ORDER BY number LIMIT 1"
    ).fetchone()
    named = ", ".join(map(str, places))
    return (
        f"{named}: none of {files} files could be read; the first, {path.decode(errors='replace')}: {reason} ({text})"
    )


def _write(unfinished: Path, database: sqlite3.Connection, shard_notes: int, pictures: bool) -> Preparation:
    """Shards, index and report into `unfinished`."""
    _clear(unfinished)
    tally = Tally()
    shards: list[dict[str, Any]] = []
    database.execute("DROP TABLE IF EXISTS places")
    database.execute("CREATE TEMP TABLE places (number INTEGER PRIMARY KEY, shard TEXT, start INT, stop INT)")
    for (source,) in database.execute(
        "SELECT DISTINCT source FROM kept JOIN files USING (number) ORDER BY source"
    ).fetchall():
        with ShardWriter(unfinished, source, shard_notes) as writer:
            rows = database.execute(
                "SELECT number, has_beats, count, notes FROM kept JOIN files USING (number) JOIN readings USING (key) "
                "WHERE source = ? ORDER BY number", (source,)
            )  # fmt: skip
            for number, has_beats, count, notes in rows:
                database.execute("INSERT INTO places VALUES (?, ?, ?, ?)", (number, *writer.add(notes)))
                tally.add(source, np.frombuffer(notes, NOTE, count), bool(has_beats))
        shards += writer.shards
    write_index(unfinished / "index.json", shards, _pieces(database))
    told = report.write(unfinished, database, tally, pictures)
    refused = {reason: row["count"] for reason, row in told["refused"].items()}
    return Preparation(told["pieces"], told["notes"], refused, told["duplicates"]["count"], told)


def _pieces(database: sqlite3.Connection) -> Iterator[Piece]:
    rows = database.execute("""
        SELECT file, source, kept.split, licence, start, stop, has_beats, shard, root_of(grp), traits FROM kept
        JOIN files USING (number) JOIN readings USING (key) JOIN places USING (number) ORDER BY number""")
    for file, source, split, licence, start, stop, has_beats, shard, group, traits in rows:
        name = file.decode(errors="replace")
        plays = json.loads(traits).get("plays", "")
        yield Piece(
            Path(name).stem, source, split, licence, start, stop, bool(has_beats), shard, name, group, plays=plays
        )


def _clear(unfinished: Path) -> None:
    """Take away all but the journal."""
    for path in unfinished.iterdir():
        if not path.name.startswith(_JOURNAL):
            path.unlink()
