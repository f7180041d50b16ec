"""`antiphon simulate`: hours of sets on the simulated clock, with invariants checked at every step."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import SEED, Number
from bridge.system import terminal

if TYPE_CHECKING:
    from rich.console import Console

    from bridge.simulator.sets import Outcome

# The length of a set where none is asked for, in hours: six minutes.
HOURS = 0.1


@click.command(name="simulate")
@click.option("--seed", type=SEED, default=0, show_default=True, help="The first set's seed.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="How many sets, seed by seed.")
@click.option("--hours", type=Number(min=0.0, min_open=True), help=f"Of all sets together. [default: {HOURS:g} a set]")
@click.option(
    "--model", "names", multiple=True, default=("stand-in",), show_default=True,
    help="A model's name or folder. May be given again: the set swaps among them.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=lambda: min(2, os.cpu_count() or 1), show_default="2")
@click.option(
    "--logs", type=click.Path(file_okay=False, path_type=Path), default="simulated", show_default=True,
    help="Where the session log of a set in which something broke goes.",
)  # fmt: skip
def command(seed: int, seeds: int, hours: float | None, names: tuple[str, ...], jobs: int, logs: Path) -> None:
    """Play whole sets in simulated time: players, clocks, controls and mishaps, all drawn from a seed.

    Checks at every step that no note hangs, none is late or in the past, nothing that was cancelled sounds, the model
    remembers what sounded, and more. Where something does not hold it says what, when, and how to play that set again,
    and ends with 1.
    """
    from bridge.engine.errors import ModelError
    from bridge.simulator.campaign import models

    console = terminal.console()
    hours = HOURS * seeds if hours is None else hours
    try:
        given = models(names)
        for name in given.names:
            given.load(name)
    except (ModelError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    began = time.perf_counter()
    outcomes = _play(console, range(seed, seed + seeds), 3600 * hours / seeds, names, min(jobs, seeds))
    _show(console, outcomes, time.perf_counter() - began)
    broken = [outcome for outcome in outcomes if outcome.broken is not None]
    for outcome in broken:
        _explain(console, outcome, hours / seeds, names, logs)
    if broken:
        raise SystemExit(1)


def _play(console: Console, seeds: range, seconds: float, names: tuple[str, ...], jobs: int) -> list[Outcome]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from bridge.simulator.campaign import play

    outcomes = []
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(seeds))
        for outcome in play(seeds, seconds, names, jobs):
            outcomes.append(outcome)
            hours = sum(one.seconds for one in outcomes) / 3600
            broken = sum(one.broken is not None for one in outcomes)
            progress.update(task, advance=1, description=f"{hours:.1f} h, {len(outcomes)} sets, {broken} broken")
    return outcomes


def _show(console: Console, outcomes: list[Outcome], took: float) -> None:
    from rich.table import Table

    table = Table("began in", "sets", "hours", "heard", "played", "draws", "compared", "broken", show_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    modes, clocks = {one.mode for one in outcomes}, {f"clock {one.clock}" for one in outcomes}
    for kind in (*sorted(modes), *sorted(clocks), "all"):
        some = [one for one in outcomes if kind in (one.mode, f"clock {one.clock}", "all")]
        table.add_row(
            kind,
            f"{len(some):,}",
            f"{sum(one.seconds for one in some) / 3600:.2f}",
            *(f"{sum(getattr(one, name) for one in some):,}" for name in ("heard", "played", "draws", "looks")),
            str(sum(one.broken is not None for one in some)),
        )
    console.print(table)
    console.print(
        f"{took:.0f} s, {sum(one.busy for one in outcomes):.0f} s of processor time; "
        f"{sum(one.faults for one in outcomes):,} faults of the model, "
        f"{sum(one.refused for one in outcomes):,} inputs refused; log-probabilities differ by "
        f"{max(one.worst for one in outcomes):.1e} at most, the core holds "
        f"{max(one.largest for one in outcomes):,} things at most",
    )


def _explain(console: Console, outcome: Outcome, hours: float, names: tuple[str, ...], logs: Path) -> None:
    from bridge.simulator.campaign import save_log

    again = f"antiphon simulate --seed {outcome.seed}"
    if abs(hours - HOURS) > 1e-9:
        again += f" --hours {hours:g}"
    again += "".join(f" --model {name}" for name in names if names != ("stand-in",))
    console.print(f"seed {outcome.seed}", style=terminal.BAD, end="")
    console.print(f": {outcome.broken}")
    console.print(f"  again: {again}")
    try:
        console.print(f"  log:   antiphon replay {save_log(outcome, logs).parent}")
    except OSError as error:
        console.print(f"  log:   could not be written: {error}")
