"""Folders of MIDI files to memory-mapped arrays of notes.

`prepare` writes one `SOURCE.npy` for each source (so that one can be left out, for its licence say)
and `index.json`, which says where each piece lies. A note keeps its time twice, in beats and in
seconds, because training plays a piece sometimes to a clock and sometimes free of one.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
import numpy.typing as npt
import symusic
from rich.console import Console
from rich.progress import track as progress

from bridge import codec, midifile
from bridge.data.notes import NOTE, NoteArray, Piece

# Their ticks count time, not beats: transcribed, or converted from a format without beats.
_FREE_TIME_SOURCES: Final = frozenset({"pop909", "giantmidi-sample", "blasphemer"})
_MINIMUM_NOTES: Final = 16
_FLAT_VELOCITIES: Final = 8  # fewer different velocities than this is a flat file

# Roland TD-11 rims and edges to the General MIDI key of the same drum or cymbal.
_TD11_TO_GM: Final = {22: 42, 26: 46, 40: 38, 47: 45, 50: 48, 52: 57, 55: 49, 58: 43, 59: 51}

_VOICE_NUMBER: Final = {name: i for i, name in enumerate(codec.VOICES)}
_CHOIR_PROGRAMS: Final = range(52, 55)


@dataclass(frozen=True, slots=True)
class Source:
    """One MIDI file and what is known about it before it is read."""

    path: Path
    source: str
    split: str
    licence: str = "unknown"
    expressive_velocity: bool | None = None  # None: find out


@dataclass(slots=True)
class Preparation:
    """What `prepare` did: how much it read, and which files it could not and why."""

    pieces: int = 0
    notes: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def voice_of(program: int, is_drum: bool, name: str, source: str = "") -> str:
    """The voice of a track, as `bridge.midifile.voice_of`; singers without a name lead."""
    if source == "openscore-lieder" and program in _CHOIR_PROGRAMS and not is_drum:
        return "lead"
    return midifile.voice_of(program, is_drum, name)


def ticks_to_seconds(
    ticks: npt.NDArray[np.float64], tempo_ticks: npt.ArrayLike, bpm: npt.ArrayLike, ticks_per_beat: int
) -> npt.NDArray[np.float64]:
    """Ticks [N] to seconds through a tempo map: from `tempo_ticks[i]` on, `bpm[i]` (120 before the first)."""
    starts = np.concatenate([[0.0], np.asarray(tempo_ticks, dtype=np.float64)])
    per_tick = 60.0 / (np.concatenate([[120.0], np.asarray(bpm, dtype=np.float64)]) * ticks_per_beat)
    begins = np.concatenate([[0.0], np.cumsum(np.diff(starts) * per_tick[:-1])])
    segment = np.searchsorted(starts, ticks, side="right") - 1
    seconds: npt.NDArray[np.float64] = begins[segment] + (ticks - starts[segment]) * per_tick[segment]
    return seconds


def bar_positions(
    beats: npt.NDArray[np.float64], signatures: Iterable[tuple[float, int, int]]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Beats since the bar line and beats in the bar, both [N]; `signatures` are (beat, numerator, denominator).

    4/4 holds until the first signature, as the MIDI file standard says. A beat is a quarter note.
    """
    changes = {0.0: 4.0}
    for beat, numerator, denominator in signatures:
        if numerator > 0 and denominator > 0:
            changes[float(beat)] = 4.0 * numerator / denominator
    starts = np.array(sorted(changes))
    lengths = np.array([changes[start] for start in starts])
    segment = np.searchsorted(starts, beats + 1e-6, side="right") - 1
    length = lengths[segment]
    return (beats - starts[segment]) % length, length


def _on_a_grid(beats: npt.NDArray[np.float64]) -> bool:
    """Whether onsets gather at sixteenths and triplets: a quarter of them would by chance."""
    phase = beats[:, None] % 1.0 - np.array([0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1])
    return bool((np.abs(phase).min(axis=1) < 0.02).mean() > 0.5)


def _halves(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] < 128


def read_notes(item: Source) -> tuple[NoteArray, bool]:
    """The notes of one file as NOTE [N], ordered by onset, and whether its beats and bars are meant.

    Raises ValueError (with the file's name) when it cannot be read or has too few notes.
    """
    try:
        score = symusic.Score(str(item.path))
    except Exception as error:  # noqa: BLE001  The parser raises bare RuntimeErrors and more.
        raise ValueError(f"{item.path}: not a readable MIDI file ({error})") from None
    columns = []
    for track in score.tracks:
        note = track.notes.numpy()
        voice = voice_of(track.program, track.is_drum, track.name, item.source)
        if item.source == "openscore-quartets" and "ello" in track.name and _halves(item.path.name):
            voice = "bass"  # In half of the quartets, so that the model knows a bass line without drums.
        number = np.full(len(track.notes), _VOICE_NUMBER[voice])
        columns.append(np.stack([note["time"], note["duration"], note["pitch"], note["velocity"], number]))
    table = np.concatenate(columns, axis=1).astype(np.int64) if columns else np.zeros((5, 0), np.int64)
    if table.shape[1] < _MINIMUM_NOTES:
        raise ValueError(f"{item.path}: {table.shape[1]} notes; at least {_MINIMUM_NOTES} are needed to learn from")
    return _assemble(item, score, table)


def _assemble(item: Source, score: Any, table: npt.NDArray[np.int64]) -> tuple[NoteArray, bool]:
    """`table` rows: onset and duration in file ticks, pitch, velocity, voice."""
    onset, length, pitch, velocity, voice = table
    notes = np.zeros(len(onset), NOTE)
    per_beat = score.ticks_per_quarter
    tempo = [t.time for t in score.tempos], [t.qpm for t in score.tempos]
    for name, ticks in (("onset", onset), ("offset", onset + np.maximum(length, 1))):
        notes[f"{name}_beats"] = ticks / per_beat
        notes[f"{name}_seconds"] = ticks_to_seconds(ticks.astype(np.float64), *tempo, per_beat)
    if item.source == "groove-midi":
        pitch = np.array([_TD11_TO_GM.get(int(p), int(p)) for p in pitch])
    notes["pitch"], notes["voice"] = pitch, voice
    expressive = item.expressive_velocity
    if expressive is None:
        expressive = len(np.unique(velocity)) >= _FLAT_VELOCITIES
    notes["velocity"] = velocity if expressive else 0
    has_beats = item.source not in _FREE_TIME_SOURCES and (
        item.expressive_velocity is not None or _on_a_grid(notes["onset_beats"])
    )
    signatures = [(s.time / per_beat, s.numerator, s.denominator) for s in score.time_signatures]
    bar_beat, beats_per_bar = bar_positions(notes["onset_beats"], signatures)
    notes["bar_beat"], notes["beats_per_bar"] = (bar_beat, beats_per_bar) if has_beats else (np.nan, np.nan)
    return _without_doubles(notes), has_beats


def _without_doubles(notes: NoteArray) -> NoteArray:
    """Ordered by onset, voice, pitch; of notes struck twice within a tick (unisons) the longest stays."""
    tick = np.rint(notes["onset_beats"] * codec.TICKS_PER_BEAT).astype(np.int64)
    order = np.lexsort((-notes["offset_beats"], notes["pitch"], notes["voice"], tick))
    notes, tick = notes[order], tick[order]
    same = np.zeros(len(notes), bool)
    same[1:] = (
        (np.diff(tick) == 0) & (notes["voice"][1:] == notes["voice"][:-1]) & (notes["pitch"][1:] == notes["pitch"][:-1])
    )
    return notes[~same]


def read_manifest(path: Path) -> Iterator[Source]:
    """The rows of a manifest.csv (columns path, source, split; optional licence, has_expressive_velocity)."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        missing = {"path", "source", "split"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}; a manifest needs path, source, split")
        for row in rows:
            flag = row.get("has_expressive_velocity")
            expressive = None if flag in (None, "") else flag == "1"
            licence = row.get("licence") or "unknown"
            yield Source(path.parent / row["path"], row["source"], row["split"], licence, expressive)


def read_folder(folder: Path) -> Iterator[Source]:
    """Every .mid and .midi under `folder`; about one in ten, by its name, is held out as `valid`."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".mid", ".midi"}):
        held_out = hashlib.sha256(path.stem.encode()).digest()[0] < 26
        yield Source(path, folder.resolve().name, "valid" if held_out else "train")


def find_sources(place: Path) -> list[Source]:
    """The files that a manifest, or a folder (with or without one), names. ValueError when there are none."""
    if place.is_dir():
        manifest = place / "manifest.csv"
        sources = list(read_manifest(manifest) if manifest.exists() else read_folder(place))
    elif place.exists():
        sources = list(read_manifest(place))
    else:
        raise ValueError(f"{place}: no such file or folder; give a folder of MIDI files or a manifest.csv")
    if not sources:
        raise ValueError(f"{place}: no MIDI files here (looked for .mid and .midi, in subfolders too)")
    return sources


def prepare(place: Path, out: Path, console: Console | None = None) -> Preparation:
    """Read the MIDI files of a folder or manifest and write note arrays and `index.json` into `out`.

    Files that cannot be read are counted and named in the result, never fatal.
    Raises ValueError when there is nothing at `place`, or nothing in it could be read.
    """
    result = Preparation()
    arrays: dict[str, list[NoteArray]] = defaultdict(list)
    lengths: dict[str, int] = defaultdict(int)
    pieces: list[Piece] = []
    for item in progress(find_sources(place), "Reading MIDI", console=console or Console(stderr=True)):
        try:
            notes, has_beats = read_notes(item)
        except ValueError as error:
            result.refused[str(item.path)] = str(error)
            continue
        start = lengths[item.source]
        lengths[item.source] = start + len(notes)
        arrays[item.source].append(notes)
        name = item.path.stem
        pieces.append(Piece(name, item.source, item.split, item.licence, start, start + len(notes), has_beats))
    if not pieces:
        raise ValueError(f"{place}: none of {len(result.refused)} files could be read; the first: "
                         + next(iter(result.refused.values())))  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for source, parts in arrays.items():
        np.save(out / f"{source}.npy", np.concatenate(parts))
    result.pieces, result.notes = len(pieces), sum(lengths.values())
    index = {"pieces": [asdict(piece) for piece in pieces], "refused": result.refused}
    (out / "index.json").write_text(json.dumps(index, indent=1), encoding="utf-8")
    return result


@click.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def main(place: Path, out: Path) -> None:
    """Prepare the MIDI files of PLACE (a folder or a manifest.csv) for training, into folder OUT."""
    try:
        result = prepare(place, out)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{result.pieces} pieces, {result.notes} notes; {len(result.refused)} files refused")
    for reason in result.refused.values():
        click.echo(f"  {reason}")


if __name__ == "__main__":
    main()
