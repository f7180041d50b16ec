"""A report that stands by itself: one page with its pictures in it, and one JSON file with every figure."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np

from bridge.evaluation import pictures
from bridge.evaluation.bits import TOTAL
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.comparison import measure, note_values
from bridge.evaluation.controls import as_told
from bridge.evaluation.evaluation import EvaluationFindings, example_phrases
from bridge.reports.page import page, paragraph, picture, table
from bridge.system.plain_files import write_plain
from bridge.vocabulary import codec

_EXAMPLES: Final = 2


def write(findings: EvaluationFindings, folder: Path) -> tuple[Path, Path]:
    """Write `evaluation.html` and `evaluation.json` into `folder`; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    page, figures = folder / "evaluation.html", folder / "evaluation.json"
    write_plain(figures, json.dumps(findings.as_json(), indent=1, allow_nan=False) + "\n")
    write_plain(page, as_html(findings))
    return page, figures


def as_html(findings: EvaluationFindings) -> str:
    """The page."""
    parts = ["<h1>Evaluation</h1>", _what(findings)]
    if findings.bits:
        parts += _bits(findings)
    for name in findings.comparisons:
        parts += _continuations(findings, name)
    if findings.sweeps:
        parts += _controls(findings)
    return page("Antiphon: evaluation", parts)


def _what(findings: EvaluationFindings) -> str:
    settings = findings.settings
    return paragraph(
        f"{findings.pieces} pieces of the {settings.split} split, seed {settings.seed}. Intervals are 95 % bootstrap "
        f"intervals over pieces."
    )


def _bits(findings: EvaluationFindings) -> list[str]:
    results = findings.bits
    first = next(iter(results.values()))
    rows = [
        [name, *(_interval(bits.interval("all", f)) for f in (TOTAL, *codec.FIELDS))] for name, bits in results.items()
    ]
    groups = [
        [group, f"{first.notes(group):,}", *(_interval(bits.interval(group)) for bits in results.values())]
        for group in first.groups
    ]
    apart = [[names, *_apart(row["all"])] for names, row in findings.differences().items()]
    return [
        "<h2>Bits per note</h2>",
        table(["", "total", *codec.FIELDS], rows),
        paragraph("The total counts every note; a field counts where it is known (a flat file has no velocities)."),
        picture(pictures.bits_bars(results), "Bits per note by voice and source"),
        table(["", "notes", *results], groups),
        table(["difference", "bits per note", "apart"], apart) if apart else "",
    ]


def _apart(interval: dict[str, float | None]) -> tuple[str, str]:
    value, low, high = interval["value"], interval["low"], interval["high"]
    if value is None or low is None or high is None:
        return _interval(interval), "unknown: too few pieces"
    return _interval(interval), "yes" if low > 0 or high < 0 else "no"


def _continuations(findings: EvaluationFindings, name: str) -> list[str]:
    found, played = findings.comparisons[name], findings.played[name]
    settings = findings.settings
    human = [phrase.human for phrase in findings.phrases]
    metrics = [
        [metric.replace("_", " "), _interval(row["human"]), _interval(row["machine"]), _interval(row["difference"]),
         _number(row["overlap"]), _number(row["divergence"])]
        for metric, row in found["metrics"].items()
    ]  # fmt: skip
    notes = [[what, _number(row["overlap"]), _number(row["distance"])] for what, row in found["distributions"].items()]
    copies = [
        [f"{who}, {'intervals and rhythm' if kind == 'rhythm' else 'intervals alone'}",
         f"{row['median']:g}", f"{row['p90']:g}", str(row["longest"])]
        for who, kinds in found["copying"].items() for kind, row in kinds.items()
    ]  # fmt: skip
    tested = [
        [who, *(_interval(row[test]) for test in ("in_key", "density_fits", "register_fits", "not_copied")),
         str(row["longest_copy"])]
        for who, row in found["answers"].items()
    ]  # fmt: skip
    title = html.escape(name)
    return [
        f"<h2>{title}: continuations</h2>",
        paragraph(
            f"{found['phrases']} phrases of {settings.prompt_beats:g} beats, each continued for {settings.beats:g} "
            f"beats at temperature 1 and top-p 0.95, beside what the human played next."
        ),
        table(["metric", "human", "machine", "difference", "overlap", "divergence"], metrics),
        paragraph("Overlap and divergence: of distances among the human's and between both (Yang and Lerch 2020)."),
        picture(pictures.distributions(measure(human), measure(played)), "Metrics of the continuations"),
        table(["single notes", "overlap", "distance"], notes),
        picture(pictures.distributions(note_values(human), note_values(played)), "Distributions of notes"),
        f"<h3>{title}: answers</h3>",
        table(["", "in the phrase's key", "density fits", "register fits", "copy < 24 notes", "longest copy"], tested),
        table(["notes copied from the training pieces", "median", "90th percentile", "longest"], copies),
        *_examples(findings, name),
    ]


def _examples(findings: EvaluationFindings, name: str) -> Iterable[str]:
    played = findings.played[name]
    for place in example_phrases(findings.phrases, _EXAMPLES):
        phrase = findings.phrases[place]
        if not len(played[place].onset):
            continue
        title = f"{phrase.piece.source}: {Path(phrase.piece.name).name}"
        yield picture(pictures.roll(phrase, played[place], title), title)
        yield picture(pictures.similarity(phrase, played[place]), f"Self-similarity of {title}")


def _controls(findings: EvaluationFindings) -> list[str]:
    rows = [
        [name, sweep.control, as_told(sweep.rank_correlation, 3),
         as_told(sweep.rank_correlation_of_means, 3),
         *(f"{asked:.3g} → {_number(None if np.isnan(came) else float(came))}"
           for asked, came in zip(sweep.asked, sweep.means, strict=True))]
        for name, sweeps in findings.sweeps.items() for sweep in sweeps
    ]  # fmt: skip
    steps = [f"step {i + 1}" for i in range(len(rows[0]) - 4)]
    return [
        "<h2>Controls</h2>",
        paragraph(
            f"Each control in five steps after {len(findings.phrases)} phrases, all else left free: Spearman's rank "
            f"correlation of step and measurement, over all points and of the means; asked → measured by step. A "
            "control that the training music says nothing of is left out."
        ),
        table(["model", "control", "ρ", "ρ of means", *steps], rows),
        picture(pictures.control_lines(findings.sweeps), "Controls: measured over asked"),
    ]


def _interval(interval: Interval | dict[str, float | None]) -> str:
    known: dict[str, Any] = interval.as_json() if isinstance(interval, Interval) else interval
    if known["value"] is None:
        return "–"
    if known["low"] is None:
        return f"{known['value']:.3g}"
    return f"{known['value']:.3g} <small>{known['low']:.3g} to {known['high']:.3g}</small>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
