"""What was prepared, told to a person: report.json, report.html with report.png, and lists of what was left out."""

from __future__ import annotations

import csv
import html
import json
import sqlite3
from pathlib import Path
from typing import Any, Final

import numpy as np

from bridge.data import splits
from bridge.data.sources import SPLITS
from bridge.data.tally import MEASURES, Tally
from bridge.vocabulary import codec

_NAMES: Final = 100  # of each kind that the report itself names; the lists have all
_DRAWN: Final = 9  # sources with a colour of their own


def gather(database: sqlite3.Connection, tally: Tally) -> dict[str, Any]:
    """Everything report.json says, from the journal's tables and the counted distributions."""
    by_source = database.execute("""
        SELECT source, kept.split, count(*), sum(count), sum(seconds) / 3600 FROM kept JOIN files USING (number)
        JOIN readings USING (key) GROUP BY source, kept.split ORDER BY source, kept.split""")
    sources: dict[str, Any] = {}
    for source, split, pieces, notes, hours in by_source:
        row = {"pieces": pieces, "notes": notes, "hours": round(hours, 3)}
        sources.setdefault(source, {"licences": {}, "splits": {}})["splits"][split] = row
    for source, licence, pieces in database.execute("""
            SELECT source, licence, count(*) FROM kept JOIN files USING (number)
            GROUP BY source, licence ORDER BY source, licence"""):
        sources[source]["licences"][licence] = pieces
    totals = [row for source in sources.values() for row in source["splits"].values()]
    (listed,) = database.execute("SELECT count(*) FROM files").fetchone()
    (copies,) = database.execute("SELECT count(*) FROM copies").fetchone()
    return {
        "files": listed,
        "pieces": sum(row["pieces"] for row in totals),
        "notes": sum(row["notes"] for row in totals),
        "hours": round(sum(row["hours"] for row in totals), 3),
        "sources": sources,
        "splits": {split: _sum_of(sources, split) for split in SPLITS},
        "voices": {
            voice: {"notes": int(tally.voice_notes[i]), "hours_sounding": round(float(tally.voice_hours[i]), 3)}
            for i, voice in enumerate(codec.VOICES)
        },
        "refused": _refused(database),
        "repaired": dict(database.execute("""SELECT repairs, count(*) FROM kept JOIN files USING (number)
            JOIN readings USING (key) WHERE repairs <> '' GROUP BY repairs ORDER BY repairs""").fetchall()),
        "duplicates": {"count": copies, "first": [list(row) for row in _copies(database, _NAMES)]},
        "kin_across_given_splits": [list(row) for row in splits.straddling(database)],
        "unknown_velocities": tally.unknown_velocities,
        "distributions": {
            name: {"unit": measure.unit, "edges": np.round(measure.edges, 5).tolist(),
                   "counts": {source: counts.tolist() for source, counts in sorted(tally.counts[name].items())}}
            for name, measure in MEASURES.items()
        },
    }  # fmt: skip


def _sum_of(sources: dict[str, Any], split: str) -> dict[str, float]:
    rows = [source["splits"][split] for source in sources.values() if split in source["splits"]]
    return {name: round(sum(row[name] for row in rows), 3) for name in ("pieces", "notes", "hours")}


def _refused(database: sqlite3.Connection) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for reason, count in database.execute("""SELECT reason, count(*) AS n FROM files JOIN readings USING (key)
            WHERE reason <> '' GROUP BY reason ORDER BY n DESC, reason"""):
        rows = database.execute(
            "SELECT path FROM files JOIN readings USING (key) WHERE reason = ? ORDER BY number LIMIT ?",
            (reason, _NAMES),
        )
        out[reason] = {"count": count, "first": [_shown(path) for (path,) in rows]}
    return out


def _copies(database: sqlite3.Connection, most: int) -> sqlite3.Cursor:
    return database.execute(
        """SELECT shown(mine.path), mine.source, mine.split, shown(theirs.path), theirs.source, kept.split,
        round(copies.similarity, 3)
        FROM copies JOIN files AS mine ON mine.number = copies.number JOIN files AS theirs ON theirs.number = original
        JOIN kept ON kept.number = original ORDER BY copies.similarity DESC, copies.number LIMIT ?""",
        (most,),
    )


def _shown(path: bytes) -> str:
    return path.decode(errors="replace")


def write(folder: Path, database: sqlite3.Connection, tally: Tally, pictures: bool = True) -> dict[str, Any]:
    """Write report.json, report.html, refused.csv, duplicates.csv and, if wanted, report.png; returns the report."""
    database.create_function("shown", 1, _shown, deterministic=True)
    report = gather(database, tally)
    (folder / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    with (folder / "refused.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("path", "reason", "explanation"))
        lines.writerows(
            database.execute("""SELECT shown(path), reason, text FROM files JOIN readings USING (key)
                                            WHERE reason <> '' ORDER BY number""")
        )
    with (folder / "duplicates.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("path", "source", "given split", "kept instead", "its source", "its split", "similarity"))
        lines.writerows(_copies(database, -1))
    if pictures:
        _draw(folder / "report.png", report)
    (folder / "report.html").write_text(_page(report, pictures), encoding="utf-8", errors="replace")
    return report


def _draw(path: Path, report: dict[str, Any]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 13), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(3, 3).flat
    _bars_by_split(next(axes), report["sources"])
    voices = {name: row["hours_sounding"] for name, row in report["voices"].items()}
    _bars(next(axes), "Hours in which a voice sounds", voices)
    largest = sorted(report["sources"], key=lambda name: -_hours(report["sources"][name]))
    for name in MEASURES:
        _histogram(next(axes), name, report["distributions"][name], largest)
    handles, labels = max((axis.get_legend_handles_labels() for axis in figure.axes[2:]), key=lambda both: len(both[0]))
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    figure.savefig(path, dpi=90)


def _hours(source: dict[str, Any]) -> float:
    return float(sum(row["hours"] for row in source["splits"].values()))


def _bars_by_split(axis: Any, sources: dict[str, Any]) -> None:
    names = sorted(sources, key=lambda name: _hours(sources[name]))[-20:]
    left = np.zeros(len(names))
    for split, colour in zip(SPLITS, ("#4878a8", "#e8a33d", "#b8455b"), strict=True):
        hours = np.array([sources[name]["splits"].get(split, {"hours": 0.0})["hours"] for name in names])
        axis.barh(names, hours, left=left, label=split, color=colour)
        left += hours
    axis.set(title="Hours by source and split", xlabel="hours")
    axis.legend(frameon=False, loc="lower right")


def _bars(axis: Any, title: str, values: dict[str, float]) -> None:
    axis.barh(list(values)[::-1], list(values.values())[::-1], color="#4878a8")
    axis.set(title=title, xlabel="hours")


def _histogram(axis: Any, name: str, distribution: dict[str, Any], largest: list[str]) -> None:
    measure = MEASURES[name]
    counts = distribution["counts"]
    edges = measure.edges
    stacks = {source: np.array(counts[source]) for source in largest[:_DRAWN] if source in counts}
    others = [np.array(counts[source]) for source in largest[_DRAWN:] if source in counts]
    if others:
        stacks["others"] = np.sum(others, axis=0)
    base = np.zeros(len(edges) - 1)
    for source, values in stacks.items():
        colour = f"C{largest.index(source)}" if source in largest[:_DRAWN] else "C9"
        axis.stairs(base + values, edges, baseline=base, fill=True, label=source, color=colour)
        base = base + values
    axis.set(title=measure.title, xlabel=measure.unit, ylabel="pieces" if name in ("tempo", "length") else "notes")
    if measure.logarithmic:
        axis.set_xscale("log")
    axis.set_xlim(edges[0], edges[-1])


_STYLE: Final = """body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2em auto;padding:0 1em;color:#222}
table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}img{width:100%}summary{cursor:pointer}"""
_PICTURE: Final = (
    '<img src="report.png" alt="Hours by source and voice; pitch, velocity, duration, time between onsets, polyphony, '
    'tempo, length">'
)


def _page(report: dict[str, Any], pictures: bool) -> str:
    rows = [
        (name, ", ".join(source["licences"]), split, row["pieces"], row["notes"], row["hours"])
        for name, source in report["sources"].items()
        for split, row in source["splits"].items()
    ]
    head = "{pieces:,} pieces, {notes:,} notes, {hours:,.1f} hours from {files:,} files".format(**report)
    refused = "".join(
        f"<details><summary>{html.escape(reason)}: {row['count']:,}</summary><ul>{_items(row['first'])}</ul></details>"
        for reason, row in report["refused"].items()
    )
    duplicates = report["duplicates"]
    kin = report["kin_across_given_splits"]
    repaired = [(repair, count) for repair, count in report["repaired"].items()]
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Prepared data</title><style>{_STYLE}</style>
<h1>Prepared data</h1><p>{head}.</p>
{_table(("source", "licence", "split", "pieces", "notes", "hours"), rows)}
{_PICTURE if pictures else ""}
<h2>Refused</h2>{refused or "<p>Nothing.</p>"}
<h2>Mended</h2>{_table(("what was wrong", "pieces"), repaired) if repaired else "<p>Nothing.</p>"}
<h2>Copies left out</h2><p>{duplicates["count"]:,}; the first {len(duplicates["first"])}:</p>
{_table(("copy", "source", "given split", "kept instead", "source", "split", "similarity"), duplicates["first"])}
<h2>Alike, but in different splits by their manifest</h2>
{_table(("piece", "split", "piece", "split", "similarity"), kin) if kin else "<p>None.</p>"}
<p>All names: refused.csv, duplicates.csv. All numbers: report.json.</p></html>
"""


def _items(names: list[str]) -> str:
    return "".join(f"<li>{html.escape(name)}</li>" for name in names)


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    def cell(value: object, tag: str = "td") -> str:
        if isinstance(value, int | float):
            return f'<{tag} class="n">{value:,}</{tag}>'
        return f"<{tag}>{html.escape(str(value))}</{tag}>"

    lines = ["".join(cell(value) for value in row) for row in rows]
    return (
        f"<table><tr>{''.join(cell(name, 'th') for name in head)}</tr>{''.join(f'<tr>{x}</tr>' for x in lines)}</table>"
    )
