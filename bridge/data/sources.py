"""Which files to prepare, and what is known of each before it is read: a manifest's rows, or what lies in a folder.

What no MIDI file says of itself stands in columns of the manifest, or, for all files of a source at once, in a TOML
file with a table for each source (`read_traits`). A manifest's own column wins; all may be left out:

    free_time   1 where ticks count time and no beats are meant: transcribed from audio, or from a format without beats
    singers     a voice: what tracks of choir programs are where their names say nothing (a song's singers: lead)
    cello_bass  0 to 1: in so large a share of the files a cello is a bass, so that quartets teach bass lines too
    drum_kit    one of DRUM_KITS, whose keys become General MIDI's
    plays       styles that a player of these pieces plays in, between semicolons (`bridge.evaluation.playing.excerpts`)
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from bridge.system.plain_files import read_plain
from bridge.vocabulary import codec

SPLITS: Final = ("train", "valid", "test")
MIDI_SUFFIXES: Final = frozenset({".mid", ".midi", ".kar", ".rmi", ".smf"})
UNKNOWN_LICENCE: Final = "unknown"

# What a copy of a file is called: "Song (2)", "Song - Copy", "Song.2".
_COPY: Final = re.compile(r"(\s*\(\d+\)|[\s_-]*\bcopy\b|\.\d{1,2})+$", re.IGNORECASE)


# Keys of a kit that are not General MIDI's, and the General MIDI key of the same drum or cymbal: rims and edges.
DRUM_KITS: Final = {"td-11": {22: 42, 26: 46, 40: 38, 47: 45, 50: 48, 52: 57, 55: 49, 58: 43, 59: 51}}


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a file that it does not say itself; see above. Raises ValueError for what cannot be."""

    free_time: bool = False
    singers: str = ""
    cello_bass: float = 0.0
    drum_kit: str = ""
    plays: str = ""

    def __post_init__(self) -> None:
        if self.singers not in ("", *codec.VOICES):
            raise ValueError(f"singers {self.singers!r}: no voice; there are {', '.join(codec.VOICES)}")
        if not 0.0 <= self.cello_bass <= 1.0:
            raise ValueError(f"cello_bass {self.cello_bass}: a share of the files, from 0 to 1")
        if self.drum_kit not in ("", *DRUM_KITS):
            raise ValueError(f"drum_kit {self.drum_kit!r}: not known; there are {', '.join(DRUM_KITS)}")

    def told(self) -> dict[str, Any]:
        """What is known, and nothing else, as arguments of this class."""
        return {name: value for name in _TRAITS if (value := getattr(self, name)) != getattr(_NOTHING_KNOWN, name)}

    def with_columns(self, columns: Mapping[str, Any]) -> Traits:
        """These, but for what `columns` say: text as in a manifest (blank: nothing) or values as in a TOML file."""
        told = {name: value for name in _TRAITS if (value := columns.get(name)) not in (None, "")}
        values: dict[str, Any] = {name: getattr(self, name) for name in _TRAITS} | told
        plays = values["plays"]
        return Traits(
            free_time=values["free_time"] in (True, "1"),
            singers=str(values["singers"]),
            cello_bass=_number("cello_bass", values["cello_bass"]),
            drum_kit=str(values["drum_kit"]),
            plays="; ".join(styles_of(plays if isinstance(plays, str) else "; ".join(plays))),
        )


_TRAITS: Final = tuple(field.name for field in fields(Traits))
_NOTHING_KNOWN: Final = Traits()


def styles_of(plays: str) -> list[str]:
    """The styles that a column `plays` names."""
    return [style.strip() for style in plays.split(";") if style.strip()]


def _number(name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{name} {value!r}: no number") from None


def read_traits(path: Path) -> dict[str, Traits]:
    """What is known of whole sources: a TOML file with a table for each, its keys the columns above.

    Raises ValueError for another file, a key that there is not, and a value that cannot be.
    """
    try:
        tables = tomllib.loads(read_plain(path).decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: cannot be read as TOML ({error})") from None
    traits = {}
    for source, table in tables.items():
        if not isinstance(table, dict) or (wrong := [key for key in table if key not in _TRAITS]):
            what = f"[{source}] has {', '.join(wrong)}" if isinstance(table, dict) else f"{source} is no table"
            raise ValueError(f"{path}: {what}; a source's table may have {', '.join(_TRAITS)}")
        try:
            traits[source] = _NOTHING_KNOWN.with_columns(table)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}, [{source}]: {error}") from None
    return traits


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
    traits: Traits = _NOTHING_KNOWN


def read_manifest(path: Path, traits: Mapping[str, Traits]) -> Iterator[Source]:
    """The rows of a manifest.csv: columns path, source, split; optional licence, has_expressive_velocity, piece_id.

    So are those of `Traits`, of which `traits` say what is known of whole sources.

    UTF-8, or UTF-16 that says so by its byte-order mark. Raises ValueError for another encoding, when a column is
    missing, or a split is none of SPLITS (it may be left blank, to be decided here).
    """
    with io.StringIO(_text_of(path), newline="") as lines:
        rows = csv.DictReader(lines)
        missing = {"path", "source", "split"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}; a manifest needs path, source, split")
        for row in _rows_of(path, rows):
            if not row["path"] or not row["source"] or row["split"] not in (*SPLITS, ""):
                raise ValueError(
                    f"{path}, line {rows.line_num}: path {row['path']!r}, source {row['source']!r}, split "
                    f"{row['split']!r}; give a path, a source, and one of {', '.join(SPLITS)} (or no split)"
                )
            try:
                known = traits.get(row["source"], _NOTHING_KNOWN).with_columns(row)
            except ValueError as error:
                raise ValueError(f"{path}, line {rows.line_num}: {error}") from None
            flag = row.get("has_expressive_velocity")
            yield Source(
                path.parent / row["path"],
                row["source"],
                row["split"],
                row.get("licence") or UNKNOWN_LICENCE,
                None if flag in (None, "") else flag == "1",
                row["path"],
                row.get("piece_id") or _group(row["path"]),
                known,
            )


def _rows_of(path: Path, rows: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    try:
        yield from rows
    except csv.Error as error:  # a field that goes on and on
        raise ValueError(
            f"{path}, line {rows.line_num}: {error}; close the quotation mark that was left open"
        ) from None


def _text_of(path: Path) -> str:
    data = read_plain(path)
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: it is not UTF-8 text; save the table as CSV in UTF-8") from None


def read_folder(folder: Path, licence: str, traits: Mapping[str, Traits]) -> Iterator[Source]:
    """Every MIDI file (by MIDI_SUFFIXES) under `folder`, links to folders not followed; splits undecided."""
    name = folder.resolve().name or "root"
    known = traits.get(name, _NOTHING_KNOWN)
    for place, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            path = Path(place, file)
            if path.suffix.lower() in MIDI_SUFFIXES:
                relative = path.relative_to(folder).as_posix()
                yield Source(path, name, licence=licence, file=relative, group=_group(relative), traits=known)


def _group(file: str) -> str:
    stem = Path(file).with_suffix("")
    return str(stem.with_name(_COPY.sub("", stem.name) or stem.name)).casefold()


def find_sources(
    place: Path, licence: str = UNKNOWN_LICENCE, traits: Mapping[str, Traits] | None = None
) -> Iterator[Source]:
    """The files that a manifest, or a folder (with or without one), names; `licence` where no manifest says one.

    `traits` say what is known of whole sources; a folder without a manifest is one, of its own name.

    Raises ValueError when there is no such place, or nothing in it.
    """
    if place.is_dir():
        manifest = place / "manifest.csv"
        known = traits or {}
        sources = read_manifest(manifest, known) if manifest.exists() else read_folder(place, licence, known)
    elif place.exists():
        sources = read_manifest(place, traits or {})
    else:
        raise ValueError(f"{place}: no such file or folder; give a folder of MIDI files or a manifest.csv")
    nothing = True
    for source in sources:
        nothing = False
        yield source
    if nothing:
        suffixes = ", ".join(sorted(MIDI_SUFFIXES))
        raise ValueError(f"{place}: no MIDI files here (looked for {suffixes}, in subfolders too)")
