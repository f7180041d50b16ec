"""Which files to prepare, and what is known of each before it is read: a manifest's rows, or what lies in a folder."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SPLITS: Final = ("train", "valid", "test")
MIDI_SUFFIXES: Final = frozenset({".mid", ".midi", ".kar", ".rmi", ".smf"})
UNKNOWN_LICENCE: Final = "unknown"

# What a copy of a file is called: "Song (2)", "Song - Copy", "Song.2".
_COPY: Final = re.compile(r"(\s*\(\d+\)|[\s_-]*\bcopy\b|\.\d{1,2})+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One MIDI file and what is known about it before it is read."""

    path: Path
    source: str
    split: str = ""  # one of SPLITS; "": to be decided
    licence: str = UNKNOWN_LICENCE
    expressive_velocity: bool | None = None  # None: find out
    file: str = ""  # the path as the manifest or the folder has it
    group: str = ""  # files of one group are one piece, and never straddle splits


def read_manifest(path: Path) -> Iterator[Source]:
    """The rows of a manifest.csv: columns path, source, split; optional licence, has_expressive_velocity, piece_id.

    UTF-8, or UTF-16 that says so by its byte-order mark. Raises ValueError for another encoding, when a column is
    missing, or a split is none of SPLITS (it may be left blank, to be decided here).
    """
    with io.StringIO(_text_of(path), newline="") as lines:
        rows = csv.DictReader(lines)
        missing = {"path", "source", "split"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}; a manifest needs path, source, split")
        for row in rows:
            if not row["path"] or not row["source"] or row["split"] not in (*SPLITS, ""):
                raise ValueError(
                    f"{path}, line {rows.line_num}: path {row['path']!r}, source {row['source']!r}, split "
                    f"{row['split']!r}; give a path, a source, and one of {', '.join(SPLITS)} (or no split)"
                )
            flag = row.get("has_expressive_velocity")
            yield Source(
                path.parent / row["path"],
                row["source"],
                row["split"],
                row.get("licence") or UNKNOWN_LICENCE,
                None if flag in (None, "") else flag == "1",
                row["path"],
                row.get("piece_id") or _group(row["path"]),
            )


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: it is not UTF-8 text; save the table as CSV in UTF-8") from None


def read_folder(folder: Path, licence: str = UNKNOWN_LICENCE) -> Iterator[Source]:
    """Every MIDI file (by MIDI_SUFFIXES) under `folder`, links to folders not followed; splits undecided."""
    name = folder.resolve().name or "root"
    for place, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            path = Path(place, file)
            if path.suffix.lower() in MIDI_SUFFIXES:
                relative = path.relative_to(folder).as_posix()
                yield Source(path, name, licence=licence, file=relative, group=_group(relative))


def _group(file: str) -> str:
    stem = Path(file).with_suffix("")
    return str(stem.with_name(_COPY.sub("", stem.name) or stem.name)).casefold()


def find_sources(place: Path, licence: str = UNKNOWN_LICENCE) -> Iterator[Source]:
    """The files that a manifest, or a folder (with or without one), names; `licence` where no manifest says one.

    Raises ValueError when there is no such place, or nothing in it.
    """
    if place.is_dir():
        manifest = place / "manifest.csv"
        sources = read_manifest(manifest) if manifest.exists() else read_folder(place, licence)
    elif place.exists():
        sources = read_manifest(place)
    else:
        raise ValueError(f"{place}: no such file or folder; give a folder of MIDI files or a manifest.csv")
    nothing = True
    for source in sources:
        nothing = False
        yield source
    if nothing:
        suffixes = ", ".join(sorted(MIDI_SUFFIXES))
        raise ValueError(f"{place}: no MIDI files here (looked for {suffixes}, in subfolders too)")
