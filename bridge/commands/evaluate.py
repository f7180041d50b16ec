"""`antiphon evaluate`: held-out bits per note, and what a model's playing is like."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import SEED, Number, check_folder
from bridge.system import terminal
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.engine.model import Model
    from bridge.evaluation.evaluation import EvaluationFindings, Tell

_PARTS = ("bits", "continuations", "controls")
_BASELINES = ("unigram", "markov", "markov-long-term")


@click.command(name="evaluate")
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="A folder that `antiphon prepare` wrote.",
)
@click.option("--split", type=click.Choice(["valid", "test"]), default="valid", show_default=True)
@click.option("--pieces", type=click.IntRange(1), help="Only so many, drawn from every source.")
@click.option(
    "--baseline", "baselines", type=click.Choice(_BASELINES), multiple=True, help="Beside the models (again for more)."
)
@click.option("--only", "parts", type=click.Choice(_PARTS), multiple=True, help="Measure this alone (again for more).")
@click.option("--phrases", type=click.IntRange(1), default=50, show_default=True, help="To continue, and for controls.")
@click.option("--prompt-beats", type=Number(1), default=16.0, show_default=True, help="Length of a phrase.")
@click.option("--beats", type=Number(1), default=16.0, show_default=True, help="Length of a continuation.")
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--provider", type=click.Choice(["auto", "cpu", "cuda"]), default="cpu", show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("evaluation"), show_default=True,
    help="Folder for evaluation.html and evaluation.json.",
)  # fmt: skip
def command(
    models: tuple[str, ...], data: Path, split: str, pieces: int | None, baselines: tuple[str, ...],
    parts: tuple[str, ...], phrases: int, prompt_beats: float, beats: float, seed: int, provider: str, out: Path,
) -> None:  # fmt: skip
    """Measure each MODEL (a name or a folder) on the held-out pieces of --data.

    Bits per note by field, voice and source; continuations and answers beside the human's; copying from the training
    pieces; whether the controls do what they say. Without a MODEL, the baselines alone.
    """
    try:
        from bridge.evaluation.evaluation import EvaluationSettings, evaluate
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        raise click.ClickException(f"evaluate needs {missing.name}: pip install 'antiphon[train]'") from None
    from bridge.data.corpus import Corpus
    from bridge.evaluation.report import write

    if not models and not baselines:
        raise click.UsageError("name a MODEL, or a --baseline, or both")
    check_folder(out)
    settings = EvaluationSettings(
        split=split, pieces=pieces, phrases=phrases, prompt_beats=prompt_beats, beats=beats, seed=seed,
        baselines=baselines, parts=parts or _PARTS,
    )  # fmt: skip
    try:
        loaded = _load(models, provider)
        findings = _with_progress(lambda tell: evaluate(Corpus(data), loaded, settings, tell))
        page, figures = write(findings, out)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    _show(findings)
    say(f"{page}\n{figures}")


def _load(models: tuple[str, ...], provider: str) -> dict[str, Model]:
    """Models by the names they have in the report: what was typed, the folder's name where it is a path."""
    from bridge.commands.model_loading import load_model

    loaded: dict[str, Model] = {}
    for given in models:
        name = Path(given).name if Path(given).name not in loaded else given
        if name in loaded:
            raise ValueError(f"model {given!r} is named twice")
        loaded[name] = load_model(given, provider)
    return loaded


def _with_progress(run: Callable[[Tell], EvaluationFindings]) -> EvaluationFindings:
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        console=terminal.console(stderr=True), transient=True,
    ) as bars:  # fmt: skip
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: float) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=1.0)
            bars.update(tasks[what], completed=done)

        return run(tell)


def _number(value: float) -> str:
    """A figure; a dash where there was nothing to measure."""
    return "–" if math.isnan(value) else f"{value:.2f}"


def _show(findings: EvaluationFindings) -> None:
    from rich.table import Table

    from bridge.evaluation.controls import as_told
    from bridge.vocabulary.codec import FIELDS

    console = terminal.console()
    if findings.bits:
        table = Table(title="bits per note", title_justify="left", show_edge=False)
        for heading in ("", "total", "95 %", *FIELDS):
            table.add_column(heading, justify="right" if heading else "left")
        for name, bits in findings.bits.items():
            total = bits.interval("all")
            fields = (bits.interval("all", field).value for field in FIELDS)
            table.add_row(name, _number(total.value), total.bounds, *map(_number, fields))
        console.print(table)
        console.print(
            "Whole held-out pieces, as the exported model plays them. (train shows other bits on its way: those of the "
            "beginnings of some of them.) Fewer than two pieces give no interval."
        )
    for name, found in findings.comparisons.items():
        for who, tested in found["answers"].items():
            shares = ", ".join(
                f"{test.replace('_', ' ')} {tested[test]['value']:.2f}"
                for test in ("in_key", "density_fits", "register_fits", "not_copied")
                if tested[test]["value"] is not None
            )
            console.print(f"{name}, {who}: {shares}; longest copy {tested['longest_copy']} notes")
    for name, sweeps in findings.sweeps.items():
        told = ", ".join(f"{sweep.control} {as_told(sweep.rank_correlation)}" for sweep in sweeps)
        console.print(f"{name}, controls (rank correlation): {told}")
