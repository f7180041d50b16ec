"""The report of what a model plays: one page, one table in Markdown and one JSON file with every figure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.playing.bars import LISTENER, SECOND, bar_of
from bridge.evaluation.playing.parts import HUMAN, Findings, Part
from bridge.reports.page import page, paragraph, table
from bridge.system.plain_files import write_plain

_LISTENERS: Final = {
    LISTENER: "taught listener: area under its curve (0.5: it cannot tell)",
    SECOND: "second listener, which reads the notes: area under its curve",
}


def write(findings: Findings, folder: Path) -> tuple[Path, Path, Path]:
    """Write `playing.html`, `playing.md` and `playing.json` into `folder`; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    html, text, figures = (folder / f"playing.{ending}" for ending in ("html", "md", "json"))
    write_plain(figures, json.dumps(findings.as_json(), indent=1, allow_nan=False) + "\n")
    write_plain(html, as_html(findings))
    write_plain(text, as_markdown(findings))
    return html, text, figures


def as_html(findings: Findings) -> str:
    """The page."""
    parts = ["<h1>Playing</h1>", paragraph(_what(findings))]
    for part in findings.parts:
        parts.append(f"<h2>{part.mode}, {part.style}</h2>")
        parts.append(table(["", "bar", *part.figures], _rows(part, small=True)))
        if part.telling:
            parts.append(paragraph(_telling(part)))
    return page("Antiphon: playing", parts)


def as_markdown(findings: Findings) -> str:
    """The tables for a page in Markdown."""
    lines = [_what(findings), ""]
    for part in findings.parts:
        lines += [f"### `{part.mode}`, {part.style}", "", *markdown_table(["", "bar", *part.figures], _rows(part)), ""]
        if part.telling:
            lines += [_telling(part), ""]
    return "\n".join(lines)


def markdown_table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table."""
    heads = list(headings)
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _what(findings: Findings) -> str:
    asked = findings.question
    changed = ", ".join(f"{name}={value}" for name, value in asked.values.items()) or "default settings"
    return (
        f"Model {findings.model}, {changed}, {asked.split} split, {asked.count} phrases or excerpts a style, "
        f"seed {asked.seed}. Intervals are 95 % bootstrap intervals over pieces."
    )


def _rows(part: Part, *, small: bool = False) -> Iterator[list[str]]:
    """A row for the listener, then one for each measure that anybody has."""
    missed = set(part.missed())
    voices = {voice: f"taught listener that hears the {voice} alone: area under its curve" for voice in part.voices}
    for name, title in {**_LISTENERS, **voices, **part.names}.items():
        cells = [_cell(part.figure(who, name), small) for who in part.figures]
        if any(cell != "–" for cell in cells):
            bar = bar_of(part.mode, part.style, name)
            verdict = "" if bar is None else f"{bar}, missed" if name in missed else f"{bar}, reached"
            yield [title, verdict, *cells]


def _cell(interval: Interval | None, small: bool) -> str:
    if interval is None or interval.value != interval.value:
        return "–"
    value = f"{interval.value:.2f}"
    if interval.low != interval.low:
        return value
    return f"{value} <small>{interval.bounds}</small>" if small else f"{value} ({interval.bounds})"


def _telling(part: Part) -> str:
    alone = "; ".join(
        f"{name} {area:.2f} ({HUMAN} {human:.2f}, machine {machine:.2f})" for name, area, human, machine in part.telling
    )
    return f"What tells the machine from the human, each feature alone (area under its curve): {alone}."
